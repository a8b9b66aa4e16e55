"""Mark text of which only deployment knows a part, e.g. a parameter without a value, and answers that hang on it.

It has the form of CDK's tokens, `${Token[...]}`, so that everything takes it for what it is. The same name is the same
text: two references to one parameter are equal, and nobody knows to what.

The logic of answers is Kleene's: what cannot be told matters only where nothing else decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

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
    # Most text has no such beginning, and to look for it takes a fraction of the expression's time.
    return isinstance(value, str) and "${Token[" in value and UNKNOWN.search(value) is not None


def is_wholly_unknown(value: object) -> bool:
    """Tell whether nothing of the value is known, not even whether it is text."""
    return isinstance(value, str) and UNKNOWN.fullmatch(value) is not None


def without_dynamic_references(text: str) -> str:
    """Return the text with an unknown in the place of each dynamic reference."""
    return _DYNAMIC.sub(lambda match: unknown(match[1]), text)


def shown(text: str) -> str:
    """Return the text for a person to read: `<PrimaryAccountId>` for what is unknown."""
    return UNKNOWN.sub(lambda match: f"<{match[1].rpartition('|')[2].translate(_BACK)}>", text)


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no, or it cannot be told.

    Attributes:
        value: None: it cannot be told.
        keys: The condition keys that decide, where it cannot be told; empty if it is a text of the policy that is not
            known.
    """

    value: bool | None
    keys: frozenset[str] = frozenset()

    @property
    def is_yes(self) -> bool:
        """Whether it is certainly so."""
        return self.value is True

    @property
    def is_no(self) -> bool:
        """Whether it is certainly not so."""
        return self.value is False

    def __invert__(self) -> Answer:
        """Return the contrary."""
        return Answer(None if self.value is None else not self.value, self.keys)

    @staticmethod
    def all_of(answers: Iterable[Answer]) -> Answer:
        """Tell whether all are so."""
        known = list(answers)
        if any(answer.is_no for answer in known):
            return NO
        unknown = [answer.keys for answer in known if answer.value is None]
        return Answer(None, frozenset().union(*unknown)) if unknown else YES

    @staticmethod
    def any_of(answers: Iterable[Answer]) -> Answer:
        """Tell whether one is so."""
        return ~Answer.all_of(~answer for answer in answers)


YES, NO, UNKNOWN_TEXT = Answer(True), Answer(False), Answer(None)
