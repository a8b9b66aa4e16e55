"""Limits what one run may touch, and how much of it it may remove or update."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.account_sync.account_association import SERVICE_ID, SOURCE, AccountAssociation
from devops_agent_constructs.errors import OnboardingInputError

MAX_REMOVALS = 10
MAX_REMOVAL_PERCENTAGE = 25


def check_numbers(max_removals: int, max_removal_percentage: int) -> None:
    """Check how much a run may remove, as `SyncLimits` has it."""
    if max_removals < 0:
        why = "a run cannot remove fewer associations than none"
        raise OnboardingInputError("max_removals", max_removals, why=why, fix="write 0 or more")
    if not 0 <= max_removal_percentage <= 100:  # noqa: PLR2004  # percent
        fix = "write a number from 0 to 100"
        raise OnboardingInputError("max_removal_percentage", max_removal_percentage, why="no share", fix=fix)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SyncLimits:
    """What one run may touch, and how much of it it may remove or update.

    An association stores no tags and not who made it, so that the role says whose it is: the sync owns the associations
    of secondary accounts whose role, in the account itself, has a path and name of `owned_roles` or is one of
    `owned_role_arns`. It changes and removes these, and those of `adopted_accounts`; never another one, and never one
    of the primary account.

    Attributes:
        primary_account_id: The account of the Agent Space.
        owned_roles: Paths and names together, like `/DevOpsAgentRole-SecondaryAccount`, in whichever account.
        owned_role_arns: The roles of single accounts: one of the same name in another account is somebody else's.
        adopted_accounts: Accounts whose association is taken over, whichever role it has.
        max_removals: How many associations one run may remove and update together: an update to a role that does not
            let the Agent Space in ends the connection as well. That of an adopted account was asked for, and is not
            counted.
        max_removal_percentage: 0-100: how many of the owned associations it may remove and update, rounded up, so that
            one account can leave a small organization.

    Raises:
        OnboardingInputError: A malformed account id, ARN, path or name, or a number out of range.
    """

    primary_account_id: str
    owned_roles: Iterable[str]
    owned_role_arns: Iterable[str] = ()
    adopted_accounts: Iterable[str] = ()
    max_removals: int = MAX_REMOVALS
    max_removal_percentage: int = MAX_REMOVAL_PERCENTAGE

    def __post_init__(self) -> None:
        """Check every field."""
        _validators.account_id(self.primary_account_id, field="primary_account_id")
        for index, role in enumerate(self.owned_roles):
            _validators.path_and_role_name(role, field=f"owned_roles[{index}]")
        for index, role_arn in enumerate(self.owned_role_arns):
            _validators.role_arn(role_arn, field=f"owned_role_arns[{index}]")
        for index, account_id in enumerate(self.adopted_accounts):
            _validators.account_id(account_id, field=f"adopted_accounts[{index}]")
        check_numbers(self.max_removals, self.max_removal_percentage)
        for name in ("owned_roles", "owned_role_arns", "adopted_accounts"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))

    def owns(self, association: AccountAssociation) -> bool:
        """Tell whether the sync may change or remove an association."""
        if association.service_id != SERVICE_ID or association.account_type != SOURCE:
            return False
        if association.account_id == self.primary_account_id:
            return False
        if association.account_id in self.adopted_accounts:
            return True
        arn = parse_role_arn(association.role_arn)
        # A role of this name in a third account was not put there for this association.
        if arn is None or arn.account_id != association.account_id:
            return False
        return arn.path + arn.name in self.owned_roles or association.role_arn in self.owned_role_arns

    def why_too_many(self, *, removals: int, updates: int, owned: int) -> str | None:
        """Say why a run may not remove and update so many associations; None: it may."""
        number, by_share = removals + updates, -(-owned * self.max_removal_percentage // 100)
        if number <= min(self.max_removals, by_share):
            return None
        most = str(self.max_removals)
        if number <= self.max_removals:
            most = f"{self.max_removal_percentage} % of {owned}, rounded up to {by_share},"
        parts = [f"{removals} would be disconnected"] if removals else []
        parts += [f"{updates} {'' if removals else 'would be '}updated"] if updates else []
        return f"{' and '.join(parts)}, and {most} is the most for one run"
