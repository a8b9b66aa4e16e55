"""Compares the accounts that should be connected with those that are, and says what to do about the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from devops_agent_constructs.account_sync.account_association import SERVICE_ID, AccountAssociation
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole
from devops_agent_constructs.account_sync.sync_limits import SyncLimits

_NOT_WANTED = "in none of the units"


class ActionKind(Enum):
    """What is done about an account."""

    ASSOCIATE = "associate"
    UPDATE = "update"
    DISASSOCIATE = "disassociate"
    LEAVE_ALONE = "leave-alone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """What is done about one account, or why nothing is.

    Attributes:
        kind: What.
        account_id: 12 digits.
        reason: Why, in words.
        role_arn: The role that the association has afterwards; None after its removal.
        elevated_role_arn: The role for directed actions afterwards; None: none.
        association: The association as it is; None: there is none yet.
    """

    kind: ActionKind
    account_id: str
    reason: str
    role_arn: str | None = None
    elevated_role_arn: str | None = None
    association: AccountAssociation | None = None

    @property
    def is_change(self) -> bool:
        """Whether it is a call that changes something."""
        return self.kind is not ActionKind.LEAVE_ALONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What there is to do.

    Attributes:
        actions: By account. An account that is connected as it should be has none.
        in_step: How many accounts are connected as they should be.
        failure: Why the run cannot count as a success, whatever comes of the actions, in words. None: it can.
    """

    actions: tuple[Action, ...]
    in_step: int
    failure: str | None = None

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that change something."""
        return tuple(action for action in self.actions if action.is_change)

    @property
    def counts(self) -> Counter[ActionKind]:
        """How many actions there are of each kind."""
        return Counter(action.kind for action in self.actions)


def plan(desired: Desired, actual: Iterable[AccountAssociation], limits: SyncLimits) -> Plan:
    """Say what to do so that an Agent Space is connected to the accounts that it should be, through their roles.

    Done and read again, there is nothing left to do. The order of accounts and associations does not matter. Nothing is
    removed if `desired` is not complete, and nothing is removed or updated if more would be than the limits admit; the
    plan has a failure then.

    Args:
        desired: The accounts that should be connected; the primary account is none of them, even if it is named.
        actual: All associations of the Agent Space, read to the end.
        limits: What may be touched, and how much of it removed or updated.
    """
    connected: dict[str, list[AccountAssociation]] = {}
    for association in actual:
        if association.service_id == SERVICE_ID:
            connected.setdefault(association.account_id, []).append(association)
    actions, in_step = list[Action](), 0
    for account_id in sorted(dict.fromkeys([*desired.roles, *connected])):
        if account_id == limits.primary_account_id:
            continue
        there = sorted(connected.get(account_id, ()), key=lambda association: association.association_id)
        role = desired.roles.get(account_id)
        needed = _unwanted(there, desired, limits) if role is None else _wanted(account_id, role, there, limits)
        in_step += None in needed
        actions += [action for action in needed if action is not None]
    owned = sum(map(limits.owns, (association for there in connected.values() for association in there)))
    actions, failure = _within_limits(actions, desired, limits, owned=owned)
    return Plan(actions=tuple(actions), in_step=in_step, failure=failure)


def _wanted(
    account_id: str, role: DesiredRole, there: Sequence[AccountAssociation], limits: SyncLimits
) -> list[Action | None]:
    """Decide about an account that should be connected; None stands for one that is as it should be."""
    made = Action(
        kind=ActionKind.ASSOCIATE,
        account_id=account_id,
        reason="not connected",
        role_arn=role.role_arn,
        elevated_role_arn=role.elevated_role_arn,
    )
    if not there:
        return [made if role.why_left_alone is None else _left_alone(made, role.why_left_alone)]
    # AWS takes one association an account; if there ever are several, one is enough.
    first = next((association for association in there if _is_in_step(association, role)), None)
    first = first or next(filter(limits.owns, there), there[0])
    rest: list[Action | None] = [
        _kept(association, "another association connects the account")
        for association in there
        if association is not first
    ]
    if _is_in_step(first, role):
        return [None, *rest]
    if role.why_left_alone is not None:
        return [_kept(first, role.why_left_alone), *rest]
    if not limits.owns(first):
        return [_kept(first, _foreign(first)), *rest]
    elevated = role.elevated_role_arn or first.elevated_role_arn
    reason = "; ".join(_differences(first, role))
    changed = replace(made, kind=ActionKind.UPDATE, reason=reason, elevated_role_arn=elevated, association=first)
    return [changed, *rest]


def _unwanted(there: Sequence[AccountAssociation], desired: Desired, limits: SyncLimits) -> list[Action | None]:
    return [
        Action(
            kind=ActionKind.DISASSOCIATE,
            account_id=association.account_id,
            reason=desired.why_not.get(association.account_id, _NOT_WANTED),
            association=association,
        )
        if limits.owns(association)
        else _kept(association, _foreign(association))
        for association in there
    ]


def _within_limits(
    actions: Sequence[Action], desired: Desired, limits: SyncLimits, *, owned: int
) -> tuple[list[Action], str | None]:
    """Take the removals back if they cannot be trusted, and with them the updates if they are too many; return why."""
    failures, kept = list[str](), list(actions)
    if desired.why_incomplete is not None:
        failures.append(f"nothing is disconnected, as not all was read: {desired.why_incomplete}")
        kept = _taken_back(kept, {ActionKind.DISASSOCIATE}, failures[-1])
    # An update to a role that does not let the Agent Space in ends a connection, too; that of an adopted account was
    # asked for by its id.
    removals = sum(action.kind is ActionKind.DISASSOCIATE for action in kept)
    adopted = {*limits.adopted_accounts}
    updates = sum(action.kind is ActionKind.UPDATE and action.account_id not in adopted for action in kept)
    if too_many := limits.why_too_many(removals=removals, updates=updates, owned=owned):
        failures.append(f"nothing is disconnected or updated: {too_many}")
        kept = _taken_back(kept, {ActionKind.DISASSOCIATE, ActionKind.UPDATE}, failures[-1])
    return kept, "; ".join(failures) or None


def _taken_back(actions: Iterable[Action], kinds: Collection[ActionKind], failure: str) -> list[Action]:
    return [
        _left_alone(action, f"{action.reason}, but {failure}") if action.kind in kinds else action for action in actions
    ]


def _is_in_step(association: AccountAssociation, role: DesiredRole) -> bool:
    return not any(_differences(association, role))


def _differences(association: AccountAssociation, role: DesiredRole) -> Iterator[str]:
    if association.role_arn != role.role_arn:
        yield f"its role is {association.role_arn}"
    if role.elevated_role_arn not in {None, association.elevated_role_arn}:
        yield f"its role for directed actions is {association.elevated_role_arn or 'missing'}"


def _foreign(association: AccountAssociation) -> str:
    return f"connected through {association.role_arn}, which is neither owned nor adopted"


def _kept(association: AccountAssociation, reason: str) -> Action:
    return Action(
        kind=ActionKind.LEAVE_ALONE,
        account_id=association.account_id,
        reason=reason,
        role_arn=association.role_arn,
        elevated_role_arn=association.elevated_role_arn,
        association=association,
    )


def _left_alone(action: Action, reason: str) -> Action:
    if action.association is not None:
        return _kept(action.association, reason)
    return replace(action, kind=ActionKind.LEAVE_ALONE, reason=reason, role_arn=None, elevated_role_arn=None)
