"""Defines `devops-agent-accounts template`: the CloudFormation template of a secondary role, without CDK."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import service, templates
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.errors import UsageError
from devops_agent_constructs.cli.options import AgentRole, Debug, Force
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.terminal.written_file import STANDARD_OUTPUT, write_file
from devops_agent_constructs.generation import Generation

EXAMPLES = """\b
Examples:
  devops-agent-accounts template --agent-space-arn ARN > role.json
  devops-agent-accounts template --agent-space-arn ARN --role-name Agent --output-file role.json
  devops-agent-accounts template --agent-space-arn ARN \\
    --quick-create-url https://my-bucket.s3.eu-west-1.amazonaws.com/role.json
"""

SpaceArn = Annotated[
    str | None,
    typer.Option(
        metavar="ARN", help="Default of the template's parameters about the Agent Space. Default: none; they are asked."
    ),
]
Gen = Annotated[Generation, typer.Option(help="Which of AWS's two set-ups to follow.")]
RoleName = Annotated[str, typer.Option(metavar="NAME", help="Name of the role.")]
RolePath = Annotated[str, typer.Option(metavar="PATH", help="Path of the role; begins and ends with /.")]
OutputFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where to write the template. Default: -, standard output.")
]
QuickCreate = Annotated[
    str | None,
    typer.Option(
        "--quick-create-url",
        metavar="TEMPLATE_URL",
        help="Print a link instead, which opens the CloudFormation console with the template in S3 filled in.",
    ),
]


def template(
    *,
    agent_space_arn: SpaceArn = None,
    generation: Gen = Generation.GA,
    agent_role_arn: AgentRole = None,
    role_name: RoleName = service.SECONDARY_ROLE_NAME,
    path: RolePath = "/",
    output_file: OutputFile = None,
    force: Force = False,
    template_url: QuickCreate = None,
    debug: Debug = False,
) -> None:
    """Write the CloudFormation template of the role in a secondary account, without CDK and without a call to AWS."""
    with reported(debug=debug):
        if force and output_file is None:
            raise UsageError("--force", why="no file is written", fix="add --output-file, or leave it out")
        space = None if agent_space_arn is None else AgentSpaceArn.from_arn(agent_space_arn, field="--agent-space-arn")
        if template_url is not None:
            # A link changes nothing of the template that it leads to.
            given = {
                "--generation": generation is not Generation.GA,
                "--role-name": role_name != service.SECONDARY_ROLE_NAME,
                "--path": path != "/",
            }
            for option in (option for option, is_given in given.items() if is_given):
                why = "--quick-create-url prints a link to a template that is in S3 already"
                raise UsageError(option, why=why, fix="give it when the template is written, and leave it out here")
            if space is None:
                why = "the link carries the Agent Space's ARN"
                raise UsageError("--quick-create-url", why=why, fix="add --agent-space-arn")
            text = templates.quick_create_url(template_url, agent_space=space, agent_role_arn=agent_role_arn)
        else:
            made = templates.secondary_account_template(
                agent_space=space,
                generation=generation,
                agent_role_arn=agent_role_arn,
                role_name=role_name,
                path=path,
            )
            text = json.dumps(made, indent=2)
        if output_file is None:
            sys.stdout.write(f"{text}\n")
        else:
            write_file(output_file, f"{text}\n", force=force)
            if output_file != STANDARD_OUTPUT:
                note(f"wrote {output_file}")
