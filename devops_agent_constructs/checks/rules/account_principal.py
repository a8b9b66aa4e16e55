"""`accountPrincipal`: a whole account gets in, without an external id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_agent_constructs.checks.callers import chained_statements
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID
from devops_agent_constructs.policy_evaluation.unknown import shown

_ROOT = re.compile(r"([0-9]{12})|arn:[^:]*:iam::(.+):root")


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        admitted = {(one.caller.principal, place) for one in verdict.strangers for place in one.places}
        chained = {(statement.place, principal) for statement, principal in chained_statements(role)}
        for statement in role.trust.allowed:
            for principal in statement.parsed.principals:
                account = _ROOT.fullmatch(principal.value) if principal.kind == "AWS" else None
                is_chained = (statement.place, principal) in chained
                if account is None or (statement.required(EXTERNAL_ID) and not is_chained):
                    continue
                has_deny = role.trust.is_judgeable and any(not one.is_allow for one in role.trust.parsed)
                if has_deny and not is_chained and (principal, statement.place) not in admitted:
                    continue
                without = "with the external id" if is_chained else "without an external id"
                is_own = role.account_id in account.groups()
                yield Problem(
                    place=statement.place.at("Principal"),
                    message=f"{shown(principal.value)!r} is every role and user of that account, {without}",
                    severity=Severity.WARNING if is_chained or is_own else Severity.ERROR,
                )


RULE = Rule(
    id="accountPrincipal",
    severity=Severity.ERROR,
    milder="it is the role's own account, or the primary account with the Agent Space's ARN as `sts:ExternalId`",
    what="an account's root as principal, without `sts:ExternalId`",
    why=(
        "whoever may call sts:AssumeRole there gets in: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
    ),
    fix=(
        "let the service in instead ('Service': 'aidevops.amazonaws.com', with its two conditions), or name the agent "
        "role and require 'sts:ExternalId' to be the ARN of the Agent Space"
    ),
    check=_check,
)
