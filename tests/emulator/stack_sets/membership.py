"""The accounts of an organization and the units that they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moto.organizations.models import FakeAccount, OrganizationsBackend, organizations_backends

from tests.emulator.stack_sets.refusal import refuse_as_service

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


def organization_to_deploy_to(account_id: str, call_as: str) -> OrganizationsBackend:
    """The organization that an account may deploy to in the part that it says it plays; AWS guesses nothing either."""
    owner, partition = organizations_backends.master_accounts.get(account_id, (account_id, "aws"))
    organization = organizations_backends[owner][partition]
    if call_as == "DELEGATED_ADMIN" and not _is_delegated(organization, account_id):
        refuse_as_service("Account used is not a delegated administrator")
    if organization.org is None or (call_as == "SELF" and account_id != owner):
        refuse_as_service(
            "You must be the management account or delegated admin account of an organization "
            "before operating a SERVICE_MANAGED stack set"
        )
    if STACK_SETS not in {service["ServicePrincipal"] for service in organization.services}:
        refuse_as_service("You must enable organizations access to operate a service managed stack set")
    return organization


def check_units(organization: OrganizationsBackend, unit_ids: Iterable[str]) -> None:
    """Refuse a unit that is not there."""
    known = {unit.id for unit in organization.ou}
    for unit_id in unit_ids:
        if unit_id not in known:
            refuse_as_service(f"Organizational unit {unit_id} does not exist")


def accounts_below(organization: OrganizationsBackend, unit_id: str) -> list[str]:
    """The accounts below a unit or the root, however deep, suspended ones too; never the management account."""
    return [
        str(account.id)
        for account in organization.accounts
        if account.id != organization.account_id and unit_id in units_above(organization, account)
    ]


def is_suspended(organization: OrganizationsBackend, account_id: str) -> bool:
    """Whether an account was closed."""
    return any(account.id == account_id and account.status != "ACTIVE" for account in organization.accounts)


def units_above(organization: OrganizationsBackend, account: FakeAccount) -> Iterator[str]:
    """The units above an account, the root last."""
    parents = {unit.id: unit.parent_id for unit in organization.ou}
    unit_id: str | None = account.parent_id
    while unit_id:
        yield unit_id
        unit_id = parents.get(unit_id)


def _is_delegated(organization: OrganizationsBackend, account_id: str) -> bool:
    return any(admin.account.id == account_id and STACK_SETS in admin.services for admin in organization.admins)
