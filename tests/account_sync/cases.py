"""Desired accounts, associations and limits for the properties of the plan, and what AWS does with its actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from hypothesis import strategies as st

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.plan import Action, ActionKind
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole

PRIMARY = "111111111111"
ACCOUNTS = [PRIMARY, *(digit * 12 for digit in "2345")]
OWN, FORMER, FOREIGN = "/DevOpsAgent", "/team/Former", "/Console"
OTHER_ACCOUNT = "000000000000"
ELEVATED = [None, "/Elevated", "/OtherElevated"]
NOW = datetime(2026, 11, 25, 8, tzinfo=timezone.utc)


def arn(account_id: str, role: str) -> str:
    """Return the ARN of a role by its path and name."""
    return f"arn:aws:iam::{account_id}:role{role}"


def association(
    number: int,
    account_id: str,
    role_arn: str,
    *,
    account_type: str = "source",
    service_id: str = "aws",
    elevated_role_arn: str | None = None,
    **settings: Any,
) -> AccountAssociation:
    """Return an association whose id has a number."""
    return AccountAssociation(
        association_id=f"a-{number:05d}",
        account_id=account_id,
        account_type=account_type,
        role_arn=role_arn,
        external_id=settings.get("externalId"),
        elevated_role_arn=elevated_role_arn,
        elevated_role_status=None,
        status="valid",
        updated_at=NOW,
        service_id=service_id,
        settings={"accountId": account_id, "accountType": account_type, "assumableRoleArn": role_arn, **settings},
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a plan is made of; the limits as arguments, as a mutated class takes them, too."""

    desired: Desired
    actual: tuple[AccountAssociation, ...]
    limits: dict[str, Any]


# Each drawn as one, as drawing its parts takes ten times as long.
_ROLES = [
    (role, elevated, why) for role in (OWN, FORMER) for elevated in ELEVATED for why in (None, None, "not deployed yet")
]
_SOURCES = [
    (account_id, of_account or account_id, role, "source", service_id, elevated)
    for account_id in ACCOUNTS
    for of_account in (None, None, OTHER_ACCOUNT)
    for role in (OWN, OWN, FORMER, FOREIGN)
    for service_id in ("aws", "aws", "slack")
    for elevated in ELEVATED
]
_MONITORS = [(PRIMARY, PRIMARY, OWN, "monitor", "aws", None), (ACCOUNTS[1], ACCOUNTS[1], OWN, "monitor", "aws", None)]
_LIMITS = [
    {
        "primary_account_id": PRIMARY,
        "owned_roles": owned,
        "owned_role_arns": [arn(ACCOUNTS[3], FOREIGN)] if adopted else [],
        "adopted_accounts": adopted,
        "max_removals": count,
        "max_removal_percentage": percentage,
    }
    for owned in ([OWN], [OWN, FORMER])
    for adopted in ([], ACCOUNTS[:2], ACCOUNTS[2:3])
    for count in (0, 1, 2, 9)
    for percentage in (0, 10, 50, 100)
]


def cases() -> st.SearchStrategy[Case]:
    """Draw five accounts, the primary one among them, each connected once, more often, or not."""
    return st.builds(
        _case,
        st.dictionaries(st.sampled_from(ACCOUNTS), st.sampled_from(_ROLES)),
        st.lists(st.sampled_from(_SOURCES + _MONITORS * 100), max_size=7),
        st.sampled_from(_LIMITS),
        st.sampled_from([None, None, None, "ListAccounts was throttled"]),
    )


def _case(roles: dict[str, Any], there: list[Any], limits: dict[str, Any], why_incomplete: str | None) -> Case:
    wanted = {
        account_id: DesiredRole(
            role_arn=arn(account_id, role),
            elevated_role_arn=elevated and arn(account_id, elevated),
            why_left_alone=why_left_alone,
        )
        for account_id, (role, elevated, why_left_alone) in roles.items()
    }
    actual = [
        association(
            number,
            account_id,
            arn(of_account, role),
            account_type=account_type,
            service_id=service_id,
            elevated_role_arn=elevated and arn(account_id, elevated),
        )
        for number, (account_id, of_account, role, account_type, service_id, elevated) in enumerate(there)
    ]
    return Case(desired=Desired(roles=wanted, why_incomplete=why_incomplete), actual=tuple(actual), limits=limits)


def done(actual: Sequence[AccountAssociation], actions: Sequence[Action]) -> tuple[AccountAssociation, ...]:
    """Do what AWS does with actions; an account that is connected already is refused, as AWS does."""
    now = {one.association_id: one for one in actual}
    for action in actions:
        if action.kind is ActionKind.LEAVE_ALONE:
            continue
        if action.kind is ActionKind.ASSOCIATE:
            assert action.role_arn is not None
            taken = [one for one in now.values() if (one.service_id, one.account_id) == ("aws", action.account_id)]
            assert taken == [], "AWS association with this accountId already exists for this agent space"
            made = association(
                int(action.account_id[:5]),
                action.account_id,
                action.role_arn,
                elevated_role_arn=action.elevated_role_arn,
            )
            now[made.association_id] = made
            continue
        assert action.association is not None
        key = action.association.association_id
        if action.kind is ActionKind.DISASSOCIATE:
            del now[key]
        else:
            assert action.role_arn is not None
            now[key] = replace(now[key], role_arn=action.role_arn, elevated_role_arn=action.elevated_role_arn)
    return tuple(now.values())
