"""`anyAgentSpace`: every Agent Space of the primary account gets in."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import parse_space
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Purpose, Resources, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN, has_wildcard
from devops_agent_constructs.checks.unknown import is_unknown, shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed:
            for condition in [*statement.required(SOURCE_ARN), *statement.required(EXTERNAL_ID)]:
                for value in condition.values:
                    space = parse_space(value)
                    if space is None or not space.is_any_in_account or not has_wildcard(condition, value):
                        continue
                    if role.purpose is Purpose.ELEVATED or _is_elsewhere(role, space.account_id):
                        message = f"every Agent Space of account {shown(space.account_id)} in {space.region} gets in"
                        yield Problem(place=statement.place.at("Condition"), message=message)


def _is_elsewhere(role: Role, account_id: str) -> bool:
    """Tell whether the role is certainly in another account than this."""
    if account_id == role.account_id:
        return False
    return role.is_in_many_accounts or not (is_unknown(account_id) or is_unknown(role.account_id))


RULE = Rule(
    id="anyAgentSpace",
    severity=Severity.WARNING,
    what="`agentspace/*` in the trust policy of another account's role, or of a role for directed actions",
    why=(
        "whoever may create an Agent Space in the primary account can reach this one. AWS's guide writes it for roles "
        "of the Agent Space's own account only; `AgentSpaceArn.any_in_account` writes it while the space does not exist"
    ),
    fix="write the ARN of the one Agent Space as soon as it exists; the role updates in place",
    check=_check,
)
