"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from devops_agent_constructs.checks.finding import Finding, Problem, Severity
from devops_agent_constructs.checks.resources import Resources


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that a role, a policy or an association can have wrong.

    Attributes:
        id: In camel case; part of the interface, as findings are acknowledged by it.
        severity: Of its findings; of the worst of them, if `milder` says when it is a warning only.
        what: What is wrong, in a few words.
        why: What comes of it, and the source.
        fix: What to write instead.
        check: Finds the places.
        milder: When it is a warning only; empty: never, or it is one always.
    """

    id: str
    severity: Severity
    what: str
    why: str
    fix: str
    check: Callable[[Resources], Iterable[Problem]]
    milder: str = ""

    def findings(self, resources: Resources) -> list[Finding]:
        """Return what breaks the rule."""
        return [
            Finding(
                rule_id=self.id,
                severity=problem.severity or self.severity,
                place=problem.place,
                message=problem.message,
                fix=problem.fix or self.fix,
            )
            for problem in self.check(resources)
        ]
