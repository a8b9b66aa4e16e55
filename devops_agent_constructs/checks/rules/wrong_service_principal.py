"""`wrongServicePrincipal`: the trust policy lets another service in than DevOps Agent."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import is_devops_agent_like
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        is_harmless = verdict.meant and verdict.admits_the_meant
        near = [
            (statement.place, one.value)
            for statement in role.trust.statements
            for one in statement.parsed.principals
            if one.kind == "Service" and one.value != service.SERVICE_PRINCIPAL and is_devops_agent_like(one.value)
        ]
        for place, name in near:
            message = f"{name!r} is no service of AWS; DevOps Agent calls as {service.SERVICE_PRINCIPAL!r}"
            severity = Severity.WARNING if is_harmless else Severity.ERROR
            yield Problem(place=place.at("Principal"), message=message, severity=severity)
        if not near and _lets_nobody_of_devops_agent_in(role):
            named = ", ".join(sorted(shown(str(one)) for at in role.trust.allowed for one in at.parsed.principals))
            message = f"the role lets {named or 'nobody'} in, but not {service.SERVICE_PRINCIPAL}"
            place = next((statement.place.at("Principal") for statement in role.trust.allowed), role.trust.place)
            yield Problem(place=place, message=message)


def _lets_nobody_of_devops_agent_in(role: Role) -> bool:
    trust = role.trust
    principals = [one for statement in trust.allowed for one in statement.parsed.principals]
    # A role that reads may trust the agent role instead, as before general availability.
    may_chain = role.purpose is Purpose.READ and any(one.kind == "AWS" for one in principals)
    is_open = any(one.value in {"*", service.SERVICE_PRINCIPAL} or is_unknown(one.value) for one in principals)
    return trust.is_judgeable and not may_chain and not is_open


RULE = Rule(
    id="wrongServicePrincipal",
    severity=Severity.ERROR,
    milder="the Agent Space gets in all the same",
    what="another service principal than `aidevops.amazonaws.com`",
    why=(
        "DevOps Agent cannot assume the role: https://docs.aws.amazon.com/devopsagent/latest/userguide/"
        "getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix="write 'Principal': {'Service': 'aidevops.amazonaws.com'}",
    check=_check,
)
