"""Tell whether a request meets the Condition element of a policy.

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
from devops_agent_constructs.policy_evaluation.answer import NO, UNKNOWN_TEXT, YES, Answer, all_of, any_of
from devops_agent_constructs.policy_evaluation.comparisons import OPERATORS, Operator
from devops_agent_constructs.policy_evaluation.patterns import (
    Context,
    Maybe,
    may_match,
    missing_variable,
    variable_keys,
)
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown

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

    def answer(self, context: Context, *, texts: Answer = UNKNOWN_TEXT) -> Answer:
        """Tell whether a request meets this condition; with the key or the policy variable that decides.

        Args:
            context: The request's condition keys.
            texts: Whether a text matches another that may be the same, as a part of one is not known.

        Raises:
            OnboardingInputError: AWS does not define the answer: a value is not of the operator's type, or the request
                has several values and the policy does not say whether all or any of them count.
        """
        key = self.key.lower()
        if context.get(key) is Maybe.KEY:
            absent = self.answer({**context, key: ()}, texts=texts)
            return absent if absent.is_yes and self._takes_anything else Answer(None, frozenset({self.key}))
        given = self.given(context)
        if self.operator is None:
            return self._is_null(given, texts)
        if self.if_exists and not given:
            return YES
        operator = self.operator
        if self.set_operator:
            members = given if any(given) else ()  # An empty string is an empty set.
            met = [self._admits(member, operator, context, texts) for member in members]
            return all_of(met) if self.set_operator == "forallvalues" else any_of(met)
        if len(given) > 1:
            why = f"the request has several values of {self.key}, which AWS compares by a set operator only"
            fix = "write 'ForAllValues:' or 'ForAnyValue:' before the condition operator"
            raise OnboardingInputError(self.field, self.key, why=why, fix=fix)
        if not given:
            return YES if operator.is_negated else NO
        return self._admits(given[0], operator, context, texts)

    def given(self, context: Context) -> tuple[str, ...]:
        """Return the request's values of the key; none if it is missing, or not known to be there."""
        value = context.get(self.key.lower(), ())
        return () if isinstance(value, Maybe) else (value,) if isinstance(value, str) else tuple(value)

    @property
    def is_required(self) -> bool:
        """Whether a request without the key fails it, and one with the key is compared."""
        is_optional = self.if_exists or self.set_operator == "forallvalues"
        return self.operator is not None and not self.operator.is_negated and not is_optional

    def is_pattern(self, value: str) -> bool:
        """Tell whether a value of it is taken as a pattern for several."""
        known = UNKNOWN.sub("", value)
        return self.operator is not None and self.operator.has_patterns and ("*" in known or "?" in known)

    @property
    def keys(self) -> set[str]:
        """The condition keys, in lower case, on which it depends."""
        named = self.values if self.has_variables and self.operator and self.operator.takes_variables else ()
        return {self.key.lower()}.union(*map(variable_keys, named))

    def missing_variable(self, context: Context) -> str:
        """Return the first policy variable without a value in the request, or an empty string."""
        if self.operator is None or not self.operator.takes_variables or not self.has_variables:
            return ""
        return next(filter(None, (missing_variable(value, context) for value in self.values)), "")

    @property
    def _takes_anything(self) -> bool:
        """Whether every value of a key that is there meets it."""
        if self.operator is None:
            return {value.lower() for value in self.values} == {"true", "false"}
        return "*" in self.values and self.operator.has_patterns and not self.operator.is_negated

    def _is_null(self, given: tuple[str, ...], texts: Answer) -> Answer:
        # "" counts as absent: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
        wanted = [value.lower() for value in self.values]
        if any(map(is_unknown, self.values)):
            return texts
        return YES if str(not any(given)).lower() in wanted else NO

    def _admits(self, member: str, operator: Operator, context: Context, texts: Answer) -> Answer:
        # All values: a malformed one must not depend on the order.
        found = any_of([self._matches(value, member, operator, context, texts) for value in self.values])
        return ~found if operator.is_negated else found

    def _matches(self, value: str, member: str, operator: Operator, context: Context, texts: Answer) -> Answer:
        """Compare one value. A policy variable without a value matches nothing, so that a negated operator is met."""
        has_variables = self.has_variables and operator.takes_variables
        open_keys = {key for key in variable_keys(value) if context.get(key) is Maybe.KEY} if has_variables else set()
        if open_keys:
            return Answer(None, frozenset(open_keys))
        if not operator.takes_variables and (is_unknown(value) or is_unknown(member)):
            return texts
        variables = context if self.has_variables else None
        if operator.matches(value, member, variables):
            return YES
        return texts if operator.takes_variables and may_match(value, member, variables) else NO


def parse_conditions(
    element: Mapping[str, Mapping[str, tuple[str, ...]]], *, field: str, has_variables: bool
) -> tuple[Condition, ...]:
    """Read a Condition element.

    Args:
        element: Operator -> key -> values. Names of operators and keys may have any case.
        field: Where it stands, as an error names it.
        has_variables: Whether the policy's version knows policy variables.

    Raises:
        OnboardingInputError: AWS has no such operator, or `Null` has a value other than true and false.
    """
    conditions = []
    for name, keys in element.items():
        set_operator, operator, if_exists = _parse_operator(name, field=field)
        for key, values in keys.items():
            known = {value.lower() for value in values if not is_unknown(value)}
            if operator is None and not known <= {"true", "false"}:
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
