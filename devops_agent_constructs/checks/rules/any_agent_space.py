"""`anyAgentSpace`: every Agent Space of the primary account gets in."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import Source, has_wildcard, parse_source
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed:
            for condition in [*statement.required(SOURCE_ARN), *statement.required(EXTERNAL_ID)]:
                for value in condition.values:
                    source = parse_source(value) if condition.is_pattern(value) else None
                    if source is not None and source.is_of_one_account and _is_weak(role, source):
                        yield Problem(place=statement.place.at("Condition"), message=_message(source))


def _message(source: Source) -> str:
    every = "every Agent Space" if source.kind == "agentspace" else "every registered service"
    which = every if source.has_any_id else f"{source.kind}/{source.id}"
    where = "any Region" if has_wildcard(source.region) else shown(source.region)
    return f"{which} of account {shown(source.account_id)} in {where} gets in"


def _is_weak(role: Role, source: Source) -> bool:
    return has_wildcard(source.region) or (
        source.has_any_id and (role.purpose is Purpose.ELEVATED or _is_elsewhere(role, source.account_id))
    )


def _is_elsewhere(role: Role, account_id: str) -> bool:
    """Tell whether the role is certainly in another account than this."""
    if account_id == role.account_id:
        return False
    return role.is_in_many_accounts or not (is_unknown(account_id) or is_unknown(role.account_id))


RULE = Rule(
    id="anyAgentSpace",
    severity=Severity.WARNING,
    what=(
        "`agentspace/*` in the trust policy of another account's role or of a role for directed actions, or a wildcard "
        "for the Region"
    ),
    why=(
        "whoever may create an Agent Space in the primary account can reach this one. AWS's guide writes it for roles "
        "of the Agent Space's own account only, and a wildcard for the Region where directed actions serve several; "
        "`AgentSpaceArn.any_in_account` writes the former while the space does not exist"
    ),
    fix="write the ARN of the one Agent Space as soon as it exists; the role updates in place",
    check=_check,
)
