"""Says what of a template or a policy cannot be read, so that it is not judged."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.rule import CLOUDFORMATION, Resources, Rule


@Rule(
    id="unreadable",
    severity=Severity.WARNING,
    what="a part that cannot be read, such as `Fn::ForEach`, or a value of a type that CloudFormation does not take",
    reason="nothing is said of what it would make; all else is checked",
    source=CLOUDFORMATION + "intrinsic-function-reference.html",
    fix="correct it if it is a slip; check what the template becomes, where CloudFormation is to expand it",
).of_resources
def unreadable(resources: Resources) -> Iterator[Problem]:
    """Find what cannot be read."""
    refused = [why for role in resources.roles for policy in role.policies for why in policy.refused]
    for place, why in (*resources.unreadable, *refused):
        yield Problem(place, f"not checked: {why}")
