"""What differs between a role and the one that this library would make."""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.commands import Command

KEPT_OUT = (
    "the association turns invalid when it is validated, and the agent says that it has no access to the account "
    "(AccessDenied on sts:AssumeRole)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, with all that a reader needs.

    Attributes:
        id: Of the rule, e.g. `wrongSourceAccount`, or of what no rule looks at; does not change between releases.
        severity: As for a rule; an error too if the role is not what the accounts file asks for.
        what: What differs, in words.
        symptom: What a user sees of it.
        fix: What to do, in words.
        commands: The same for a shell, in order; none if there is a choice to make first.
    """

    id: str
    severity: Severity
    what: str
    symptom: str
    fix: str
    commands: tuple[Command, ...] = ()
