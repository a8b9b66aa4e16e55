"""Holds what a check finds: which rule is broken, where, how bad it is, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Severity(Enum):
    """How bad a finding is, in the words of the CDK's validation reports."""

    ERROR = "error"
    """The Agent Space does not get in, or what it needs does not work; or a stranger gets in.

    The CDK does not finish its synthesis, and `doctor` ends with 1.
    """

    WARNING = "warning"
    """It is weaker than it could be, or it cannot be told. The CDK prints it."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """Where something stands: in which template or role, in which resource, at which path.

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

    def is_within(self, other: Place) -> bool:
        """Tell whether this place is another one, or below it."""
        return self.resource == other.resource and f"{self.where}.".startswith(f"{other.where}.")

    @property
    def resource(self) -> tuple[str, str]:
        """The template and the resource in it."""
        return self.template, self.logical_id

    @property
    def above(self) -> Place:
        """The place that this one is in."""
        return replace(self, where=self.where.rpartition(".")[0])


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields of one place that breaks it.

    Attributes:
        place: Where.
        message: What is wrong here, in plain words.
        severity: How bad it is here. None: as the rule says.
        fix: What to write instead. Empty: what the rule says.
    """

    place: Place
    message: str
    severity: Severity | None = None
    fix: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One place that breaks a rule, with all that a reader needs.

    Attributes:
        rule_id: e.g. `missingSourceAccount`.
        severity: How bad it is here.
        place: Where.
        message: What is wrong here, in plain words.
        fix: What to write instead.
    """

    rule_id: str
    severity: Severity
    place: Place
    message: str
    fix: str
