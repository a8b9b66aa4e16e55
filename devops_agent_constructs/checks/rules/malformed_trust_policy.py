"""`malformedTrustPolicy`: IAM refuses the trust policy, or AWS does not say what it means."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import STRANGER, as_service, named_spaces, some_space
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.assume_role import decide_by


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for place, error in role.trust.refused:
            yield Problem(place=place, message=str(error))
        if message := _undefined(role):
            yield Problem(place=role.trust.place, message=message)


def _undefined(role: Role) -> str:
    """Say what AWS does not define for a request that has every key a trust policy of DevOps Agent asks for."""
    if role.trust.whole is None:
        return ""
    space = (*named_spaces(role.trust), some_space("us-east-1", STRANGER))[0]
    try:
        decide_by(role.trust.whole, as_service(space, external_id=space.arn))
    except OnboardingInputError as error:
        return str(error)
    return ""


RULE = Rule(
    id="malformedTrustPolicy",
    severity=Severity.ERROR,
    what="a trust policy that IAM refuses, or of which AWS does not say what it means",
    why="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    fix="write it as AWS's grammar says; a misspelt element is refused, a misspelt condition key admits nobody",
    check=_check,
)
