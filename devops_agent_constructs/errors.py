"""The one exception of this library."""

from __future__ import annotations

from reprlib import Repr
from typing import Final

# A value may be a whole file by mistake; its beginning is enough to find it.
_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 300
_BRIEF.maxlevel = 2
# Above the longest text of this library; what is longer repeats something of the user's.
_LONGEST_TEXT = 2_450
_LONGEST_NAME = 300

NOT_SHOWN: Final = object()
"""The value of an error whose message has none: nobody knows what it is, a secret perhaps."""


class OnboardingInputError(ValueError):
    """An argument or a value of the accounts file that cannot produce a working deployment.

    The message is one line without control characters: what a file or a name has of them is escaped.

    Attributes:
        field: What the user wrote, as the user names it, e.g. `role_name` or `accounts[3].id`.
        value: The value found there; a long one is shortened in the message. Or `NOT_SHOWN`.
        why: Why it cannot work.
        fix: What to write instead.
        location: Where it stands, e.g. `devops-agent.yaml:12:9`; empty for an argument.
        what: The beginning of the message: location, field and value.
    """

    def __init__(self, field: str, value: object, *, why: str, fix: str, location: str = "") -> None:
        beginning = f"{location}: " if location else ""
        shown = "" if value is NOT_SHOWN else f"={_brief(value)}"
        self.what = printable(f"{beginning}{_shortened(field, _LONGEST_NAME)}{shown}")
        super().__init__(f"{self.what}: {printable(_shortened(why))}; {printable(_shortened(fix))}")
        self.field, self.value, self.why, self.fix, self.location = field, value, why, fix, location

    def at(self, field: str, *, location: str = "") -> OnboardingInputError:
        """Return the same error under the name and the place that the user knows."""
        return OnboardingInputError(field, self.value, why=self.why, fix=self.fix, location=location)


def _brief(value: object) -> str:
    try:
        return _BRIEF.repr(value)
    except ValueError:  # Python converts no number of thousands of digits.
        return f"<{type(value).__name__} instance>"


def _shortened(text: str, longest: int = _LONGEST_TEXT) -> str:
    half = (longest - len("...")) // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def printable(text: str) -> str:
    """Escape what a terminal would obey or hide: controls, line ends, reversed direction, halves of characters."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
