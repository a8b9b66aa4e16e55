"""Shows numbers of things, and foreign text, which a terminal, a line of YAML or a log would obey in part."""

from __future__ import annotations

import re
import unicodedata

# Cc and Cf move the cursor, change colours or reverse the direction; Zl and Zp end a line.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}

# Up to the last `@`, as passwords have one themselves.
_PASSWORD = re.compile(r"(?<=://)\S*@")


def without_passwords(text: str) -> str:
    """Return a text in which user and password of every URL are `***`."""
    return _PASSWORD.sub("***@", text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, like `1 account` or `2 accounts`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def plain(text: str) -> str:
    """Return a name on one line: AWS Organizations admits any character in it, also line breaks and escapes."""
    seen = "".join(" " if unicodedata.category(character) in _UNSEEN else character for character in text)
    return " ".join(seen.split())
