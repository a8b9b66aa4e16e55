"""Who asks, under which names a trust policy may name it, and with which condition keys it always comes.

reference_policies_elements_principal.html; the keys: reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A caller, as the list of all entries of a Principal element that cover it.

    Attributes:
        label: For a reader.
        names: Kind and value, e.g. `("AWS", "111111111111")`.
        keys: Condition keys that its requests always carry, in lower case.
    """

    label: str
    names: frozenset[tuple[str, str]]
    keys: Mapping[str, str] = field(hash=False)


def service(name: str) -> Caller:
    """Return an AWS service that calls as itself; it belongs to no account. `*` is everybody, services too."""
    return Caller(
        label=f"service {name}",
        names=frozenset({("Service", name), ("AWS", "*")}),
        keys={"aws:principalisawsservice": "true", "aws:principalservicename": name},
    )


def role_session(role_arn: str, session: str, *, unique_id: str = "") -> Caller:
    """Return a session of a role: named by the session's ARN, the role's, the role's unique id, or its account."""
    partition, account_id, name = role_arn.split(":")[1], role_arn.split(":")[4], role_arn.rpartition("/")[2]
    arn = f"arn:{partition}:sts::{account_id}:assumed-role/{name}/{session}"
    return _of_account(arn, role_arn, unique_id, principal_arn=role_arn)


def role(role_arn: str, *, unique_id: str = "") -> Caller:
    """Return a role, whatever its session is called."""
    return _of_account(role_arn, role_arn, unique_id, principal_arn=role_arn)


def user(arn: str, *, unique_id: str = "") -> Caller:
    """Return a user: named by its ARN, its unique id, or its account."""
    return _of_account(arn, arn, unique_id, principal_arn=arn)


def federated(provider: str) -> Caller:
    """Return a person whom an identity provider signed in; such a person is no principal of an account yet."""
    return Caller(label=f"whom {provider} signed in", names=frozenset({("Federated", provider), ("AWS", "*")}), keys={})


def _of_account(arn: str, principal: str, unique_id: str, *, principal_arn: str) -> Caller:
    partition, account_id = arn.split(":")[1], arn.split(":")[4]
    # The account's id and the ARN of its root mean the same, everybody in it: #principal-accounts
    values = {arn, principal, account_id, f"arn:{partition}:iam::{account_id}:root", "*"}
    # Once stored, IAM keeps a role or user by its unique id: reference_identifiers.html#identifiers-unique-ids
    values |= {unique_id} if unique_id else set()
    return Caller(
        label=arn,
        names=frozenset(("AWS", value) for value in values),
        keys={
            "aws:principalarn": principal_arn,
            "aws:principalaccount": account_id,
            "aws:principalisawsservice": "false",
        },
    )
