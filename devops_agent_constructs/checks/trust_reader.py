"""Reads a trust policy of which parts may be unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.trust import (
    EXTERNAL_ID,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    Trust,
    TrustStatement,
    role_stand_in,
    space_stand_in,
)
from devops_agent_constructs.checks.unknown import is_unknown, stand_in
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.trust_document import parse_trust_policy

_TEXT_OPERATOR = re.compile("String|Arn", re.IGNORECASE)


def read_trust(document: object, place: Place) -> Trust:
    """Read a trust policy.

    Args:
        document: With unknown texts where only deployment knows.
        place: Where it stands.
    """
    if is_unknown(document) or (isinstance(document, Mapping) and is_unknown(document.get("Version"))):
        return Trust(place=place, statements=(), has_unknown_statement=True, refused=(), whole=None, written="")
    if not isinstance(document, Mapping):
        document = {"Statement": document}  # The reader says what is wrong with it.
    element = document.get("Statement")
    written = element if isinstance(element, list) and element else [element]
    statements, refused, is_hidden, is_evaluable = [], [], False, True
    for index, statement in enumerate(written):
        at = place.at("Statement", index) if isinstance(element, list) else place.at("Statement")
        if _is_not_known(statement):
            is_hidden = True
            continue
        is_evaluable = is_evaluable and not _has_unknown_operand(statement)
        try:
            [parsed] = parse_trust_policy({**document, "Statement": [statement]})
        except OnboardingInputError as error:
            refused.append((at, error))
        else:
            statements.append(TrustStatement(place=at, parsed=parsed))
    is_evaluable = is_evaluable and not is_hidden and not refused
    return Trust(
        place=place,
        statements=tuple(statements),
        has_unknown_statement=is_hidden,
        refused=tuple(refused),
        whole=tuple(parse_trust_policy(_with_stand_ins(document))) if is_evaluable else None,
        written=json.dumps(document, default=str),
    )


def _is_not_known(statement: object) -> bool:
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
    # Its operand decides what it asks.
    elements += next((keys.values() for operator, keys in _conditions(statement) if operator.lower() == "null"), [])
    return any(map(is_unknown, elements))


def _has_unknown_operand(statement: object) -> bool:
    """Tell whether a condition compares something else than a source or an external id with what is not known."""
    return any(
        (key.lower() not in {SOURCE_ACCOUNT, SOURCE_ARN, EXTERNAL_ID} or not _TEXT_OPERATOR.search(operator))
        and any(map(is_unknown, values if isinstance(values, list) else [values]))
        for operator, keys in _conditions(statement)
        for key, values in keys.items()
    )


def _conditions(statement: object) -> list[tuple[str, Mapping[str, Any]]]:
    condition = statement.get("Condition") if isinstance(statement, Mapping) else None
    found = condition.items() if isinstance(condition, Mapping) else ()
    return [(str(operator), keys) for operator, keys in found if isinstance(keys, Mapping)]


def _with_stand_ins(value: object, *, key: str = "") -> Any:  # noqa: ANN401 (as the document's values)
    if isinstance(value, Mapping):
        return {name: _with_stand_ins(one, key=name.lower()) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_stand_ins(one, key=key) for one in value]
    if not isinstance(value, str):
        return value
    # An ARN as a whole, which operators and principals take only in its own form.
    if key in {SOURCE_ARN, EXTERNAL_ID}:
        return space_stand_in(value)
    return role_stand_in(value) if key == "aws" else stand_in(value)
