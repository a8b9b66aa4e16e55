"""`devops-agent-accounts list`."""

from __future__ import annotations

from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.associations import associations
from devops_agent_constructs.cli.console import console
from devops_agent_constructs.cli.options import AgentSpace, Debug, Output, OutputFormat, Profile, Region
from devops_agent_constructs.cli.reporting import reported
from devops_agent_constructs.cli.session import Session

EXAMPLES = """\b
Examples:
  devops-agent-accounts list 8f6187a7-0388-4926-8217-3a0fe32f757c --region us-east-1
  devops-agent-accounts list AGENT_SPACE --output json | jq '.associations[].accountId'
"""


def list_accounts(
    agent_space: AgentSpace,
    *,
    profile: Profile = None,
    region: Region = None,
    output: OutputFormat = Output.TABLE,
    debug: Debug = False,
) -> None:
    """List the accounts that an Agent Space is connected to."""
    with reported(debug=debug):
        target = AgentSpaceTarget.parse(agent_space, Session(profile=profile, region=region))
        screen = console()
        del output
        for association in associations(target):
            screen.print(association.account_id, association.role_arn, association.status)
