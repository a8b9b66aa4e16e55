"""Tells which other Agent Spaces of the primary account still need what their common agent role may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.account_association import MONITOR, SOURCE, AccountAssociation
from devops_agent_constructs.account_sync.unit_association import in_words
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.associations import connections
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.role_reader import read_roles
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.diagnosis.difference import listed
from devops_agent_constructs.generation import Generation


def needed_elsewhere(
    session: Session, agent_space: AgentSpaceArn, agent_role_arn: str, *, assume_role_name: str | None
) -> Iterator[str]:
    """Say in words which other Agent Spaces need the agent role to assume roles, or what cannot be told of them.

    IAM is global: the role may serve Agent Spaces of any Region.

    Args:
        session: Of the primary account.
        agent_space: The one that is migrated.
        agent_role_arn: Its agent role.
        assume_role_name: As for `read_roles`.
    """
    regions = service.AGENT_SPACE_REGIONS if agent_space.partition == "aws" else frozenset[str]()
    for region in sorted(regions | {agent_space.region}):
        here = replace(session, region=region)
        try:
            spaces = list_all(here.client("devops-agent"), "list_agent_spaces", "agentSpaces")
            for space_id in [space["agentSpaceId"] for space in spaces]:
                arn = f"arn:{agent_space.partition}:aidevops:{region}:{agent_space.account_id}:agentspace/{space_id}"
                if arn != agent_space.arn:
                    yield from _needed_by(AgentSpaceTarget.parse(arn, here), agent_role_arn, assume_role_name)
        except (BotoCoreError, ClientError, CommandError) as error:
            why = error.why if isinstance(error, CommandError) else explain(error).why
            # Not one Region after the other: without a way to the endpoints each would take minutes to fail.
            yield f"other Agent Spaces of the account, which cannot be read in {region} ({why})"
            return


def _needed_by(target: AgentSpaceTarget, agent_role_arn: str, assume_role_name: str | None) -> Iterator[str]:
    connected = list(connections(target))
    accounts = [connection for connection in connected if isinstance(connection, AccountAssociation)]
    others = [connection for connection in connected if not isinstance(connection, AccountAssociation)]
    agent_roles = {account.role_arn for account in accounts if account.account_type == MONITOR}
    sources = [account for account in accounts if account.account_type == SOURCE]
    # Without an association of its own account, nobody can tell which agent role it has.
    if target.arn is None or not (sources or others) or (agent_roles and agent_role_arn not in agent_roles):
        return
    roles = read_roles(target.session, sources, assume_role_name=assume_role_name, progress=lambda _done: None)
    behind = [role.account_id for role in roles if role.generation(target.arn, agent_role_arn) is not Generation.GA]
    whom = [*([listed(behind)] if behind else []), *([in_words(others)] if others else [])]
    if whom:
        yield f"Agent Space {target.arn.arn}, for {' and '.join(whom)}"
