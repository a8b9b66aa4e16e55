"""`serviceLinkedRoleOnStar`: the role may create service-linked roles of any service."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.patterns import string_matches
from devops_agent_constructs.policy_evaluation.unknown import shown

_CREATE = "iam:CreateServiceLinkedRole"
# Some other service's: what covers it covers more than Resource Explorer's.
_OTHER_SERVICE = "support.amazonaws.com"
_OTHER = f"arn:aws:iam::{{}}:role/aws-service-role/{_OTHER_SERVICE}/AWSServiceRoleForSupport"


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        own = _OTHER.format(role.account_id)
        for policy in role.policies:
            for statement in policy.statements:
                is_open = statement.grants(_CREATE) and statement.may_hold({"iam:awsservicename": _OTHER_SERVICE})
                wide = [one for one in statement.wide_resources if string_matches(one, own, None)]
                if is_open and wide:
                    message = f"{_CREATE} on {shown(wide[0])!r}: for other services too"
                    yield Problem(place=statement.place.at("Resource"), message=message)


RULE = Rule(
    id="serviceLinkedRoleOnStar",
    severity=Severity.ERROR,
    what="`iam:CreateServiceLinkedRole` on `*`, or on another pattern that covers more than one service",
    why=(
        "AWS's guide asks for the role of Resource Explorer alone: https://docs.aws.amazon.com/devopsagent/latest/"
        "userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix=(
        "write the resource 'arn:aws:iam::<account>:role/aws-service-role/resource-explorer-2.amazonaws.com/"
        "AWSServiceRoleForResourceExplorer'"
    ),
    check=_check,
)
