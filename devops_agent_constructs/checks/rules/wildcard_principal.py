"""`wildcardPrincipal`: the trust policy names everybody."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed:
            if any(one.kind == "AWS" and one.value == "*" for one in statement.parsed.principals):
                message = "Principal '*' is everybody in every AWS account, and every AWS service"
                yield Problem(place=statement.place.at("Principal"), message=message)


RULE = Rule(
    id="wildcardPrincipal",
    severity=Severity.ERROR,
    what="`*` as the principal of a trust policy",
    why=(
        "only conditions keep the world out: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous"
    ),
    fix="write 'Principal': {'Service': 'aidevops.amazonaws.com'}",
    check=_check,
)
