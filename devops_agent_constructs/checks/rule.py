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
        severity: Of all its findings.
        what: What is wrong, in a few words.
        why: What comes of it, and the source.
        fix: What to write instead.
        check: Finds the places.
    """

    id: str
    severity: Severity
    what: str
    why: str
    fix: str
    check: Callable[[Resources], Iterable[Problem]]

    def findings(self, resources: Resources) -> list[Finding]:
        """Return what breaks the rule."""
        return [
            Finding(rule_id=self.id, severity=self.severity, place=problem.place, message=problem.message, fix=self.fix)
            for problem in self.check(resources)
        ]
