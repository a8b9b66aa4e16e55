"""The accounts of an organization and the units that they are in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.organizations.models import OrganizationsBackend, organizations_backends

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


def organization_of(account_id: str) -> OrganizationsBackend | None:
    """The organization that an account manages or is a member of."""
    owner, partition = organizations_backends.master_accounts.get(account_id, (account_id, "aws"))
    backend = organizations_backends[owner][partition]
    return backend if backend.org else None


def organization_to_deploy_to(account_id: str, call_as: str) -> OrganizationsBackend:
    """The organization that an account may deploy to in the part that it says it plays; AWS guesses nothing either."""
    backend = organization_of(account_id)
    if backend is None:
        raise ValidationError(message="You must be the management account or a delegated admin of an organization")
    if call_as == "DELEGATED_ADMIN" and not _is_delegated(backend, account_id):
        raise ValidationError(message="Account used is not a delegated administrator")
    if call_as == "SELF" and account_id != backend.account_id:
        raise ValidationError(message="You must be the management account of the organization to use CallAs SELF")
    return backend


def check_units(backend: OrganizationsBackend, unit_ids: Sequence[str]) -> None:
    """Refuse a unit that is not there."""
    known = {unit.id for unit in backend.ou}
    for unit_id in unit_ids:
        if unit_id not in known:
            raise ValidationError(message=f"Organizational unit {unit_id} does not exist")


def active_accounts(backend: OrganizationsBackend, unit_ids: Sequence[str]) -> list[str]:
    """The accounts below units, however deep; not the management account, nor suspended ones."""
    return [
        account.id
        for account in sorted(backend.accounts, key=lambda account: str(account.id))
        if account.id != backend.account_id and account.status == "ACTIVE" and _is_below(backend, account, unit_ids)
    ]


def is_below(backend: OrganizationsBackend, account_id: str, unit_ids: Sequence[str]) -> bool:
    """Whether an account is in one of the units, suspended or not."""
    return any(account.id == account_id and _is_below(backend, account, unit_ids) for account in backend.accounts)


def _is_below(backend: OrganizationsBackend, account: Any, unit_ids: Sequence[str]) -> bool:
    return any(unit_id in unit_ids for unit_id in _parents(backend, account.parent_id))


def _parents(backend: OrganizationsBackend, unit_id: str | None) -> Iterator[str]:
    units = {unit.id: unit for unit in backend.ou}
    while unit_id:
        yield unit_id
        unit_id = getattr(units.get(unit_id), "parent_id", None)


def _is_delegated(backend: OrganizationsBackend, account_id: str) -> bool:
    return any(admin.account.id == account_id and STACK_SETS in admin.services for admin in backend.admins)
