"""Holds policies of which parts may be unknown, and reads each statement alone, so that a bad one hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.trust import Trust, TrustStatement
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.patterns import Context, Maybe, string_matches
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement, parse_permissions
from devops_agent_constructs.policy_evaluation.policy_elements import StatementElements
from devops_agent_constructs.policy_evaluation.trust_document import ParsedStatement, parse_trust_policy
from devops_agent_constructs.policy_evaluation.unknown import NO, Answer, is_unknown, is_wholly_unknown, shown
from devops_agent_constructs.policy_evaluation.wildcards import example, overlaps

_Statement = TypeVar("_Statement")

_OF_TRUST = ("sts:Assume*", "sts:Set*", "sts:Tag*")


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyStatement(PermissionStatement):
    """One statement of a policy that grants, with its place."""

    place: Place

    def grants(self, action: str) -> bool:
        """Tell whether the statement allows an action on something."""
        return self.is_allow and self.is_about(action)

    @property
    def wide_resources(self) -> tuple[str, ...]:
        """The resources; `*` for NotResource, which covers nearly everything."""
        return ("*",) if self.is_not_resource else self.resources

    def may_hold(self, context: Context) -> bool:
        """Tell whether the conditions may be met by somebody's request with these keys, in lower case.

        Other keys may be there, and texts that are not known are others than these.
        """
        return not any(answer.is_no for answer in self._answers(context))

    def denies(self, action: str, resource: str, context: Context) -> bool:
        """Tell whether the statement certainly denies somebody's request with these keys, in lower case."""
        is_about = not self.is_allow and self.is_about(action)
        is_on = any(string_matches(each, resource, context) for each in self.resources) is not self.is_not_resource
        return is_about and is_on and all(answer.is_yes for answer in self._answers(context))

    def _answers(self, context: Context) -> Iterator[Answer]:
        for condition in self.conditions:
            known = {**dict.fromkeys(condition.keys, Maybe.KEY), **context}
            if condition.keys == {key := condition.key.lower()} and is_unknown(context.get(key)):
                known[key] = Maybe.KEY  # It may be what the policy says; only from another key's value it differs.
            try:
                yield condition.answer(known, texts=NO)
            except OnboardingInputError:
                yield NO  # A value of another type than the operator's, such as a service under Bool, meets it never.

    def values_of(self, key: str) -> list[str]:
        """Return the values that conditions compare a key (in lower case) with."""
        conditions = (condition for condition in self.conditions if condition.key.lower() == key)
        return [value for condition in conditions for value in condition.values]

    def patterns_of(self, key: str) -> list[str]:
        """Return those of them that stand for several."""
        conditions = (condition for condition in self.conditions if condition.key.lower() == key)
        return [value for condition in conditions for value in filter(condition.is_pattern, condition.values)]

    def examples_of(self, key: str) -> list[str]:
        """Return services that conditions on a key may admit: an example of each value, and one that none names."""
        return ["x.amazonaws.com", *(example(value) for value in self.values_of(key) if not is_unknown(value))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy that grants: inline, managed, or of a resource of its own.

    Attributes:
        place: Where.
        account_id: Of its stack.
        statements: What it says, as far as it can be read.
        refused: What IAM would refuse, and why.
        roles: Names of the roles that it says it belongs to, or what else is written there.
        is_conditional: Whether a condition may leave some of them out.
        arn: Of a managed policy; empty for others.
    """

    place: Place
    account_id: str
    statements: tuple[PolicyStatement, ...]
    refused: tuple[tuple[Place, OnboardingInputError], ...] = ()
    roles: tuple[str, ...] = ()
    is_conditional: bool = False
    arn: str = ""


def read_trust(document: object, place: Place) -> Trust:
    """Read a trust policy, which has unknown texts where only deployment knows."""
    if is_unknown(document) or (isinstance(document, Mapping) and is_unknown(document.get("Version"))):
        return Trust(place=place, statements=(), has_hidden_allow=True, has_hidden_deny=True, refused=(), written="")
    if not isinstance(document, Mapping):
        document = {"Statement": document}  # The parser says what is wrong with it.
    try:
        statements, refused, hidden = _read(document, place, _parse_trust, TrustStatement)
        written = repr(document)
    except RecursionError:
        statements, refused, hidden, written = (), _too_deep(place), [], ""
    return Trust(
        place=place,
        statements=statements,
        has_hidden_allow=any(effect != "Deny" for effect in hidden),
        has_hidden_deny=any(effect != "Allow" for effect in hidden),
        refused=refused,
        written=written,
        bare_stars=tuple(
            at.at("Principal")
            for at, statement in each_statement(document, place)
            if isinstance(statement, Mapping) and statement.get("Principal") == "*"
        ),
    )


def read_policy(
    document: object, place: Place, *, account_id: str, roles: tuple[str, ...] = (), arn: str = ""
) -> Policy:
    """Read a policy; a statement of which it is not known what it is about is left out."""
    policy = Policy(place=place, account_id=account_id, statements=(), roles=roles, arn=arn)
    if not isinstance(document, Mapping) or is_unknown(document.get("Version")):
        return policy
    place = place.at("PolicyDocument")
    try:
        statements, refused, _ = _read(document, place, parse_permissions, PolicyStatement)
    except RecursionError:
        statements, refused = (), _too_deep(place)
    return replace(policy, statements=statements, refused=refused)


def _parse_trust(document: Mapping[str, object]) -> list[ParsedStatement]:
    """Read a trust policy, and refuse what AWS's grammar allows and IAM does not."""
    statements = parse_trust_policy(document)
    for statement in statements:
        for principal in statement.principals:
            if principal.kind == "AWS" and not principal.is_well_formed:
                why = (
                    "IAM takes it for an invalid principal: https://repost.aws/knowledge-center/iam-trust-policy-error"
                )
                fix = "write the ARN of one role, user or session, or the id of an account"
                raise OnboardingInputError("Principal", shown(principal.value), why=why, fix=fix)
        for action in () if statement.is_not_action else statement.actions:
            if not is_unknown(action) and not any(overlaps(action, known) for known in _OF_TRUST):
                # https://github.com/hashicorp/terraform-provider-aws/issues/32872
                why = "IAM refuses it: a trust policy may only specify STS AssumeRole actions"
                raise OnboardingInputError("Action", action, why=why, fix="write 'Action': 'sts:AssumeRole'")
    return statements


def _too_deep(place: Place) -> tuple[tuple[Place, OnboardingInputError], ...]:
    fix = "write it as AWS's grammar says: a condition has operators, and these have keys"
    return ((place, OnboardingInputError("policy", "{…}", why="it is nested too deep", fix=fix)),)


def _read(
    document: Mapping[str, Any],
    place: Place,
    parse: Callable[[Mapping[str, object]], Sequence[StatementElements]],
    placed: Callable[..., _Statement],
) -> tuple[tuple[_Statement, ...], tuple[tuple[Place, OnboardingInputError], ...], list[object]]:
    """Return what is known, what IAM would refuse and why, and the effect of each statement that is not known."""
    known, refused, hidden = [], [], list[object]()
    for at, statement in each_statement(document, place):
        is_hidden = _is_hidden(statement)
        if is_hidden or _is_partly_hidden(statement):
            hidden.append(statement.get("Effect") if isinstance(statement, Mapping) else None)
        if is_hidden:
            continue
        try:
            [parsed] = parse({**document, "Statement": [statement]})
        except OnboardingInputError as error:
            refused.append((at, error))
        else:
            known.append(placed(place=at, **{field.name: getattr(parsed, field.name) for field in fields(parsed)}))
    return tuple(known), tuple(refused), hidden


def each_statement(document: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, object]]:
    """Yield each statement of a policy, also the only one outside of a list, with its place."""
    element = document.get("Statement")
    if not isinstance(element, list) or not element:
        yield place.at("Statement"), element
        return
    for index, statement in enumerate(element):
        yield place.at("Statement", index), statement


def _is_hidden(statement: object) -> bool:
    """Tell whether it is unknown what the statement is about; unknown values are no obstacle."""
    if not isinstance(statement, Mapping):
        return is_unknown(statement)
    principal, condition = statement.get("Principal"), statement.get("Condition")
    elements = [statement.get("Effect"), principal, condition, *_listed(statement.get("NotAction"))]
    elements += condition.values() if isinstance(condition, Mapping) else []
    is_about_more = _is_partly_hidden(statement) or any(map(is_wholly_unknown, _named(statement, "AWS")))
    return any(map(is_unknown, elements)) or (statement.get("Effect") == "Deny" and is_about_more)


def _is_partly_hidden(statement: object) -> bool:
    """Tell whether it is about more services or actions than are known: of an Allow, those that are known count."""
    if not isinstance(statement, Mapping):
        return False
    return any(map(is_unknown, [*_listed(statement.get("Action")), *_named(statement, "Service")]))


def _named(statement: Mapping[str, object], kind: str) -> list[object]:
    principal = statement.get("Principal")
    return _listed(principal.get(kind)) if isinstance(principal, Mapping) else []


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
