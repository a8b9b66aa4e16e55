"""Allow or deny: nobody may unless a statement allows it, and an explicit Deny wins.

reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.iam_reference.callers import Caller
from tests.iam_reference.conditions import is_met
from tests.iam_reference.documents import Statement, identity_statements, trust_statements
from tests.iam_reference.matching import Keys, like

Request = Mapping[str, "str | list[str]"]
"""Condition key -> its value, or all its values; a key that is not here is missing in the request."""


def trust_admits(
    policy: object, caller: Caller, *, action: str = "sts:AssumeRole", context: Request | None = None
) -> bool:
    """Tell whether a role's trust policy lets a caller in; what else must allow it is not asked.

    Raises:
        MalformedPolicyError: IAM refuses the policy.
        UndefinedError: IAM's documents do not say.
    """
    return statements_admit(trust_statements(policy), caller, action=action, context=context)


def statements_admit(
    statements: Iterable[Statement], caller: Caller, *, action: str = "sts:AssumeRole", context: Request | None = None
) -> bool:
    """Tell the same of a trust policy that is read already: for many requests to one policy."""
    keys = {**caller.keys, **_lower(context or {})}
    applied = [
        statement.is_allow
        for statement in statements
        if any(name in caller.names for name in statement.principals)
        and _is_about(statement, action)
        and is_met(statement.condition, keys, has_variables=statement.has_variables)
    ]
    return True in applied and False not in applied


def access_allowed(
    action: str,
    resource: str,
    *,
    identity: Iterable[object],
    boundary: object = None,
    session: object = None,
    context: Request | None = None,
) -> bool:
    """Tell whether a session of a role may do something in its own account.

    The role's policies together, the permissions boundary and the session policy must each allow it, and none may deny
    it: access_policies_boundaries.html#access_policies_boundaries-eval-logic, access_policies.html#policies_session

    Raises:
        MalformedPolicyError: IAM refuses a policy.
        UndefinedError: IAM's documents do not say.
    """
    keys = _lower(context or {})
    layers = [list(identity), *([document] for document in (boundary, session) if document is not None)]
    applied = [
        [
            statement.is_allow
            for policy in layer
            for statement in identity_statements(policy)
            if _is_about(statement, action)
            and _is_on(statement, resource, keys)
            and is_met(statement.condition, keys, has_variables=statement.has_variables)
        ]
        for layer in layers
    ]
    return all(True in answers and False not in answers for answers in applied)


def _is_about(statement: Statement, action: str) -> bool:
    # "The prefix and the action name are case insensitive": reference_policies_elements_action.html. No variables.
    found = any(like(pattern.lower(), action.lower(), None) for pattern in statement.actions)
    return found is not statement.is_not_action


def _is_on(statement: Statement, resource: str, keys: Keys) -> bool:
    # A `*` at the end of a segment reaches beyond its colon, says reference_policies_elements_resource.html; of one
    # within a segment it says nothing, and it is read the same way here.
    variables = keys if statement.has_variables else None
    found = any(like(_completed(pattern), resource, variables) for pattern in statement.resources)
    return found is not statement.is_not_resource


def _completed(pattern: str) -> str:
    # "When you specify an incomplete ARN (one with fewer than the standard six fields) in the Resource element of an
    # identity-based policy, AWS automatically completes the ARN by adding wildcard characters (*) to all missing
    # fields": reference_policies_elements_resource.html. The colons of a variable's name are none of the ARN.
    fields = re.sub(r"\$\{[^}]*\}", "", pattern).count(":") + 1
    return pattern + ":*" * (6 - fields) if pattern.startswith("arn:") and fields < 6 else pattern


def _lower(context: Request) -> dict[str, str | list[str]]:
    return {key.lower(): value for key, value in context.items()}
