"""Reads a policy that grants, as a template or IAM's API has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.resources import Policy, PolicyStatement
from devops_agent_constructs.checks.unknown import is_unknown


def read_policy(
    document: object, place: Place, *, account_id: str, roles: tuple[str, ...] = (), arn: str = ""
) -> Policy:
    """Read a policy; a statement that is not known is left out.

    Args:
        document: With unknown texts where only deployment knows.
        place: Of what holds the document.
        account_id: Of the stack.
        roles: Whom it belongs to, as written.
        arn: Of a managed policy.
    """
    statements = tuple(_statements(document, place.at("PolicyDocument")))
    return Policy(place=place, account_id=account_id, statements=statements, roles=roles, arn=arn)


def _statements(document: object, place: Place) -> Iterator[PolicyStatement]:
    element = document.get("Statement") if isinstance(document, Mapping) else None
    for index, statement in enumerate(element if isinstance(element, list) else [element]):
        if isinstance(statement, Mapping):
            yield PolicyStatement(
                place=place.at("Statement", index) if isinstance(element, list) else place.at("Statement"),
                is_allow=statement.get("Effect") == "Allow",
                actions=_texts(statement.get("NotAction", statement.get("Action"))),
                is_not_action="NotAction" in statement,
                resources=("*",) if "NotResource" in statement else _texts(statement.get("Resource")),
                conditions=_conditions(statement.get("Condition")),
            )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(map(str, value))
    return () if value is None else (str(value),)


def _conditions(element: object) -> Mapping[str, Mapping[str, tuple[str, ...]]] | None:
    if element is None:
        return {}
    if not isinstance(element, Mapping) or any(map(is_unknown, element.values())):
        return None
    return {
        str(operator): {str(key): _texts(values) for key, values in keys.items()}
        for operator, keys in element.items()
        if isinstance(keys, Mapping)
    }
