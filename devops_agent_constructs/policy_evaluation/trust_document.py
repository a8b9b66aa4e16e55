"""Read trust policies as people write them, strings or lists everywhere, and refuse what IAM would refuse.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.policy_elements import (
    StatementElements,
    mapping,
    parsed_statements,
    strings,
)
from devops_agent_constructs.policy_evaluation.principals import Principal

_ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Condition"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedStatement(StatementElements):
    """One statement of a trust policy.

    Attributes:
        principals: Whom it names.
    """

    principals: tuple[Principal, ...]


def parse_trust_policy(policy: Mapping[str, object]) -> list[ParsedStatement]:
    """Read a trust policy.

    Args:
        policy: The document, e.g. from `trust_policy()` or from IAM's GetRole.

    Raises:
        OnboardingInputError: It is no trust policy that IAM would accept, or AWS does not say what it means.
    """
    return [
        ParsedStatement(**elements, principals=_parse_principals(statement, field))
        for field, statement, elements in parsed_statements(policy, _ELEMENTS, kind="a trust policy")
    ]


def _parse_principals(statement: Mapping[str, object], field: str) -> tuple[Principal, ...]:
    element = statement.get("Principal")
    if element == "*":
        return (Principal(kind="AWS", value="*"),)
    field = f"{field}.Principal"
    principals = []
    for kind, values in mapping(element, field).items():
        if kind not in {"AWS", "Service", "Federated"}:
            why = "a trust policy names AWS, Service or Federated principals"
            raise OnboardingInputError(field, kind, why=why, fix="write 'AWS' or 'Service'")
        principals += [Principal(kind=kind, value=value) for value in strings(values, f"{field}.{kind}")]
    if not principals:
        raise OnboardingInputError(field, element, why="it names nobody", fix="write {'Service': …} or {'AWS': …}")
    for principal in principals:
        if principal.kind == "Service" and "*" in principal.value:
            why, fix = "AWS does not say whom a wildcard covers here", "name the service"
            raise OnboardingInputError(f"{field}.Service", principal.value, why=why, fix=fix)
    return tuple(principals)
