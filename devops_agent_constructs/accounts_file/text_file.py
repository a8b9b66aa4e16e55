"""Reads a text file that a user names: never waits, and never reads more than it should, whatever stands there."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from devops_agent_constructs.errors import OnboardingInputError

MEBIBYTE = 2**20
# A FIFO that took the file's place after it was looked at does not wait; both names are missing on Windows.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_text(path: Path, *, mebibytes: int, fix: str) -> str:
    """Return the text of a regular file, in UTF-8, or in UTF-16 as PowerShell's `>` writes it.

    A link to it will do; `fix` says what to do if there is no such file.

    Raises:
        OnboardingInputError: There is none, or no text, or too much. Nothing of the content is in the error.
    """
    try:
        content = _content(path, at_most=mebibytes * MEBIBYTE)
    except (OSError, ValueError) as error:
        # A ValueError, whose words differ between versions of Python: no file system has such a name.
        why = f"cannot be read: {getattr(error, 'strerror', None) or 'no file can have this name'}"
        raise OnboardingInputError("file", str(path), why=why, fix=fix) from None
    if len(content) > mebibytes * MEBIBYTE:
        why = f"it has more than {mebibytes} MiB, far above what such a file can need"
        raise OnboardingInputError("file", str(path), why=why, fix=fix)
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
        if "\0" in text[:2]:  # UTF-16 without its mark, or UTF-32.
            raise UnicodeError  # noqa: TRY301 (the same refusal)
    except UnicodeError:
        raise OnboardingInputError("file", str(path), why="not text in UTF-8", fix="save it as UTF-8") from None
    return text


def _content(path: Path, *, at_most: int) -> bytes:
    # Looked at before it is opened, as opening a device may already do something.
    _check_regular(path, path.stat().st_mode)
    number = os.open(path, _FLAGS)
    with open(number, "rb") as file:  # noqa: PTH123  (a number, no path)
        _check_regular(path, os.fstat(number).st_mode)
        return file.read(at_most + 1)


def _check_regular(path: Path, mode: int) -> None:
    if not S_ISREG(mode):
        why = "Is a directory" if S_ISDIR(mode) else "not a regular file, but a pipe, a device or a socket"
        raise OSError(0, why, str(path))
