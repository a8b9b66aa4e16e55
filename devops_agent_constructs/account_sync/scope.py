"""Says which accounts a sync is for, as it was told, and which of them should be connected, through which roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class DesiredRole:
    """The role through which an account should be connected.

    Attributes:
        role_arn: Of the role in that account.
        elevated_role_arn: The role for directed actions. None: an association keeps the one that it has.
        why_left_alone: Why nothing is done about the account for now, e.g. that its role is not deployed yet. It is
            neither connected nor changed then, and never disconnected either. None: it can be connected.
        is_expected: Whether something is wrong for as long as the account is not connected.
    """

    role_arn: str
    elevated_role_arn: str | None = None
    why_left_alone: str | None = None
    is_expected: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Desired:
    """The accounts that should be connected.

    Attributes:
        roles: Account id -> its role.
        why_not: Account id -> why it should not be connected, in words; others are in none of the units.
        why_incomplete: What could not be read, in words. None: all was read to the end. What is missing in a list that
            ended early looks as if it were gone, so nothing is disconnected then.
    """

    roles: Mapping[str, DesiredRole]
    why_not: Mapping[str, str] = field(default_factory=dict)
    why_incomplete: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganizationScope:
    """The accounts of an organization whose role comes from a StackSet.

    Attributes:
        organizational_units: Ids of units, with all units below them, or of the root. Empty: the whole organization.
        exclude_accounts: Accounts of these units to leave out.
        only_accounts: Only these accounts of the units. Empty: all.
        additional_accounts: Accounts outside of the units.
        held_accounts: Accounts that should be connected, but not by the sync -> why, e.g. that a stack does it.
        management_account_id: The management account, if the StackSet's own stack makes its role. None: it does not.
        stack_set_names: The StackSets that make the role: an account is connected once its stack is CURRENT in one.
    """

    organizational_units: Iterable[str] = ()
    exclude_accounts: Iterable[str] = ()
    only_accounts: Iterable[str] = ()
    additional_accounts: Iterable[str] = ()
    held_accounts: Mapping[str, str] = field(default_factory=dict)
    management_account_id: str | None = None
    stack_set_names: tuple[str, ...]
