"""Shows foreign text, such as a name from AWS, where a terminal, a line of YAML or a log would obey some characters."""

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


def plain(text: str) -> str:
    """Return a name on one line: AWS Organizations admits any character in it, also line breaks and escapes."""
    seen = "".join(" " if unicodedata.category(character) in _UNSEEN else character for character in text)
    return " ".join(seen.split())
