"""An answer that may be missing: yes, no, or it cannot be told, and what would decide.

The logic is Kleene's: what cannot be told matters only where nothing else decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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


YES, NO, UNKNOWN_TEXT = Answer(True), Answer(False), Answer(None)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Tell whether all are so."""
    known = list(answers)
    if any(answer.is_no for answer in known):
        return NO
    unknown = [answer.keys for answer in known if answer.value is None]
    return Answer(None, frozenset().union(*unknown)) if unknown else YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Tell whether one is so."""
    return ~all_of(~answer for answer in answers)
