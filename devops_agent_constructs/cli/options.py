"""Defines the arguments and options that several commands have, named as in the AWS CLI."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from devops_agent_constructs import service

Output = Literal["table", "json"]
"""How results are written to standard output."""
RowsOutput = Literal["table", "json", "csv"]
"""As `Output`, for rows."""


def _regions() -> list[str]:
    return sorted(service.AGENT_SPACE_REGIONS)


def _profiles() -> list[str]:
    # Not at the top: it takes longer than all of `--help`.
    import boto3  # noqa: PLC0415

    return boto3.Session().available_profiles


AgentSpace = Annotated[
    str | None,
    typer.Argument(
        metavar="[AGENT_SPACE]",
        help=(
            "Id or ARN of the Agent Space; an ARN says the Region, too. Default: the environment variable "
            "DEVOPS_AGENT_SPACE, or else the Agent Space of devops-agent.yaml in this folder."
        ),
        show_default=False,
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Profile of the AWS CLI to take credentials from.", autocompletion=_profiles),
]
Region = Annotated[
    str | None, typer.Option(metavar="REGION", help="Region of the Agent Space.", autocompletion=_regions)
]
SpacesRegion = Annotated[
    str | None,
    typer.Option("--region", metavar="REGION", help="Region to ask. Default: the profile's.", autocompletion=_regions),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--ou",
        metavar="ID",
        help="An organizational unit, with all units below it; may be repeated. Default: the whole organization.",
    ),
]
Exclude = Annotated[list[str] | None, typer.Option(metavar="ID", help="An account to leave out; may be repeated.")]
_OUTPUT = typer.Option("--output", help="What to write to standard output.")
OutputFormat = Annotated[Output, _OUTPUT]
RowsOutputFormat = Annotated[RowsOutput, _OUTPUT]
VerifyOutputFormat = Annotated[Literal["table", "json", "csv", "junit"], _OUTPUT]
DoctorOutputFormat = Annotated[Literal["table", "json", "junit"], _OUTPUT]
AgentRole = Annotated[
    str | None, typer.Option(metavar="ARN", help="The agent role in the primary account, for preview and transition.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
