"""`crossAccountMonitor`: another account is associated as if it were the Agent Space's own."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Association, Resources
from devops_agent_constructs.checks.role import account_path_name
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def _check(resources: Resources) -> Iterator[Problem]:
    for one in resources.associations:
        own = one.stack_account_id
        for name, account_id in _accounts(one):
            if one.kind == "Aws" and account_id != own and not is_unknown(account_id) and not is_unknown(own):
                message = f"{name} is of account {account_id}; Aws connects the Agent Space's own account, {own}"
                yield Problem(place=one.place.at(name), message=message)


def _accounts(association: Association) -> Iterator[tuple[str, str]]:
    yield "AccountId", association.account_id
    for name, arn in (
        ("AssumableRoleArn", association.role_arn),
        ("AgentElevatedRoleArn", association.elevated_role_arn),
    ):
        if (parts := account_path_name(arn)) is not None:
            yield name, parts[0]


RULE = Rule(
    id="crossAccountMonitor",
    severity=Severity.ERROR,
    what="an association `Aws` (`monitor`) with another account, or with its role",
    why=(
        "AWS answers 'Cross-account pass role is not allowed': https://docs.aws.amazon.com/AWSCloudFormation/latest/"
        "TemplateReference/aws-resource-devopsagent-association.html"
    ),
    fix="write SourceAws with AccountType 'source'",
    check=_check,
)
