"""The accounts file's sync, deployed: the management account has the StackSet, and nothing else connects."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.emulator.bootstrap import bootstrap
from tests.emulator.clock import CLOCK
from tests.emulator.cloud_assembly import deploy_from
from tests.emulator.example_organization import EXCLUDED, MANAGEMENT, PRIMARY, REACHED, ExampleOrganization
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.ready_made_app import synthesize
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

NEWCOMER = "100000000005"


def test_from_the_management_account(tmp_path: Path) -> None:
    """Its stack lets the function read and tells it of events, all under the file's prefix."""
    with Emulator() as emulator:
        example, primary = ExampleOrganization.create(emulator), PrimaryAccount(emulator, SPACE_ARN)
        path = tmp_path / "devops-agent.yaml"
        path.write_text(
            f"""\
agent_space_arn: {SPACE_ARN}
bootstrap_qualifier: hnb659fds
stack_prefix: Orders-
organization:
  account_id: "{MANAGEMENT}"
  call_as: self
  organizational_units: [{example.workloads}, {example.sandbox}]
  exclude: ["{EXCLUDED}"]
sync: {{}}
""",
            encoding="utf-8",
        )
        synthesize(path, tmp_path / "out")
        for stack, account_id in (("Organization", MANAGEMENT), ("Sync", PRIMARY)):
            bootstrap(emulator, account_id)
            status = deploy_from(emulator, tmp_path / "out", f"Orders-DevOpsAgent{stack}", account_id=account_id)
            assert status == "CREATE_COMPLETE"

        CLOCK.advance(timedelta(minutes=15))
        assert {key: one.status for key, one in primary.associations().items()} == dict.fromkeys(REACHED, "valid")
        example.organization.add_account(example.sandbox, account_id=NEWCOMER)
        assert NEWCOMER in primary.associations()
