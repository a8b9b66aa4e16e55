"""Defines the one exception of the command line, such as for credentials that have expired."""

from __future__ import annotations

from devops_agent_constructs._plain_text import plain, without_passwords
from devops_agent_constructs.cli.exit_codes import ExitCode


class CommandError(Exception):
    """Why a command cannot do its work, as one line: what, cause, next step.

    Attributes:
        exit_code: `ExitCode.FAILED`, or `ExitCode.USAGE` where an argument or option is to blame.
    """

    def __init__(self, what: str, *, why: str, fix: str, exit_code: ExitCode = ExitCode.FAILED) -> None:
        # AWS's messages are sentences, some of several lines.
        what, why, fix = without_passwords(what), without_passwords(plain(why).rstrip(".")), without_passwords(fix)
        super().__init__(f"{plain(what)}: {why}; {plain(fix)}")
        self.what, self.why, self.fix, self.exit_code = what, why, fix, exit_code
