"""`othersAdmitted`: who else gets in, found by asking the trust policy, where no other rule says why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from devops_agent_constructs.checks.callers import Caller
from devops_agent_constructs.checks.finding import Place, Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.rules import (
    any_agent_space,
    missing_source_account,
    missing_source_arn,
    wildcard_principal,
    wildcard_source_arn,
    wrong_service_principal,
    wrong_source_account,
)
from devops_agent_constructs.checks.trust import EXTERNAL_ID
from devops_agent_constructs.policy_evaluation.unknown import shown

# What they say of a statement is not said again.
_SPECIFIC = (
    any_agent_space.RULE,
    missing_source_account.RULE,
    missing_source_arn.RULE,
    wildcard_principal.RULE,
    wildcard_source_arn.RULE,
    wrong_source_account.RULE,
)


def _check(resources: Resources) -> Iterator[Problem]:
    services = {one.place.above for one in wrong_service_principal.RULE.check(resources)}
    explained = {place for rule in _SPECIFIC for one in rule.check(resources) for place in (one.place, one.place.above)}
    for _role, verdict in resources.judged:
        found = defaultdict[Place, list[Caller]](list)
        for one in verdict.strangers:
            for place in one.places:
                is_service = one.caller.principal is not None and one.caller.principal.kind == "Service"
                is_said = (one.caller.is_the_service and place in explained) or (is_service and place in services)
                if not is_said and not _is_whole_account(one.caller):
                    found[place].append(one.caller)
        for place, callers in found.items():
            is_worse = any(caller.is_outside for caller in callers)
            yield Problem(
                place=place,
                message=f"others get in too: {'; '.join(dict.fromkeys(shown(caller.who) for caller in callers))}",
                severity=Severity.ERROR if is_worse else Severity.WARNING,
            )


def _is_whole_account(caller: Caller) -> bool:
    """Tell whether `accountPrincipal` says it."""
    principal, statement = caller.principal, caller.statement
    if principal is None or statement is None or statement.required(EXTERNAL_ID):
        return False
    return principal.kind == "AWS" and principal.value != str(caller.request.caller)


RULE = Rule(
    id="othersAdmitted",
    severity=Severity.ERROR,
    milder="they are of the Agent Space's or the role's own account",
    what="others than the intended Agent Space get in: other spaces, services, roles or users",
    why=(
        "the trust policy was evaluated as IAM does, so it does not matter how it is written: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
    ),
    fix=(
        "let each of them in only if it is meant; a role of its own for each is easier to confine, and DevOps Agent "
        "needs one Agent Space alone ('aws:SourceAccount' and 'aws:SourceArn')"
    ),
    check=_check,
)
