"""`malformedTrustPolicy`: IAM refuses the trust policy, or AWS does not say what it means."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        for place, error in role.trust.refused:
            yield Problem(place=place, message=str(error))
        if verdict.undefined:
            yield Problem(place=role.trust.place, message=verdict.undefined)


RULE = Rule(
    id="malformedTrustPolicy",
    severity=Severity.ERROR,
    what="a trust policy that IAM refuses, or of which AWS does not say what it means",
    why="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    fix="write it as AWS's grammar says; a misspelt element is refused, a misspelt condition key admits nobody",
    check=_check,
)
