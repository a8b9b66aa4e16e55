"""Writes a file without losing one that is there, or anything of it that people wrote."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from devops_agent_constructs.cli.errors import CommandError, UsageError

STANDARD_OUTPUT = Path("-")

_UNEDITED = "# unedited: "
ANOTHER_FILE = "name another file"
"""What to do where `-` is not taken."""
_ANOTHER = f"{ANOTHER_FILE}, or - for standard output"
_ANOTHER_FOLDER = "choose another folder"


def check_free(path: Path, *, force: bool, is_signed: bool = False, another: str = _ANOTHER) -> None:
    """Check that nothing would be lost, before calls are made.

    Args:
        path: `-` is standard output. A link is followed, and stays.
        force: Whether to replace a file.
        is_signed: Whether only one that nobody has edited since it was `signed` may be replaced.
        another: What else the user may do.

    Raises:
        CommandError: The file exists and may not be replaced, is no file, or its folder does not exist.
    """
    if path == STANDARD_OUTPUT:
        return
    if path.is_symlink() and not path.exists():
        raise _error(path, f"it is a link to {_target(path)}, which does not exist", another)
    _check_folder(path, another)
    if not path.exists():
        return
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "no regular file"
        raise _error(path, f"it is {kind}", another)
    if not force:
        raise _error(path, "the file exists", f"add --force to replace it, or {another}")
    if not os.access(path, os.W_OK):
        raise _error(path, "the file is write-protected", another)
    if is_signed and not _is_unedited(path):
        why = "it has been edited, or this command did not write it, so that --force does not replace it"
        raise _error(path, why, f"{another}, and take over what you need; or move the file away")


def check_new(path: Path) -> None:
    """Check that a file can be made where none is; nothing replaces one that is there."""
    if path.is_symlink() or path.exists():
        raise _error(path, "it is there, and is never overwritten", f"{_ANOTHER_FOLDER}, or move it away")
    _check_folder(path, _ANOTHER_FOLDER)


def _check_folder(path: Path, another: str) -> None:
    if not path.parent.is_dir():
        raise _error(path, "its folder does not exist", f"make the folder, or {another}")


def write_new(path: Path, text: str) -> None:
    """Write a whole file where none is, as `check_new` says; raises CommandError as `write_file` does."""
    check_new(path)
    _write(path, text, _ANOTHER_FOLDER)


def write_file(path: Path, text: str, *, force: bool, is_signed: bool = False, another: str = _ANOTHER) -> None:
    """Write a whole file or, if that fails, leave what was there.

    A file that is replaced keeps its mode; its owner too, where the user may set it. A new one has what the umask says.

    Raises:
        CommandError: As `check_free` does, or the file cannot be written.
    """
    check_free(path, force=force, is_signed=is_signed, another=another)
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    _write(path, text, another)


def _write(path: Path, text: str, another: str) -> None:
    try:
        _replace(_target(path), text)
    except OSError as error:
        fix = f"make room or get the permission to write there, or {another}"
        raise CommandError(str(path), why=f"it cannot be written: {error.strerror}", fix=fix) from error


def signed(text: str) -> str:
    """Add a last line, a comment of YAML, by which an edited file is told from one that nobody has touched."""
    return f"{text}{_UNEDITED}{_digest(text)}\n"


def _is_unedited(path: Path) -> bool:
    try:
        text, mark, digest = path.read_text("utf-8").rpartition(_UNEDITED)
    except (OSError, UnicodeDecodeError):
        return False
    return bool(mark) and digest.strip() == _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _target(path: Path) -> Path:
    """Where a link leads in the end; a loop of links is one that leads nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _replace(target: Path, text: str) -> None:
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    temporary = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(number)
        _set_mode(temporary, target)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _set_mode(temporary: Path, target: Path) -> None:
    """Give the mode of the file that is replaced; `mkstemp` gives the rights to the user alone."""
    if not target.exists():
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        return
    before = target.stat()
    with contextlib.suppress(PermissionError, AttributeError):  # Windows has no owners of this kind.
        os.chown(temporary, before.st_uid, before.st_gid)
    mode = stat.S_IMODE(before.st_mode)
    if temporary.stat().st_gid != before.st_gid:
        mode &= ~stat.S_IRWXG  # It would be another group's.
    temporary.chmod(mode)


def _error(path: Path, why: str, fix: str) -> UsageError:
    return UsageError(str(path), why=why, fix=fix)
