"""What boto3's errors mean and what to do about them."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs.cli.errors import CommandError


def explain(error: Exception) -> CommandError:
    """Say what an error of a call to AWS means, as one line with a cause and a next step."""
    if isinstance(error, ClientError):
        return CommandError(error.operation_name, why=str(error), fix="see --debug")
    if isinstance(error, BotoCoreError):
        return CommandError("AWS", why=str(error), fix="see --debug")
    why = f"{type(error).__name__}: {error}"
    return CommandError("unexpected failure", why=why, fix="run the command again with --debug, and report it")
