"""`serviceLinkedRoleOnStar`: the role may create service-linked roles of any service."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.unknown import shown, stand_in
from devops_agent_constructs.policies.patterns import string_matches

# Some other service's: a pattern that covers it covers more than Resource Explorer's.
_OTHER = "arn:aws:iam::000000000000:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        own = _OTHER.replace("000000000000", stand_in(role.account_id))
        for policy in role.policies:
            for statement in policy.statements:
                wide = [one for one in statement.resources if string_matches(stand_in(one), own, None)]
                if statement.grants("iam:CreateServiceLinkedRole") and wide:
                    message = f"iam:CreateServiceLinkedRole on {shown(wide[0])!r}: for other services too"
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
