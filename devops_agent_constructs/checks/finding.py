"""What a check says: which rule, where, what is wrong, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Severity(Enum):
    """How bad a finding is, in the words of the CDK's validation reports."""

    ERROR = "error"
    """It does not work, or it lets others in. The CDK does not finish its synthesis."""

    WARNING = "warning"
    """It works and may be meant so, but there is a safer way. The CDK prints it."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """Where something stands.

    Attributes:
        template: The template's name; for a live role, its ARN.
        logical_id: Of the resource; empty for a live role.
        where: The path below the resource, e.g. `Properties.AssumeRolePolicyDocument.Statement.0`.
    """

    template: str
    logical_id: str = ""
    where: str = ""

    def at(self, *steps: str | int) -> Place:
        """Return a place below this one."""
        return replace(self, where=".".join([*filter(None, [self.where]), *map(str, steps)]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One place that breaks a rule.

    Attributes:
        place: Where.
        message: What is wrong here, in plain words.
    """

    place: Place
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One place that breaks a rule, with all that a reader needs.

    Attributes:
        rule_id: e.g. `missingSourceAccount`.
        severity: The rule's.
        place: Where.
        message: What is wrong here, in plain words.
        fix: What to write instead.
    """

    rule_id: str
    severity: Severity
    place: Place
    message: str
    fix: str
