"""Writes a file without losing one that is there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode


def check_free(path: Path, *, force: bool) -> None:
    """Check that nothing would be overwritten, before calls are made.

    Raises:
        CommandError: The file exists and `force` does not allow to replace it, or its folder does not exist.
    """
    if path.exists() and not force:
        fix = "add --force to replace it, or choose another with --output-file"
        raise CommandError(str(path), why="the file exists", fix=fix, exit_code=ExitCode.USAGE)
    if not path.parent.is_dir():
        fix = "make the folder, or choose another with --output-file"
        raise CommandError(str(path), why="its folder does not exist", fix=fix, exit_code=ExitCode.USAGE)


def write_file(path: Path, text: str, *, force: bool) -> None:
    """Write a whole file or, if that fails, none.

    Raises:
        CommandError: As `check_free` does.
        OSError: The folder cannot be written to.
    """
    check_free(path, force=force)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        # As an ordinary file has it: `mkstemp` gives the rights to the user alone.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
