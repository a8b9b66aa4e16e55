"""`othersAdmitted`: who else gets in, found by asking the trust policy about a table of callers."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import admits, others
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.unknown import with_names_back
from devops_agent_constructs.policies.who_can_assume import who_can_assume


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if role.trust.document is not None and (admitted := _admitted(role)):
            yield Problem(place=role.trust.place, message=f"others get in too: {'; '.join(admitted)}")


def _admitted(role: Role) -> list[str]:
    document = role.trust.document or {}
    # Whom an identity provider signed in is not in the table: the evaluator knows no such caller.
    signed_in = [line for line in who_can_assume(document) if line.startswith("users whom ")]
    who = [probe.who for probe in others(role) if admits(document, probe.request)]
    written = role.trust.written + role.account_id
    return [with_names_back(one, written=written) for one in dict.fromkeys([*signed_in, *who])]


RULE = Rule(
    id="othersAdmitted",
    severity=Severity.ERROR,
    what="others than the intended Agent Space get in: other spaces, services, roles or users",
    why=(
        "the trust policy was evaluated as IAM does, so it does not matter how it is written: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
    ),
    fix=(
        "let in the service only, for one Agent Space ('aws:SourceAccount' and 'aws:SourceArn'), or the agent role "
        "with the Agent Space's ARN as 'sts:ExternalId'"
    ),
    check=_check,
)
