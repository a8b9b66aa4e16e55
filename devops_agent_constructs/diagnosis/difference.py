"""One difference between a role as it stands and the role that this library would make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs.diagnosis.commands import Command


class Severity(Enum):
    """Whether somebody has to act."""

    NEEDS_DOING = "needs doing"
    """The agent cannot work as it should, or the role lets in or may do what the library would not give it."""

    WORTH_KNOWING = "worth knowing"
    """It works, and gives nothing to anybody outside of the Agent Space's own account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, with all that a reader needs.

    Attributes:
        id: e.g. `wrongSourceAccount`; does not change between releases.
        severity: Whether somebody has to act.
        what: What differs, in words.
        symptom: What a user sees of it.
        fix: What to do, in words.
        commands: The same for a shell, in order; none if there is a choice to make first.
        keeps_agent_out: Whether it alone keeps the Agent Space from assuming the role.
    """

    id: str
    severity: Severity
    what: str
    symptom: str
    fix: str
    commands: tuple[Command, ...] = ()
    keeps_agent_out: bool = False
