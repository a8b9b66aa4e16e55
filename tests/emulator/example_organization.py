"""An organization of thirteen accounts, for the demo and the tests."""

from __future__ import annotations

from dataclasses import dataclass

from tests.emulator.organization import Organization
from tests.emulator.server import Emulator

MANAGEMENT = "999999999999"
PRIMARY = "111111111111"
WORKLOADS = ("222222222222", "333333333333", "444444444444", "555555555555")
PAYMENTS = ("666666666666", "777777777777", "888888888888")
SANDBOX = ("100000000001", "100000000002")
SUSPENDED = "100000000003"
EXCLUDED = "100000000004"
REACHED = tuple(sorted(WORKLOADS + PAYMENTS + SANDBOX))
"""The accounts that a rollout to both targets reaches."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExampleOrganization:
    """Account 999999999999 manages it; account 111111111111 deploys, as a delegated administrator.

    Attributes:
        organization: All of it.
        workloads: The unit with `WORKLOADS`, and below it a unit with `PAYMENTS`.
        sandbox: The unit with `SANDBOX`, a suspended account and one to exclude.
    """

    organization: Organization
    workloads: str
    sandbox: str

    @classmethod
    def create(cls, emulator: Emulator) -> ExampleOrganization:
        """Create it over the API of AWS Organizations."""
        organization = Organization(emulator, management_account_id=MANAGEMENT)
        platform = organization.add_unit("Platform", unit_id="ou-a1b2-55556666")
        workloads = organization.add_unit("Workloads", unit_id="ou-a1b2-11112222")
        payments = organization.add_unit("Payments", unit_id="ou-a1b2-77778888", parent=workloads)
        sandbox = organization.add_unit("Sandbox", unit_id="ou-a1b2-33334444")
        members = {platform: (PRIMARY,), workloads: WORKLOADS, payments: PAYMENTS, sandbox: (*SANDBOX, EXCLUDED)}
        for unit, account_ids in members.items():
            for account_id in account_ids:
                organization.add_account(unit, account_id=account_id)
        organization.add_account(sandbox, account_id=SUSPENDED)
        organization.close(SUSPENDED)
        organization.register_delegated_administrator(PRIMARY)
        return cls(organization=organization, workloads=workloads, sandbox=sandbox)

    def accounts_file(self, *, agent_space_arn: str, settings: str = "", associate: tuple[str, ...] = ()) -> str:
        """Return an accounts file for all of it; `settings` are further lines."""
        return f"""\
agent_space_arn: {agent_space_arn}
{settings}organization:
  account_id: "{PRIMARY}"
  call_as: delegated_admin
  organizational_units:
    - {self.workloads}
    - {self.sandbox}
  exclude: ["{EXCLUDED}"]
  associate: [{", ".join(f'"{account_id}"' for account_id in associate)}]
"""
