"""The command line `devops-agent-accounts`; it needs the extra `cli`."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import NoReturn

from devops_agent_constructs._extras import install_command, missing


def main() -> NoReturn:
    """Run the command that `sys.argv` names, and exit with its code."""
    _open_what_is_closed()
    if packages := missing("cli"):
        sys.stderr.write(f"error: devops-agent-accounts: it takes {packages}; {install_command('cli')}\n")
        sys.exit(3)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # A name that an old terminal cannot show is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    try:
        # Not at the top, as without the extra there would be a traceback instead of the line above.
        from devops_agent_constructs.cli.app import run  # noqa: PLC0415

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # While modules were loading; later `reporting.reported` hears it.
        sys.exit(130)


def _open_what_is_closed() -> None:
    """Let what a shell closed, as by `>&-`, lead nowhere: the next file or connection would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Until the process ends.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
