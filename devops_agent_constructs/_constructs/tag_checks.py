"""Checks tags as AWS would at deployment: those of one resource, or those of all that a stack has.

The latter are the stack's own tags, an IAM role's, or a StackSet's as well: the strictest of them decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError

MAX_TAGS = 50
MAX_KEY = 128
MAX_VALUE = 256
RESERVED = "aws:"
# IAM's pattern [\p{L}\p{Z}\p{N}_.:/=+\-@]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
_CATEGORIES, _ALSO = "LZN", "_.:/=+-@"
# The CloudFormation schema of AWS::CloudFormation::StackSet, dated 2026-10-20.
STACK_SET_KEY_FORM = r"[a-zA-Z0-9\s:_./=+-]+"
_STACK_SET_KEY = re.compile(STACK_SET_KEY_FORM)


def check_resource(tags: Mapping[str, str], *, field: str) -> None:
    """Check the tags of one resource; tokens pass.

    Raises:
        OnboardingInputError: A key or a value is too long, or the key is one of AWS's.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-devopsagent-agentspace-tag.html
    """
    for key, value in tags.items():
        if not _validators.is_token(key):
            _check_key(key, field=field)
        if not _validators.is_token(value) and len(value) > MAX_VALUE:
            why = f"a tag's value has at most {MAX_VALUE} characters"
            raise OnboardingInputError(f"{field}[{key!r}]", value, why=why, fix="shorten it")


def check_stack(tags: Mapping[str, str], *, field: str, common: Mapping[str, str] | None = None) -> None:
    """Check the tags of all that a stack has.

    A value of nothing is good for IAM, but not for the stack itself. IAM takes `Team` and `team` for the same key.
    `common` are tags of other stacks as well, which are checked already; those of `tags` win.

    Raises:
        OnboardingInputError: CloudFormation or IAM would refuse one of them, or only deployment knows it, or they are
            too many.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Tag.html
    and https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html, both read on 2026-11-26.
    """
    spelled = {key.lower(): key for key in common or ()}
    for key, value in tags.items():
        place = f"{field}[{key!r}]"
        for text in (key, value):
            _validators.known(text, field=place, why="the tags of a stack are sent before anything is deployed")
        _check_key(key, field=place)
        if not 1 <= len(value) <= MAX_VALUE:
            why = f"the value of a stack's tag has 1-{MAX_VALUE} characters"
            raise OnboardingInputError(place, value, why=why, fix="write something short, like 'yes'")
        for text in (key, value):
            _check_characters(text, field=place)
        if value.lower().startswith(RESERVED):
            why = f"IAM keeps values that begin with {RESERVED!r} to AWS"
            raise OnboardingInputError(place, value, why=why, fix="choose another value")
        if (other := spelled.setdefault(key.lower(), key)) != key:
            why = f"IAM takes it for the same key as {other!r}, and a role has a key once"
            raise OnboardingInputError(place, value, why=why, fix="write both alike, or remove one of the two")
    if len(spelled) > MAX_TAGS:
        why = f"{len(spelled)} tags" + (" with those of all stacks" if common else "")
        raise OnboardingInputError(field, len(tags), why=f"{why}; AWS admits {MAX_TAGS}", fix="remove some")


def check_stack_set(keys: Iterable[str], *, field: str) -> None:
    """Check that a StackSet, too, takes the keys of tags that are good ones of a stack: it admits fewer characters."""
    for key in keys:
        if _STACK_SET_KEY.fullmatch(key) is None:
            why = "the tags are the StackSet's as well, which admits A-Z a-z 0-9, spaces and _.:/=+- in a key"
            raise OnboardingInputError(f"{field}[{key!r}]", key, why=why, fix="rename the key")


def _check_key(key: str, *, field: str) -> None:
    if not 1 <= len(key) <= MAX_KEY:
        why = f"a tag's key has 1-{MAX_KEY} characters"
        raise OnboardingInputError(field, key, why=why, fix="shorten it, or give one")
    if key.lower().startswith(RESERVED):
        why = f"AWS keeps keys that begin with {RESERVED!r} to itself"
        raise OnboardingInputError(field, key, why=why, fix="choose another key")


def _check_characters(text: str, *, field: str) -> None:
    for character in text:
        if unicodedata.category(character)[0] not in _CATEGORIES and character not in _ALSO:
            why = f"IAM refuses the character {character!r} in a tag"
            raise OnboardingInputError(field, text, why=why, fix=f"use letters, digits, spaces and {_ALSO}")
