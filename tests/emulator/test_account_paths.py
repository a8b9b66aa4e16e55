"""Where the emulator says that an account is."""

from __future__ import annotations

from tests.emulator.example_organization import MANAGEMENT, PAYMENTS, ExampleOrganization
from tests.emulator.server import Emulator


def test_units_above_an_account(emulator: Emulator) -> None:
    """From the organization over the root and the units to the account, and anew after a move."""
    organization = ExampleOrganization.create(emulator).organization
    api = emulator.client("organizations", MANAGEMENT)
    above = f"{organization.organization_id}/{organization.root_id}"

    def paths(account_id: str) -> list[str]:
        found: list[str] = api.describe_account(AccountId=account_id)["Account"]["Paths"]
        return found

    assert paths(PAYMENTS[0]) == [f"{above}/ou-a1b2-11112222/ou-a1b2-77778888/{PAYMENTS[0]}/"]
    assert paths(MANAGEMENT) == [f"{above}/{MANAGEMENT}/"]
    organization.move(PAYMENTS[0], organization.root_id)
    assert paths(PAYMENTS[0]) == [f"{above}/{PAYMENTS[0]}/"]
    listed = api.list_accounts()["Accounts"]
    assert all(account["Paths"] for account in listed)
