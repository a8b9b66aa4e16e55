"""Trust policies as people write them: strings or lists everywhere, read once, refused if IAM would refuse them.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.conditions import Condition, parse_conditions
from devops_agent_constructs.policies.document import VERSION
from devops_agent_constructs.policies.patterns import string_matches
from devops_agent_constructs.policies.principals import Principal

_OLD_VERSION = "2008-10-17"
_POLICY_ELEMENTS = {"Version", "Id", "Statement"}
# Others are refused, not ignored: a misspelt Condition would admit everybody.
_STATEMENT_ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Condition"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedStatement:
    """One statement of a trust policy.

    Attributes:
        name: Its Sid, or `Statement[0]`.
        is_allow: False: Deny.
        principals: Whom it names.
        actions: Of Action or NotAction.
        is_not_action: Whether it is about every action but these.
        conditions: All must be met.
    """

    name: str
    is_allow: bool
    principals: tuple[Principal, ...]
    actions: tuple[str, ...]
    is_not_action: bool
    conditions: tuple[Condition, ...]

    def is_about(self, action: str) -> bool:
        """Tell whether the statement is about an action; case does not matter."""
        found = any(string_matches(pattern, action, None, ignore_case=True) for pattern in self.actions)
        return found is not self.is_not_action


def parse_trust_policy(policy: Mapping[str, object]) -> list[ParsedStatement]:
    """Read a trust policy.

    Args:
        policy: The document, e.g. from `trust_policy()` or from IAM's GetRole.

    Raises:
        OnboardingInputError: It is no trust policy that IAM would accept, or AWS does not say what it means.
    """
    _check_elements(policy, _POLICY_ELEMENTS, field="policy")
    # Without a version IAM takes the old one, where `${aws:username}` is plain text.
    version = policy.get("Version", _OLD_VERSION)
    if version not in (VERSION, _OLD_VERSION):
        raise OnboardingInputError("Version", version, why="IAM has no such version", fix=f"write {VERSION!r}")
    element = policy.get("Statement")
    statements = element if isinstance(element, list | tuple) else [element]
    if not statements:
        raise OnboardingInputError("Statement", element, why="IAM refuses an empty list", fix="write a statement")
    return [
        _parse_statement(_mapping(one, f"Statement[{index}]"), f"Statement[{index}]", has_variables=version == VERSION)
        for index, one in enumerate(statements)
    ]


def _parse_statement(statement: Mapping[str, object], field: str, *, has_variables: bool) -> ParsedStatement:
    _check_elements(statement, _STATEMENT_ELEMENTS, field=field)
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):  # A tuple, as above: what somebody wrote may be a list, which no set can hold.
        raise OnboardingInputError(f"{field}.Effect", effect, why="neither Allow nor Deny", fix="write one of them")
    if ("Action" in statement) is ("NotAction" in statement):
        why = "a statement has either Action or NotAction"
        raise OnboardingInputError(field, dict(statement), why=why, fix="write 'Action': 'sts:AssumeRole'")
    verb = "NotAction" if "NotAction" in statement else "Action"
    condition = {
        operator: {
            key: _strings(values, f"{field}.Condition.{operator}.{key}", scalars=True)
            for key, values in _mapping(keys, f"{field}.Condition.{operator}").items()
        }
        for operator, keys in _mapping(statement.get("Condition", {}), f"{field}.Condition").items()
    }
    return ParsedStatement(
        name=str(statement.get("Sid") or field),
        is_allow=effect == "Allow",
        principals=_parse_principals(statement, field),
        actions=_strings(statement[verb], f"{field}.{verb}"),
        is_not_action=verb == "NotAction",
        conditions=parse_conditions(condition, field=f"{field}.Condition", has_variables=has_variables),
    )


def _parse_principals(statement: Mapping[str, object], field: str) -> tuple[Principal, ...]:
    element = statement.get("Principal")
    if element == "*":
        return (Principal(kind="AWS", value="*"),)
    field = f"{field}.Principal"
    principals = []
    for kind, values in _mapping(element, field).items():
        if kind not in {"AWS", "Service", "Federated"}:
            why = "a trust policy names AWS, Service or Federated principals"
            raise OnboardingInputError(field, kind, why=why, fix="write 'AWS' or 'Service'")
        principals += [Principal(kind=kind, value=value) for value in _strings(values, f"{field}.{kind}")]
    if not principals:
        raise OnboardingInputError(field, element, why="it names nobody", fix="write {'Service': …} or {'AWS': …}")
    for principal in principals:
        if principal.kind == "Service" and "*" in principal.value:
            why, fix = "AWS does not say whom a wildcard covers here", "name the service"
            raise OnboardingInputError(f"{field}.Service", principal.value, why=why, fix=fix)
    return tuple(principals)


def _check_elements(found: Mapping[str, object], known: set[str], *, field: str) -> None:
    for name in found:
        if name == "NotPrincipal":
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
            why, fix = "IAM refuses NotPrincipal in a trust policy", "deny 'Principal': '*' under ArnNotEquals"
            raise OnboardingInputError(field, name, why=why, fix=fix)
        if name not in known:
            why, fix = "a trust policy has no such element", f"write one of {', '.join(sorted(known))}"
            raise OnboardingInputError(field, name, why=why, fix=fix)


def _mapping(value: object, field: str) -> Mapping[str, object]:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise OnboardingInputError(field, value, why="must be a JSON object", fix="write {…}")


def _strings(value: object, field: str, *, scalars: bool = False) -> tuple[str, ...]:
    """Read one value or a list of them; `scalars` admits numbers and truth values, as conditions do."""
    values = value if isinstance(value, list | tuple) else [value]
    if scalars:
        values = [_text(one) for one in values]
    if not values or not all(isinstance(one, str) for one in values):
        raise OnboardingInputError(field, value, why="must be text or a list of texts", fix="write it in quotes")
    return tuple(values)


def _text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
