"""`foreignGrant`: a policy is to be attached to a role of another account, where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import agent_roles
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Policy, account_path_name
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def _check(resources: Resources) -> Iterator[Problem]:
    chained = {arn for role in resources.roles for arn in agent_roles(role)}
    named = {arn for one in resources.associations for arn in (one.role_arn, one.elevated_role_arn) if arn}
    own_roles = {(role.account_id, role.name) for role in resources.roles}
    for policy in resources.policies:
        for written in policy.roles:
            owner = _owner_of_arn(written, policy, chained | named) or _owner_of_name(
                written, policy, chained, own_roles
            )
            if owner:
                message = (
                    f"{written} is of account {owner}; this stack, of account {policy.account_id}, grants nothing there"
                )
                yield Problem(place=policy.place, message=message)


def _owner_of_arn(written: str, policy: Policy, of_devops_agent: set[str]) -> str:
    parts = account_path_name(written)
    if parts is None or is_unknown(policy.account_id) or is_unknown(written) or parts[0] == policy.account_id:
        return ""
    is_ours = written in of_devops_agent or any(
        action.lower().startswith("aidevops:") for statement in policy.parsed for action in statement.actions
    )
    is_ours = is_ours or any(one in of_devops_agent for statement in policy.parsed for one in statement.resources)
    return parts[0] if is_ours else ""


def _owner_of_name(written: str, policy: Policy, chained: set[str], own_roles: set[tuple[str, str]]) -> str:
    """Return the account of an agent role that a policy of the secondary account's stack names as its own."""
    own = policy.account_id
    for arn in sorted(chained):
        account_id, _, name = account_path_name(arn) or ("", "", "")
        is_elsewhere = account_id != own and not is_unknown(own) and (own, written) not in own_roles
        # The role to be assumed is in the policy's own account, and its trust policy names the agent role elsewhere.
        is_of_own_role = any(
            statement.grants("sts:AssumeRole") and f":iam::{own}:role/" in resource
            for statement in policy.statements
            for resource in statement.parsed.resources
        )
        if written == name and is_elsewhere and is_of_own_role:
            return account_id
    return ""


RULE = Rule(
    id="foreignGrant",
    severity=Severity.ERROR,
    what="a policy that is attached to a DevOps Agent role of another account",
    why=(
        "a stack attaches policies in its own account only; the CDK reports such a grant as done and adds nothing: "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html"
    ),
    fix="put the policy into a stack of the role's own account, or let the role's owner add it",
    check=_check,
)
