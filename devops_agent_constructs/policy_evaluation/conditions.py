"""Tell whether a request meets a condition of a policy, and say in words what it asks for and why it is not met.

Operators, keys and set operators are read as AWS documents them:

- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation import patterns
from devops_agent_constructs.policy_evaluation.comparisons import Operator
from devops_agent_constructs.policy_evaluation.patterns import Context, Maybe
from devops_agent_constructs.policy_evaluation.unknown import NO, UNKNOWN, UNKNOWN_TEXT, YES, Answer, is_unknown

_POSITIVE = {"StringEquals", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "StringLike", "Bool", "IpAddress"}


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
            return Answer.all_of(met) if self.set_operator == "forallvalues" else Answer.any_of(met)
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
        return self.is_positive and not is_optional

    @property
    def is_positive(self) -> bool:
        """Whether a key that is there must match a value."""
        return self.operator is not None and not self.operator.is_negated

    @property
    def asks_for_key(self) -> bool:
        """Whether it is met by every request that has the key, and by no other."""
        return self.operator is None and {value.lower() for value in self.values} == {"false"}

    def is_pattern(self, value: str) -> bool:
        """Tell whether a value of it is taken as a pattern for several."""
        known = UNKNOWN.sub("", value)
        return self.operator is not None and self.operator.has_patterns and ("*" in known or "?" in known)

    @property
    def keys(self) -> set[str]:
        """The condition keys, in lower case, on which it depends."""
        named = self.values if self.has_variables and self.operator and self.operator.takes_variables else ()
        return {self.key.lower()}.union(*map(patterns.variable_keys, named))

    def missing_variable(self, context: Context) -> str:
        """Return the first policy variable without a value in the request, or an empty string."""
        if self.operator is None or not self.operator.takes_variables or not self.has_variables:
            return ""
        return next(filter(None, (patterns.missing_variable(value, context) for value in self.values)), "")

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
        matched = Answer.any_of([self._matches(value, member, operator, context, texts) for value in self.values])
        return ~matched if operator.is_negated else matched

    def _matches(self, value: str, member: str, operator: Operator, context: Context, texts: Answer) -> Answer:
        """Compare one value. A policy variable without a value matches nothing, so that a negated operator is met."""
        has_variables = self.has_variables and operator.takes_variables
        keys = patterns.variable_keys(value) if has_variables else set[str]()
        if open_keys := {key for key in keys if context.get(key) is Maybe.KEY}:
            return Answer(None, frozenset(open_keys))
        if not operator.takes_variables and (is_unknown(value) or is_unknown(member)):
            return texts
        variables = context if self.has_variables else None
        if operator.matches(value, member, variables):
            return YES
        return texts if operator.takes_variables and patterns.may_match(value, member, variables) else NO


def condition_in_words(condition: Condition) -> str:
    """Say what a condition asks for, e.g. `aws:SourceAccount is '111111111111'`."""
    values = one_of(condition.values)
    if condition.operator is None:
        states = ["missing" if value.lower() == "true" else "present" for value in condition.values]
        return f"{condition.key} is {' or '.join(states)}"
    prefix = {"forallvalues": "each ", "foranyvalue": "some "}.get(condition.set_operator, "")
    may_be_missing = condition.if_exists or condition.set_operator == "forallvalues"
    # A negated operator is true of a missing key: said too, as nobody expects it.
    if condition.operator.is_negated and condition.set_operator != "foranyvalue":
        may_be_missing = True
    has_pattern = any(map(condition.is_pattern, condition.values))
    verb = f"is {condition.operator.name}"
    if condition.operator.name in _POSITIVE:
        verb = "is like" if has_pattern else "is"
    elif condition.operator.is_negated:
        verb = "is not like" if has_pattern else "is not"
    return f"{prefix}{condition.key} {verb} {values}{' or missing' if may_be_missing else ''}"


def why_not_met(condition: Condition, context: Context) -> str:
    """Say why a request does not meet a condition; the wording of a condition that it meets would be wrong."""
    key, given = condition.key, condition.given(context)
    if variable := condition.missing_variable(context):
        return f"{key} is compared with the policy variable {variable}, which is missing in the request"
    if condition.operator is None:
        return f"key {key} is present in the request" if any(given) else f"key {key} is missing in the request"
    if not given or (condition.set_operator and not any(given)):
        return f"key {key} is missing in the request"
    values, name = one_of(condition.values), condition.operator.name
    verb = "does not admit" if condition.operator.is_negated else "admits"
    if condition.operator.name not in _POSITIVE and not condition.operator.is_negated:
        verb = f"admits {name}"
    return f"{key} is {' and '.join(map(repr, given))}, but the policy {verb} {values}{_hint(condition, context)}"


def one_of(values: tuple[str, ...]) -> str:
    """Join values as alternatives."""
    return " or ".join(repr(value) for value in values)


def _hint(condition: Condition, context: Context) -> str:
    """Return the usual mistake behind a condition that nobody meets."""
    name = condition.operator.name if condition.operator else ""
    if name.startswith("StringEquals") and any("*" in value or "?" in value for value in condition.values):
        return f" (under {name} the * is a plain character; StringLike and ArnLike take it as a wildcard)"
    if name in {"ArnEquals", "ArnLike"}:
        variables = context if condition.has_variables else None
        if not all(patterns.is_whole_arn(value, variables) for value in condition.values):
            return f" ({name} takes ARNs with all of their six fields)"
    return ""
