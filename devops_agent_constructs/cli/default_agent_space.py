"""Finds the Agent Space that a command is about where the user names none."""

from __future__ import annotations

import os
from pathlib import Path

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.errors import OnboardingInputError

VARIABLE = "DEVOPS_AGENT_SPACE"
FILE = Path("devops-agent.yaml")


def agent_space_of_environment() -> str | None:
    """Return the id or ARN of the environment variable, which is said on standard error; None: it is not set."""
    text = os.environ.get(VARIABLE) or None
    if text is not None:
        note(f"note: Agent Space {text}, from {VARIABLE}")
    return text


def default_agent_space() -> tuple[str, str]:
    """Return what is to blame for a mistake in it, and the id or ARN; which one was taken is said on standard error.

    The environment variable wins over the accounts file in this folder.

    Raises:
        CommandError: There is neither, or the file names no Agent Space that exists.
    """
    if text := agent_space_of_environment():
        return VARIABLE, text
    if not FILE.is_file():
        why = f"none is given, {VARIABLE} is not set, and this folder has no {FILE}"
        fix = "devops-agent-accounts spaces shows those that there are"
        raise CommandError("AGENT_SPACE", why=why, fix=fix, exit_code=ExitCode.USAGE)
    space = _space_of_file()
    note(f"note: Agent Space {space.arn}, from {FILE} in this folder")
    return str(FILE), space.arn


def _space_of_file() -> AgentSpaceArn:
    # Not at the top: few ways of using a command read a file.
    from devops_agent_constructs import config  # noqa: PLC0415

    fix = f"give AGENT_SPACE, or set {VARIABLE}"
    try:
        space = config.from_file(FILE).agent_space
    except OnboardingInputError as error:
        fix = f"{error.fix}; or {fix}"
        raise CommandError(error.what, why=error.why, fix=fix, exit_code=ExitCode.USAGE) from error
    if space is None or space.is_any_in_account:
        why = "it does not say which Agent Space: that is known after its deployment"
        raise CommandError(str(FILE), why=why, fix=fix, exit_code=ExitCode.USAGE)
    return space
