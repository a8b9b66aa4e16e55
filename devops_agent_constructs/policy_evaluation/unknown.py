"""Mark text of which only deployment knows a part, e.g. a parameter without a value.

It has the form of CDK's tokens, `${Token[...]}`, so that everything takes it for what it is. The same name is the same
text: two references to one parameter are equal, and nobody knows to what.
"""

from __future__ import annotations

import re

UNKNOWN = re.compile(r"\$\{Token\[([^\]]*)\]\}")
# A reference that CloudFormation resolves: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
# A name must not look like a part of an ARN, nor like a pattern: these signs are kept as others that nobody writes.
_SIGNS = "[]:/*?"
_KEPT = {ord(sign): chr(0xE000 + index) for index, sign in enumerate(_SIGNS)}
_BACK = {0xE000 + index: sign for index, sign in enumerate(_SIGNS)}


def unknown(*names: str) -> str:
    """Return an unknown text; its name is where it comes from, e.g. template, parameter."""
    return f"${{Token[{'|'.join(name.translate(_KEPT) for name in names)}]}}"


def is_unknown(value: object) -> bool:
    """Tell whether the value is text of which a part is unknown, or unknown altogether."""
    return isinstance(value, str) and UNKNOWN.search(value) is not None


def is_wholly_unknown(value: object) -> bool:
    """Tell whether nothing of the value is known, not even whether it is text."""
    return isinstance(value, str) and UNKNOWN.fullmatch(value) is not None


def without_dynamic_references(text: str) -> str:
    """Return the text with an unknown in the place of each dynamic reference."""
    return _DYNAMIC.sub(lambda match: unknown(match[1]), text)


def shown(text: str) -> str:
    """Return the text for a person to read: `<PrimaryAccountId>` for what is unknown."""
    return UNKNOWN.sub(lambda match: f"<{match[1].rpartition('|')[2].translate(_BACK)}>", text)
