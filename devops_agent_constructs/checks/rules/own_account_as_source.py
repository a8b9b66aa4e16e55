"""`ownAccountAsSource`: the Agent Space's own account is associated as if it were another one."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.unknown import shown


def _check(resources: Resources) -> Iterator[Problem]:
    for one in resources.associations:
        if one.kind == "SourceAws" and one.account_id and one.account_id == one.stack_account_id:
            message = f"account {shown(one.account_id)} is the Agent Space's own"
            yield Problem(place=one.place.at("AccountId"), message=message)


RULE = Rule(
    id="ownAccountAsSource",
    severity=Severity.ERROR,
    what="an association `SourceAws` with the Agent Space's own account",
    why=(
        "AWS's type for it is `Aws`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-devopsagent-association.html"
    ),
    fix="write Aws with AccountType 'monitor'",
    check=_check,
)
