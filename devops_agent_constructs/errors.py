"""The one exception of this library."""

from __future__ import annotations

from reprlib import Repr

# A value may be a whole file by mistake; its beginning is enough to find it.
_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 300
_BRIEF.maxlevel = 2


class OnboardingInputError(ValueError):
    """An argument or a value of the accounts file that cannot produce a working deployment.

    Attributes:
        field: What the user wrote, as the user names it, e.g. `role_name` or `accounts[3].id`.
        value: The value found there; a long one is shortened in the message.
        why: Why it cannot work.
        fix: What to write instead.
        location: Where it stands, e.g. `devops-agent.yaml:12:9`; empty for an argument.
    """

    def __init__(self, field: str, value: object, *, why: str, fix: str, location: str = "") -> None:
        place = f"{location}: " if location else ""
        super().__init__(f"{place}{field}={_BRIEF.repr(value)}: {why}; {fix}")
        self.field, self.value, self.why, self.fix, self.location = field, value, why, fix, location

    def at(self, field: str, *, location: str = "") -> OnboardingInputError:
        """Return the same error under the name and the place that the user knows."""
        return OnboardingInputError(field, self.value, why=self.why, fix=self.fix, location=location)
