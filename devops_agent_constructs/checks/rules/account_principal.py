"""`accountPrincipal`: a whole account gets in, without an external id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID
from devops_agent_constructs.checks.unknown import shown

_ROOT = re.compile(r"[0-9]{12}|arn:[^:]*:iam::(.+):root")


def _check(resources: Resources) -> Iterator[Problem]:
    for role in resources.roles:
        for statement in role.trust.allowed:
            for principal in statement.parsed.principals:
                is_account = principal.kind == "AWS" and _ROOT.fullmatch(principal.value)
                if is_account and not statement.required(EXTERNAL_ID):
                    message = (
                        f"{shown(principal.value)!r} is every role and user of that account, without an external id"
                    )
                    yield Problem(place=statement.place.at("Principal"), message=message)


RULE = Rule(
    id="accountPrincipal",
    severity=Severity.ERROR,
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
