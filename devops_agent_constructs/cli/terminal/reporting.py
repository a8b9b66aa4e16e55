"""Ends a command: with its result, or with one line about what went wrong."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TextIO

import typer

from devops_agent_constructs._plain_text import without_passwords
from devops_agent_constructs.cli.errors import CommandError, Ended, ExitCode, UsageError
from devops_agent_constructs.errors import NOT_SHOWN, OnboardingInputError, printable


@contextmanager
def reported(*, debug: bool, profile: str | None = None) -> Iterator[None]:
    """Turn whatever goes wrong inside into one line on standard error and an exit code, by `Ended`.

    The commands of the AWS CLI that the line names have the profile, as the user gave it.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        note("stopped by Ctrl-C")
        raise Ended(ExitCode.INTERRUPTED) from None
    except typer.Abort:  # What Typer makes of both keys at a question, whose line has not ended.
        _tell("\n")
        note("stopped by Ctrl-C or Ctrl-D")
        raise Ended(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        _give_up(sys.stdout)
        raise Ended(ExitCode.BROKEN_PIPE) from None
    except Exception as error:  # noqa: BLE001  # No traceback reaches a user who did not ask for it.
        if debug:
            _tell(_traceback_without_secrets(error))
        try:
            sys.stdout.flush()
        except OSError:
            _give_up(sys.stdout)
        failure = explained(error, profile)
        _tell(f"error: {failure}\n")
        raise Ended(failure.exit_code) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def note(text: str) -> None:
    """Write a line to standard error, where it does not disturb what reads the output."""
    sys.stdout.flush()  # In a terminal both are one text, in order.
    _tell(f"{printable(without_passwords(text))}\n")


def _tell(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # Nobody reads it, or the disk is full: the exit code tells all the same.
        _give_up(sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Let what cannot be written lead nowhere: Python flushes once more at its end, and would end with 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


# Fields of values that commands have an option for. What is wrong in a file has its place there, and the file's names.
_OPTIONS = {
    "agent_role_arn": "--agent-role-arn",
    "path": "--path",
    "role_name": "--role-name",
    "template_url": "--quick-create-url",
}

# What quotes a line of a file, what another program wrote, or a header that holds credentials.
_QUOTING = ("configparser.", "botocore.exceptions.CredentialRetrievalError", "botocore.exceptions.HTTPClientError")


def _traceback_without_secrets(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))
    cause: BaseException | None = error
    while cause is not None:
        name = f"{type(cause).__module__}.{type(cause).__qualname__}"
        if str(cause) and (name.startswith(_QUOTING) or "header value" in str(cause)):
            text = text.replace(str(cause), "(not shown: it may hold a secret)")
        cause = cause.__cause__ or cause.__context__
    return without_passwords(text)


def explained(error: Exception, profile: str | None) -> CommandError:
    """Say in a line what went wrong; `profile` as for `reported`."""
    if isinstance(error, CommandError):
        return error
    if isinstance(error, OnboardingInputError):
        if not error.location and error.field in _OPTIONS:
            value = NOT_SHOWN if error.value is None else error.value
            error = OnboardingInputError(_OPTIONS[error.field], value, why=error.why, fix=error.fix)
        return UsageError(error.what, why=error.why, fix=error.fix)
    # Not at the top: it imports botocore, which no command needs before it makes a call.
    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415

    return explain(error, profile=profile)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, so that a progress bar gives the cursor back."""
    raise Ended(ExitCode.TERMINATED)
