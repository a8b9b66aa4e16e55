"""Defines the exit codes, such as 2 for what is still pending; a pipeline decides by them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


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
