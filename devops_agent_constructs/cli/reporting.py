"""How a command ends: with its result, or with one line about what went wrong."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import Ended, ExitCode
from devops_agent_constructs.errors import OnboardingInputError, printable


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn whatever goes wrong inside into one line on standard error and an exit code.

    Args:
        debug: Show the traceback, too.

    Raises:
        Ended: In place of every exception.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        note("stopped by Ctrl-C")
        raise Ended(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        # Python flushes standard output once more at its end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Ended(ExitCode.BROKEN_PIPE) from None
    except Exception as error:  # noqa: BLE001  # No traceback reaches a user who did not ask for it.
        if debug:
            traceback.print_exc()
        explained = _explain(error)
        print(f"error: {explained}", file=sys.stderr)  # noqa: T201
        raise Ended(explained.exit_code) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def note(text: str) -> None:
    """Write a line to standard error, where it does not disturb what reads the output."""
    print(printable(text), file=sys.stderr)  # noqa: T201


def _explain(error: Exception) -> CommandError:
    if isinstance(error, CommandError):
        return error
    if isinstance(error, OnboardingInputError):
        return CommandError(error.what, why=error.why, fix=error.fix, exit_code=ExitCode.USAGE)
    # Not at the top: it imports botocore, which no command needs before it makes a call.
    from devops_agent_constructs.cli.aws_errors import explain  # noqa: PLC0415

    return explain(error)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, so that a progress bar gives the cursor back."""
    raise Ended(ExitCode.TERMINATED)
