"""`elevatedExternalId`: a fixed external id, where each approval has its own."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID
from devops_agent_constructs.policy_evaluation.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed if role.purpose is Purpose.ELEVATED else ():
            for condition in statement.parsed.conditions:
                if condition.key.lower() == EXTERNAL_ID and condition.operator is not None:
                    message = f"sts:ExternalId must be {shown(condition.values[0])!r}; each approved action has its own"
                    yield Problem(place=statement.place.at("Condition"), message=message)


RULE = Rule(
    id="elevatedExternalId",
    severity=Severity.ERROR,
    what="a condition on `sts:ExternalId` in the trust policy of a role for directed actions",
    why="the external id is that of the approval, so a fixed one admits nobody (CloudTrail, 2026-08; not documented)",
    fix="remove the condition; 'aws:SourceAccount' and 'aws:SourceArn' keep others out",
    check=_check,
)
