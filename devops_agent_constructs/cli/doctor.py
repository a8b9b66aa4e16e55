"""`devops-agent-accounts doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _checks, service
from devops_agent_constructs.cli.exit_codes import Ended, ExitCode
from devops_agent_constructs.cli.options import Debug, Output, OutputFormat, Profile
from devops_agent_constructs.cli.reporting import reported
from devops_agent_constructs.cli.session import Session
from devops_agent_constructs.generation import Generation

EXAMPLES = """\b
Examples:
  devops-agent-accounts doctor --account 222222222222 --profile orders
  devops-agent-accounts doctor AGENT_SPACE_ARN --account 222222222222 --role-name Agent
  devops-agent-accounts doctor --account 222222222222 --output json | jq '.differences[].id'

\b
Exit codes:
  0  nothing needs doing
  1  something needs doing
  3  a call failed
"""

_DEFAULT_FILE = Path("devops-agent.yaml")

SpaceArn = Annotated[
    str | None,
    typer.Argument(
        metavar="[AGENT_SPACE_ARN]",
        help="The Agent Space that the role is to trust. Default: the accounts file's, and its role.",
        show_default=False,
    ),
]
Account = Annotated[str, typer.Option(metavar="ID", help="The secondary account; the credentials must be of it.")]
Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=f"The accounts file. Default without AGENT_SPACE_ARN: {_DEFAULT_FILE}"),
]
RoleName = Annotated[
    str | None, typer.Option(metavar="NAME", help=f"Name of the role. Default: {service.SECONDARY_ROLE_NAME}")
]
RolePath = Annotated[str | None, typer.Option(metavar="PATH", help="Path of the role. Default: /")]
Gen = Annotated[Generation | None, typer.Option(help="Which of AWS's two set-ups to compare with. Default: ga")]
AgentRole = Annotated[
    str | None, typer.Option(metavar="ARN", help="The agent role in the primary account, for preview and transition.")
]


def doctor(
    agent_space: SpaceArn = None,
    *,
    account: Account,
    config: Config = None,
    role_name: RoleName = None,
    path: RolePath = None,
    generation: Gen = None,
    agent_role_arn: AgentRole = None,
    profile: Profile = None,
    output: OutputFormat = Output.TABLE,
    debug: Debug = False,
) -> None:
    """Say why a role in a secondary account does not work, what differs from what this library would make, and the fix.

    It changes nothing. It also says who can assume the role.
    """
    # Not at the top: `--help` of any command would wait for them.
    from devops_agent_constructs.cli import expected_roles  # noqa: PLC0415
    from devops_agent_constructs.cli.diagnosis_report import write_report, write_report_as_json  # noqa: PLC0415
    from devops_agent_constructs.cli.examination import examine  # noqa: PLC0415

    with reported(debug=debug):
        _checks.account_id(account, field="--account")
        options = {
            "--role-name": role_name,
            "--path": path,
            "--generation": None if generation is None else generation.value,
            "--agent-role-arn": agent_role_arn,
        }
        if config is not None or agent_space is None:
            given = {"AGENT_SPACE_ARN": agent_space, **options}
            expected = expected_roles.from_accounts_file(config or _DEFAULT_FILE, account, given=given)
        else:
            expected = expected_roles.from_options(
                account,
                agent_space=agent_space,
                role_name=role_name or service.SECONDARY_ROLE_NAME,
                path=path or "/",
                generation=generation or Generation.GA,
                agent_role_arn=agent_role_arn,
            )
        diagnosis, not_seen = examine(Session(profile=profile, region=expected.agent_space.region), expected)
        if output is Output.JSON:
            write_report_as_json(diagnosis, not_seen, profile=profile)
        else:
            write_report(diagnosis, not_seen, profile=profile)
    raise Ended(ExitCode.INVALID if diagnosis.needs_doing else ExitCode.OK)
