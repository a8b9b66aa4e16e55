"""Text that a template does not tell, as only deployment knows it.

It has the form of CDK's tokens, `${Token[...]}`, so that everything takes it for what it is. The same name is the same
text: two references to one parameter are equal, and nobody knows to what.
"""

from __future__ import annotations

import re
import zlib

_UNKNOWN = re.compile(r"\$\{Token\[([^\]]*)\]\}")
# A reference that CloudFormation resolves: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")


def unknown(*names: str) -> str:
    """Return an unknown text; its name is where it comes from, e.g. template, parameter."""
    return f"${{Token[{'|'.join(name.translate({ord('['): '(', ord(']'): ')'}) for name in names)}]}}"


def is_unknown(value: object) -> bool:
    """Tell whether the value is text of which a part is unknown, or unknown altogether."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None


def is_wholly_unknown(value: object) -> bool:
    """Tell whether nothing of the value is known, not even whether it is text."""
    return isinstance(value, str) and _UNKNOWN.fullmatch(value) is not None


def without_dynamic_references(text: str) -> str:
    """Return the text with an unknown in the place of each dynamic reference."""
    return _DYNAMIC.sub(lambda match: unknown(match[1]), text)


def without_unknown(text: str) -> str:
    """Return what is known of the text."""
    return _UNKNOWN.sub("", text)


def shown(text: str) -> str:
    """Return the text for a person to read: `<PrimaryAccountId>` for what is unknown."""
    return _UNKNOWN.sub(lambda match: f"<{match[1].rpartition('|')[2]}>", text)


def stand_in(text: str) -> str:
    """Return the text with 12 digits in the place of each unknown, always the same for the same.

    It can be compared with other texts, as an account's id, a name, or an Agent Space's id.
    """
    return _UNKNOWN.sub(lambda match: _digits(match[1]), text)


def with_names_back(text: str, *, written: str) -> str:
    """Return a text about stand-ins for a person to read; `written` holds the unknowns that it may be about."""
    for name in set(_UNKNOWN.findall(written)):
        text = text.replace(_digits(name), shown(f"${{Token[{name}]}}"))
    return text


def _digits(name: str) -> str:
    return f"{zlib.crc32(name.encode()):012}"
