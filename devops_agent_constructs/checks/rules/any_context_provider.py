"""`anyContextProvider`: a session takes over an identity from any provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from devops_agent_constructs.checks.callers import as_service, sources
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.policy_evaluation.assume_role import decide_by

_OTHER = "arn:aws:iam::aws:contextProvider/Other"


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        is_judged = role.trust.is_judgeable and not verdict.undefined
        for source in sources(role)[:1] if is_judged else ():
            asked = as_service(source.one())
            found = []
            for who, providers in (("no provider", []), ("any provider", [_OTHER])):
                context = {**asked.context, "sts:RequestContextProviders": providers}
                request = replace(asked, action="sts:SetContext", context=context)
                if decide_by(role.trust.parsed, request).is_allowed:
                    found.append(who)
            if found:
                message = f"sts:SetContext is allowed with the context of {' and of '.join(found)}"
                yield Problem(place=role.trust.place, message=message)


RULE = Rule(
    id="anyContextProvider",
    severity=Severity.ERROR,
    what="`sts:SetContext` without both conditions on `sts:RequestContextProviders`",
    why=(
        "the session would speak for people of any identity provider; ForAllValues alone is true of a request without "
        "the key: https://docs.aws.amazon.com/devopsagent/latest/userguide/"
        "getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix=(
        "write 'ForAllValues:ArnEquals': {'sts:RequestContextProviders': "
        "['arn:aws:iam::aws:contextProvider/IdentityCenter']} and 'Null': {'sts:RequestContextProviders': 'false'}"
    ),
    check=_check,
)
