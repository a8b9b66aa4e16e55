"""The organization of an account, as condition keys tell it."""

from collections.abc import Mapping

from moto.organizations.models import organizations_backends


def organization_keys(accounts: Mapping[str, str]) -> dict[str, str]:
    """Condition key -> organization, from condition key -> account; a key is missing if the account is in none."""
    found = {key: _organization_id(account_id) for key, account_id in accounts.items()}
    return {key: organization_id for key, organization_id in found.items() if organization_id}


def _organization_id(account_id: str) -> str | None:
    # Members are listed here; the management account is not, and has the organization itself.
    owner, partition = organizations_backends.master_accounts.get(account_id, (account_id, "aws"))
    organization = organizations_backends[owner][partition].org
    return organization.id if organization else None
