"""`associationRoleMismatch`: an association names a role that is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Association, Resources
from devops_agent_constructs.checks.role import Purpose, Role, account_path_name
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import has_wildcard
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def _check(resources: Resources) -> Iterator[Problem]:
    roles = defaultdict[str, list[Role]](list)
    for role in resources.roles:
        roles[role.account_id].append(role)
    for one in resources.associations:
        for name, arn, purpose in (
            ("AssumableRoleArn", one.role_arn, Purpose.READ),
            ("AgentElevatedRoleArn", one.elevated_role_arn, Purpose.ELEVATED),
        ):
            parts = account_path_name(arn)
            if is_unknown(arn) or not arn:
                continue
            if parts is None or has_wildcard(arn):
                yield Problem(place=one.place.at(name), message=f"{arn} is not the ARN of one role")
                continue
            message = _of_another_account(one, arn, parts[0]) or _missing(arn, parts, roles[parts[0]], purpose)
            if message:
                yield Problem(place=one.place.at(name), message=message)


def _of_another_account(association: Association, arn: str, account_id: str) -> str:
    if association.account_id == account_id or is_unknown(association.account_id):
        return ""
    return f"{arn} is of account {account_id}; the association is of account {association.account_id!r}"


def _missing(arn: str, parts: tuple[str, str, str], there: list[Role], purpose: Purpose) -> str:
    """Say what the app has instead of the role; nothing if the role may come from elsewhere."""
    if any((role.account_id, role.path, role.name) == parts for role in there):
        return ""
    # IAM compares names without their path and without case, so this name is taken.
    for role in there:
        if role.name.lower() == parts[2].lower():
            return f"{arn} does not exist: the role of this name in account {parts[0]} is {role.path}{role.name}"
    same = [role for role in there if role.purpose is purpose]
    if not same or any(is_unknown(role.name) or is_unknown(role.path) for role in same):
        return ""
    names = " and ".join(f"{role.path}{role.name}" for role in same)
    return f"{arn} is not in this app, which has {names} in account {parts[0]}"


RULE = Rule(
    id="associationRoleMismatch",
    severity=Severity.ERROR,
    what="an association names no role, or one of another account, name or path than the role that the app has there",
    why=(
        "the association is stored and turns invalid when AWS validates it: https://docs.aws.amazon.com/"
        "AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-association.html"
    ),
    fix="write the ARN of the role in the associated account, with its path",
    check=_check,
)
