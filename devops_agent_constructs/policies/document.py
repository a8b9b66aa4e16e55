"""Defines IAM policy documents as plain dictionaries; merges and orders their statements.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN

if TYPE_CHECKING:  # Of `typing` from Python 3.11 on.
    from typing_extensions import NotRequired

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]
"""Condition operator -> condition key -> value or values."""


class TrustPolicyStatement(TypedDict):
    """One statement of a trust policy."""

    Sid: NotRequired[str]
    Effect: str
    Principal: dict[str, str]
    Action: str | list[str]
    Condition: Conditions


class TrustPolicy(TypedDict):
    """Who may assume a role."""

    Version: str
    Statement: list[TrustPolicyStatement]


class Statement(TypedDict):
    """One statement of an inline policy, with Action or NotAction; it always has a Sid, by which it is merged."""

    Sid: str
    Effect: str
    Action: NotRequired[list[str]]
    NotAction: NotRequired[list[str]]
    Resource: list[str]
    Condition: NotRequired[Conditions]


class InlinePolicy(TypedDict):
    """What a role may do."""

    Version: str
    Statement: list[Statement]


_ACTIONS: tuple[Literal["Action", "NotAction"], ...] = ("Action", "NotAction")
_LISTS = {*_ACTIONS, "Resource"}


def merge(statements: Iterable[Statement]) -> list[Statement]:
    """Unite the resources of statements that share a Sid, and order all by Sid, what allows before what denies.

    Returns:
        One statement per Sid; the same for every order of the input.

    Raises:
        OnboardingInputError: Two statements share a Sid but differ in more than their resources.
    """
    by_sid: dict[str, Statement] = {}
    for statement in statements:
        sid = statement["Sid"]
        known = by_sid.setdefault(sid, statement)
        if known is statement:
            continue
        if _without_resources(known) != _without_resources(statement):
            why = "another statement of the policy has this Sid, with other actions or conditions"
            raise OnboardingInputError("sid", sid, why=why, fix="give each statement a Sid of its own")
        by_sid[sid] = {**known, "Resource": [*known["Resource"], *statement["Resource"]]}
    # cdk-nag's rules on full access read a policy as one text, and take `iam:*` of a Deny for that of a later Allow.
    ordered = sorted(by_sid.values(), key=lambda statement: (statement["Effect"], statement["Sid"]))
    return [_ordered(statement) for statement in ordered]


def one_as_itself(value: object) -> object:
    """Write lists of one action or resource in a policy as CDK does, without the list."""
    if isinstance(value, list):
        return [one_as_itself(item) for item in value]
    if isinstance(value, dict):
        return {key: _alone(part) if key in _LISTS else one_as_itself(part) for key, part in value.items()}
    return value


def _alone(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _without_resources(statement: Statement) -> dict[str, Any]:
    return {**_with_ordered_actions(statement), "Resource": None}


def _ordered(statement: Statement) -> Statement:
    # CDK numbers its tokens as they are made: as text, the tenth would stand before the ninth.
    resources = sorted(dict.fromkeys(statement["Resource"]), key=lambda resource: UNKNOWN.sub("", resource))
    if len(resources) > 1 and (lists := [resource for resource in resources if resource.startswith("#{Token[")]):
        why = "only deployment knows this list, and CDK cannot add to it"
        raise OnboardingInputError("resources", lists[0], why=why, fix="give it a statement (and a Sid) of its own")
    return {**_with_ordered_actions(statement), "Resource": resources}


def _with_ordered_actions(statement: Statement) -> Statement:
    ordered: Statement = {**statement}
    for element in _ACTIONS:
        if element in statement:
            ordered[element] = sorted(set(statement[element]))
    return ordered
