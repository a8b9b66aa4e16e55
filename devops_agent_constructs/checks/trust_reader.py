"""Reads a trust policy of which parts may be unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.trust import Trust, TrustStatement
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.trust_document import parse_trust_policy
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def read_trust(document: object, place: Place) -> Trust:
    """Read a trust policy.

    Args:
        document: With unknown texts where only deployment knows.
        place: Where it stands.
    """
    if is_unknown(document) or (isinstance(document, Mapping) and is_unknown(document.get("Version"))):
        return Trust(place=place, statements=(), has_unknown_statement=True, refused=(), written="")
    if not isinstance(document, Mapping):
        document = {"Statement": document}  # The reader says what is wrong with it.
    statements, refused, is_hidden = [], [], False
    for at, statement in each_statement(document, place):
        if is_hidden_statement(statement):
            is_hidden = True
            continue
        try:
            [parsed] = parse_trust_policy({**document, "Statement": [statement]})
        except OnboardingInputError as error:
            refused.append((at, error))
        else:
            statements.append(TrustStatement(place=at, parsed=parsed))
    return Trust(
        place=place,
        statements=tuple(statements),
        has_unknown_statement=is_hidden,
        refused=tuple(refused),
        written=repr(document),
    )


def each_statement(document: Mapping[str, object], place: Place) -> Iterator[tuple[Place, object]]:
    """Yield each statement of a policy, also the only one outside of a list, with its place."""
    element = document.get("Statement")
    if not isinstance(element, list) or not element:
        yield place.at("Statement"), element
        return
    for index, statement in enumerate(element):
        yield place.at("Statement", index), statement


def is_hidden_statement(statement: object) -> bool:
    """Tell whether it is unknown what the statement is about; unknown values are no obstacle."""
    if not isinstance(statement, Mapping):
        return is_unknown(statement)
    elements = [statement.get(name) for name in ("Effect", "Principal", "Condition")]
    for name in ("Action", "NotAction"):
        value = statement.get(name)
        elements += value if isinstance(value, list) else [value]
    principal, condition = statement.get("Principal"), statement.get("Condition")
    services = principal.get("Service") if isinstance(principal, Mapping) else None
    elements += services if isinstance(services, list) else [services]
    elements += condition.values() if isinstance(condition, Mapping) else []
    return any(map(is_unknown, elements))
