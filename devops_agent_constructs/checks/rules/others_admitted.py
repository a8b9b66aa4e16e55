"""`othersAdmitted`: who else gets in, found by asking the trust policy about a table of callers."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.checks.callers import admits, others
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources, Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.unknown import with_names_back

_BY_PROVIDER = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        if who := _admitted(role):
            yield Problem(place=role.trust.place, message=f"others get in too: {'; '.join(who)}")


def _admitted(role: Role) -> list[str]:
    # Whom an identity provider signed in is not in the table: the evaluator knows no such caller.
    who = [
        str(principal)
        for statement in role.trust.allowed
        for principal in statement.parsed.principals
        if principal.kind == "Federated" and any(map(statement.parsed.is_about, _BY_PROVIDER))
    ]
    who += [probe.who for probe in others(role) if admits(role.trust, probe.request)]
    written = role.trust.written + role.account_id
    return [with_names_back(one, written=written) for one in dict.fromkeys(who)]


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
