"""Defines how a command ends: the exit codes, by which a pipeline decides, and the exception that says what failed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from devops_agent_constructs._plain_text import plain, without_passwords
from devops_agent_constructs.errors import OnboardingInputError


class ExitCode(IntEnum):
    """The exit codes of all commands.

    Usage errors have the code that the AWS CLI gives them, as 2 means something else here.
    See https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html
    """

    OK = 0
    INVALID = 1
    """The command worked, and found something that is not as it should be."""
    PENDING = 2
    """Something is still undecided after the time given."""
    FAILED = 3
    """A call failed, or something else kept the command from an answer."""
    INTERRUPTED = 130
    """Ctrl-C."""
    BROKEN_PIPE = 141
    """Whoever read the output has closed it, like `head`; shells give this code to a program that SIGPIPE ends."""
    TERMINATED = 143
    """SIGTERM."""
    USAGE = 252
    """An argument or option that cannot work."""


def most_important(codes: Iterable[ExitCode]) -> ExitCode:
    """Decide between results: what is invalid for certain comes before what cannot be told, then what is pending."""
    order = (ExitCode.OK, ExitCode.PENDING, ExitCode.FAILED, ExitCode.INVALID)
    return max(codes, key=order.index, default=ExitCode.OK)


class Ended(SystemExit):
    """The end of a command with one of our codes; Typer's own `SystemExit(2)` means that the usage was wrong."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__(int(code))


class CommandError(Exception):
    """Why a command cannot do its work, as one line: what, cause, next step."""

    exit_code = ExitCode.FAILED

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        # AWS's messages are sentences, some of several lines.
        what, why, fix = without_passwords(what), without_passwords(plain(why).rstrip(".")), without_passwords(fix)
        super().__init__(f"{plain(what)}: {why}; {plain(fix)}")
        self.what, self.why, self.fix = what, why, fix


class UsageError(CommandError):
    """An argument or option that cannot work."""

    exit_code = ExitCode.USAGE


def error_of_file(error: OnboardingInputError, *, fix: str) -> CommandError:
    """Return why an accounts file cannot be read: wrong usage, but for packages that are not installed."""
    kind = CommandError if error.field == "extra" else UsageError
    return kind(error.what, why=error.why, fix=fix)
