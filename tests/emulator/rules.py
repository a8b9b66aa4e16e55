"""The `Rules` of a template, which CloudFormation evaluates before it touches a resource; moto does not.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Values = Mapping[str, Any]


def broken_assertions(template: Mapping[str, Any], values: Values) -> Iterator[str]:
    """Yield the description of each assertion that is false.

    Args:
        template: The template.
        values: Name -> value of its parameters and of pseudo parameters.

    Raises:
        NotImplementedError: A function that the emulator does not know.
    """
    for name, rule in template.get("Rules", {}).items():
        if _is_true(rule.get("RuleCondition", True), values):
            for assertion in rule["Assertions"]:
                if not _is_true(assertion["Assert"], values):
                    yield assertion.get("AssertDescription", name)


_OF_TERMS: Mapping[str, Callable[[Iterator[bool]], bool]] = {
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Not": lambda terms: not next(terms),
}
_OF_VALUES: Mapping[str, Callable[[Any, Any], bool]] = {
    "Fn::Equals": lambda first, second: bool(first == second),
    "Fn::Contains": lambda strings, one: one in strings,
    "Fn::EachMemberEquals": lambda strings, one: all(member == one for member in strings),
    "Fn::EachMemberIn": lambda strings, others: all(member in others for member in strings),
}


def _is_true(term: Any, values: Values) -> bool:
    if isinstance(term, bool):
        return term
    [(function, arguments)] = term.items()
    if function in _OF_TERMS:
        return _OF_TERMS[function](_is_true(one, values) for one in arguments)
    if function in _OF_VALUES:
        return _OF_VALUES[function](*(_value(one, values) for one in arguments))
    raise NotImplementedError(f"the emulator evaluates no {function} in Rules")


def _value(term: Any, values: Values) -> Any:
    if isinstance(term, list):
        return [_value(one, values) for one in term]
    if isinstance(term, dict):
        [(function, name)] = term.items()
        if function != "Ref":
            raise NotImplementedError(f"the emulator evaluates no {function} in Rules")
        return values[name]
    return str(term)
