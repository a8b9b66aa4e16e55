"""Says what is wrong with an argument of another type than the signature names, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import PurePath
from types import NoneType
from typing import Any, get_args, get_origin

_KINDS: dict[Any, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    Sequence: "a list",
    Iterable: "a list",
    Mapping: "a dictionary",
}
_TEXTS = {str, NoneType, Sequence, Iterable}
_POLICY_ITSELF = (
    "it is for a Stage or a Stack; a role takes the policy itself: its name, its ARN, or "
    "iam.ManagedPolicy.from_managed_policy_name(...)"
)


def why(options: Iterable[Any], value: object) -> str:
    """Return what is expected and what was given."""
    kinds = dict.fromkeys(_name(option) for option in options if option is not NoneType)
    expected = " or ".join(kinds)
    if value is None:
        return f"must be {expected}; it is None"
    if isinstance(value, type):
        return f"must be {expected}; this is the class {value.__name__} itself"
    name = type(value).__name__
    return f"must be {expected}, not {'an object of the CDK' if name == 'InterfaceDynamicProxy' else _article(name)}"


def fix(options: Iterable[Any], value: object) -> str:
    """Return what to write instead, for the slips that are common."""
    kinds = {get_origin(option) or option for option in options}
    if value is None:
        return "give a value, or leave the argument out if it has a default"
    if isinstance(value, type):
        return f"make an object of it: {value.__name__}(...)"
    if isinstance(value, Enum) or (kinds & {str} and isinstance(value, int | float)):
        return _fix_of_number(options, kinds, value)
    if kinds & {Sequence, Iterable}:
        return _fix_of_list(value)
    if kinds & {str}:
        return _fix_of_text(value)
    return _fix_of_object(options, kinds)


def _fix_of_number(options: Iterable[Any], kinds: set[Any], value: Enum | float) -> str:
    """Say what to write instead of a number, or of a value with a name."""
    if isinstance(value, Enum):
        return f"write it in quotes, like '{value.value}'"
    # Where an object may be given too, a number is no text that lost its quotes.
    if kinds <= _TEXTS and not isinstance(value, bool):
        return f"write it in quotes, leading zeros included, like '{value}'"
    return _fix_of_object(options, kinds)


def _fix_of_object(options: Iterable[Any], kinds: Iterable[Any]) -> str:
    enums = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
    if enums:
        return "write " + " or ".join(f"{enums[0].__name__}.{member.name}" for member in enums[0])
    return f"give {' or '.join(_name(option) for option in options if option is not NoneType)}"


def _fix_of_list(value: object) -> str:
    if isinstance(value, str):
        return f"write it in brackets: [{value[:60]!r}]"
    if not isinstance(value, Iterable) or hasattr(type(value), "node"):
        return "write it in brackets: [...]"
    if isinstance(value, set | frozenset | Mapping):
        return "write a list in brackets, in the order that you want"
    return "make a list of it: list(...)"


def _fix_of_text(value: object) -> str:
    if isinstance(value, PurePath):
        return "write str(...) around it"
    if isinstance(value, bytes | bytearray):
        return "decode it: .decode()"
    if isinstance(value, Sequence | set | frozenset):
        return "give one value, without the brackets"
    if hasattr(type(value), "node"):
        return "give its name, its id or its ARN, as the argument asks for"
    if hasattr(type(value), "creation_stack") or hasattr(type(value), "value_as_string"):
        return "make it text: Token.as_string(...)"
    # The CDK has two classes of this name; neither shows which policy it is.
    return _POLICY_ITSELF if type(value).__name__ == "PermissionsBoundary" else "write it as text, in quotes"


def _name(option: Any) -> str:  # noqa: ANN401 (an annotation)
    kind = get_origin(option) or option
    if kind in {Sequence, Iterable} and (inside := get_args(option)) and inside[0] is str:
        return "a list of strings"
    # The CDK's interfaces begin with an I that their objects do not have.
    return _KINDS.get(kind) or _article(re.sub("^I(?=[A-Z][a-z])", "", getattr(kind, "__name__", str(kind))))


def _article(name: str) -> str:
    return f"{'an' if name[0].upper() in 'AEIO' or name[:2] == 'S3' else 'a'} {name}"
