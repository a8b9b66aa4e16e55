"""Is a Condition element met by a request?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.iam_reference.matching import NEGATED, POSITIVE, Keys, UndefinedError

_OPERATOR = re.compile(r"(?:(?P<set>forallvalues|foranyvalue):)?(?P<name>[a-z]+?)(?P<if_exists>ifexists)?")


def is_operator(name: str) -> bool:
    """Tell whether IAM has such an operator; `Null` takes neither qualifier."""
    match = _OPERATOR.fullmatch(name.lower())
    if match is None:
        return False
    return name.lower() == "null" or match["name"] in POSITIVE or match["name"] in NEGATED


def is_met(condition: Mapping[str, Mapping[str, list[str]]], keys: Keys, *, has_variables: bool) -> bool:
    """Tell whether every operator is met for every key: AND between them, OR between the values of one.

    reference_policies_condition-logic-multiple-context-keys-or-values.html
    """
    met = [
        _one(operator.lower(), key, values, keys, has_variables)
        for operator, tested in condition.items()
        for key, values in tested.items()
    ]
    return all(met)


def _one(operator: str, key: str, values: list[str], keys: Keys, has_variables: bool) -> bool:
    # "Condition context key names are not case-sensitive": reference_policies_elements_condition.html
    given = keys.get(key.lower())
    # A key without a value, as a null dataset, "such as an empty string", resolves to nothing:
    # reference_policies_condition-single-vs-multi-valued-context-keys.html
    members = [] if given is None else [given] if isinstance(given, str) else list(given)
    if operator == "null":
        # "true": the key is not there, or its value is null: #Conditions_Null
        return any((value.lower() == "true") is not any(members) for value in values)
    match = _OPERATOR.fullmatch(operator)
    if match is None:
        raise UndefinedError(operator)
    # "If the key is not present, evaluate the condition element as true": #Conditions_IfExists
    if match["if_exists"] and not members:
        return True
    variables = keys if has_variables else None
    if match["set"]:
        present = members if any(members) else []
        found = [_value(match["name"], values, member, variables) for member in present]
        # ForAllValues is true of an empty set, ForAnyValue is not: as above, "single-vs-multi-valued".
        return all(found) if match["set"] == "forallvalues" else any(found)
    if len(members) > 1:
        raise UndefinedError(f"{key} has several values, and {operator} is no set operator")
    if not members:
        # "If the key that you specify in a policy condition is not present in the request context, the values do not
        # match and the condition is false. If the policy condition requires that the key is not matched, such as
        # StringNotLike or ArnNotLike, and the right key is not present, the condition is true."
        return match["name"] in NEGATED
    return _value(match["name"], values, members[0], variables)


def _value(name: str, values: list[str], given: str, variables: Keys | None) -> bool:
    """Compare one value of the request: OR between the policy's values, NOR under a negated operator.

    A variable that has no value makes the policy's value null: nothing is equal to it or like it, while "inverted
    condition operators like StringNotEquals or StringNotLike do match against a null value":
    reference_policies_variables.html
    """
    positive = NEGATED.get(name, name)
    found = [POSITIVE[positive](value, given, variables) for value in values]
    return any(found) is not (name in NEGATED)
