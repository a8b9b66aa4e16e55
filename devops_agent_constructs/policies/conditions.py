"""The Condition element of a policy: is it met by a request, and if not, why not.

Operators, keys and set operators are read as AWS documents them:

- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.comparisons import OPERATORS, Operator
from devops_agent_constructs.policies.patterns import Context, missing_variable

_QUALIFIED = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One operator on one key; a Condition element asks for all of its conditions.

    Attributes:
        field: Where it stands, e.g. `Statement[0].Condition.StringEquals`.
        key: The condition key, as the policy writes it.
        values: The policy's values, at least one.
        operator: None: `Null`, which only asks whether the key is there.
        set_operator: `forallvalues`, `foranyvalue` or empty.
        if_exists: Whether a missing key meets it.
        has_variables: Whether the policy's version knows policy variables.
    """

    field: str
    key: str
    values: tuple[str, ...]
    operator: Operator | None
    set_operator: str = ""
    if_exists: bool = False
    has_variables: bool = True

    def is_met(self, context: Context) -> bool:
        """Tell whether a request meets this condition.

        Raises:
            OnboardingInputError: AWS does not define the answer: a value is not of the operator's type, or the request
                has several values and the policy does not say whether all or any of them count.
        """
        given = self.given(context)
        if self.operator is None:
            # "" counts as absent: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
            return str(not any(given)).lower() in [value.lower() for value in self.values]
        if self.if_exists and not given:
            return True
        if self.set_operator:
            members = given if any(given) else ()  # An empty string is an empty set.
            met = [self._admits(member, self.operator, context) for member in members]
            return all(met) if self.set_operator == "forallvalues" else any(met)
        if len(given) > 1:
            why = f"the request has several values of {self.key}, which AWS compares by a set operator only"
            fix = "write 'ForAllValues:' or 'ForAnyValue:' before the condition operator"
            raise OnboardingInputError(self.field, self.key, why=why, fix=fix)
        if not given:
            return self.operator.is_negated and not self.missing_variable(context)
        return self._admits(given[0], self.operator, context)

    def given(self, context: Context) -> tuple[str, ...]:
        """Return the request's values of the key; none if it is missing."""
        value = context.get(self.key.lower(), ())
        return (value,) if isinstance(value, str) else tuple(value)

    def missing_variable(self, context: Context) -> str:
        """Return the first policy variable without a value in the request, or an empty string."""
        if self.operator is None or not self.operator.takes_variables or not self.has_variables:
            return ""
        return next(filter(None, (missing_variable(value, context) for value in self.values)), "")

    def _admits(self, member: str, operator: Operator, context: Context) -> bool:
        # AWS: an attempt to match a missing variable fails. A negated operator must not succeed through it.
        if operator.is_negated and self.missing_variable(context):
            return False
        variables = context if self.has_variables else None
        # All values: a malformed one must not depend on the order.
        found = [operator.matches(value, member, variables) for value in self.values]
        return any(found) is not operator.is_negated


def parse_conditions(
    element: Mapping[str, Mapping[str, tuple[str, ...]]], *, field: str, has_variables: bool
) -> tuple[Condition, ...]:
    """Read a Condition element.

    Args:
        element: Operator -> key -> values. Names of operators and keys may have any case.
        field: Where it stands; the name that an error blames.
        has_variables: Whether the policy's version knows policy variables.

    Raises:
        OnboardingInputError: AWS has no such operator, or `Null` has a value other than true and false.
    """
    conditions = []
    for name, keys in element.items():
        set_operator, operator, if_exists = _parse_operator(name, field=field)
        for key, values in keys.items():
            if operator is None and not {value.lower() for value in values} <= {"true", "false"}:
                why = "Null asks whether a key is missing"
                raise OnboardingInputError(f"{field}.{name}.{key}", values, why=why, fix="write 'true' or 'false'")
            condition = Condition(
                field=f"{field}.{name}",
                key=key,
                values=values,
                operator=operator,
                set_operator=set_operator,
                if_exists=if_exists,
                has_variables=has_variables,
            )
            conditions.append(condition)
    return tuple(conditions)


def _parse_operator(name: str, *, field: str) -> tuple[str, Operator | None, bool]:
    match = _QUALIFIED.fullmatch(name)
    set_operator, base, if_exists = (match[1] or "", match[2], bool(match[3])) if match else ("", "", False)
    if base.lower() == "null" and not set_operator and not if_exists:
        return "", None, False
    if base.lower() not in OPERATORS:
        why = "IAM has no such condition operator"
        fix = (
            "write one of its own, e.g. 'StringEquals' or 'ArnLike' ('Null' takes neither a set operator nor IfExists)"
        )
        raise OnboardingInputError(field, name, why=why, fix=fix)
    return set_operator.lower(), OPERATORS[base.lower()], if_exists
