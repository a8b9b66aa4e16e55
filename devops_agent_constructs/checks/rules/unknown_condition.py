"""`unknownCondition`: whether the Agent Space gets in depends on what nobody knows of its request."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        open_keys = {key.lower() for _, decision in verdict.meant for key in decision.answer.keys}
        # Of such a role `elevatedExternalId` says it.
        open_keys -= {EXTERNAL_ID} if role.purpose is Purpose.ELEVATED else set()
        for statement in role.trust.statements:
            written = {one.key.lower(): one.key for one in statement.parsed.conditions}
            asked = {key for condition in statement.parsed.conditions for key in condition.keys}
            if keys := sorted(written.get(key, key) for key in asked & open_keys):
                message = (
                    f"whether the Agent Space gets in cannot be told: {' and '.join(keys)} decides, and AWS does not "
                    "say what the request has there"
                )
                yield Problem(place=statement.place.at("Condition"), message=message)


RULE = Rule(
    id="unknownCondition",
    severity=Severity.WARNING,
    what="a condition on something else than the source, which the Agent Space's request may or may not meet",
    why=(
        "AWS documents for each key when a request may have it, but not which of them DevOps Agent sends: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
    ),
    fix="keep it if it guards the account, and let AWS validate the association: its status says whether it is met",
    check=_check,
)
