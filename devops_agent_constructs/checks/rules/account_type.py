"""`accountType`: an association says one thing by its kind, and another by its account type."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.unknown import is_unknown

_TYPES = {"Aws": "monitor", "SourceAws": "source"}


def _check(resources: Resources) -> Iterator[Problem]:
    for one in resources.associations:
        if one.account_type != _TYPES[one.kind] and not is_unknown(one.account_type):
            message = f"{one.kind} has AccountType {one.account_type!r}; its only one is {_TYPES[one.kind]!r}"
            yield Problem(place=one.place.at("AccountType"), message=message)


RULE = Rule(
    id="accountType",
    severity=Severity.ERROR,
    what="`SourceAws` with another AccountType than `source`, `Aws` with another than `monitor`",
    why=(
        "AWS's schema has no other: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-devopsagent-association.html"
    ),
    fix="SourceAws and 'source' for another account, Aws and 'monitor' for the Agent Space's own",
    check=_check,
)
