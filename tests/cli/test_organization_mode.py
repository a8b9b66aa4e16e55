"""Units that AWS's organization mode connects: listed, verified, and never mistaken for an empty Agent Space."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from tests.cli.client_models import knowing_units, not_knowing_units
from tests.cli.conftest import ConnectedAccounts
from tests.cli.fake_service import SPACE_ID, FakeService, account_id
from tests.cli.programs import run_in_terminal, run_piped
from tests.emulator.devops_agent.service_model import operation, problems
from tests.emulator.organization import Organization
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

UNIT = "ou-a1b2-11112222"
DENIED: dict[str, Any] = {
    "reasonCode": "accessDenied",
    "accountCount": 7,
    "accountIds": [f"33333333333{number}" for number in range(7)],
    "message": "Access\x1b[2J denied",
}


def unit(*, unit_id: str = UNIT, **state: Any) -> dict[str, Any]:
    """Return the configuration of a unit with 41 accounts."""
    deployment = {"deployedAccountCount": 41, "issues": [], "lastEvaluatedAt": "2026-11-24T14:00:00Z", **state}
    return {"organizationalUnit": {"organizationalUnitId": unit_id}, "deploymentState": deployment}


def test_list_of_an_invalid_unit(tmp_path: Path) -> None:
    """A line with the issue in words and all of its accounts, totals, and exit code 1."""
    with FakeService(1) as service:
        service.units, service.unit_status = [unit(issues=[DENIED])], lambda: "invalid"
        assert list(problems(operation("ListAssociations").output_shape, service.page(0))) == []
        environment = {**service.environment, **knowing_units(tmp_path)}
        result = run_piped("list", SPACE_ID, environment=environment)
        document = json.loads(run_piped("list", SPACE_ID, "--output", "json", environment=environment).stdout)
        table = run_piped("list", SPACE_ID, "--output", "csv", environment=environment).stdout
        terminal = run_in_terminal("list", SPACE_ID, environment=environment, columns=80)

    assert result.returncode == 1
    ids = ", ".join(DENIED["accountIds"])
    assert result.stdout.splitlines()[-1].split(maxsplit=4) == [
        UNIT,
        "invalid",
        "41",
        "2026-11-24T14:00:00Z",
        f"7 accounts: AWS was denied access: {ids} (Access [2J denied)",
    ]
    assert result.stderr == "1 account: 1 valid; 1 unit: 1 invalid, 41 accounts deployed\n"
    assert document["organizationalUnits"] == [
        {
            "organizationalUnitId": UNIT,
            "accountIds": [],
            "deployedAccountCount": 41,
            "issues": [DENIED],
            "lastEvaluatedAt": "2026-11-24T14:00:00Z",
            "status": "invalid",
            "updatedAt": "2026-11-24T14:03:12Z",
            "associationId": "unit-0",
        }
    ]
    assert document["organizationalUnitTotals"] == {"valid": 0, "invalid": 1, "pending-confirmation": 0}
    row = list(csv.DictReader(io.StringIO(table)))[-1]
    assert (row["organizationalUnitId"], row["status"], row["deployedAccountCount"]) == (UNIT, "invalid", "41")
    assert row["issues"].startswith("accessDenied: 7 accounts: AWS was denied access: 333333333330, ")
    assert max(map(len, terminal.text.splitlines())) <= 80
    assert "2 more" in terminal.text


def test_list_of_valid_units_alone(tmp_path: Path) -> None:
    """Exit code 0; the space is not called empty, and a reason that is newer than this library is shown as it is."""
    new = {"reasonCode": "somethingNew", "accountCount": 1, "accountIds": ["333333333333"]}
    with FakeService(0) as service:
        service.units = [unit(unit_id="r-a1b2"), unit(issues=[new])]
        result = run_piped("list", SPACE_ID, environment={**service.environment, **knowing_units(tmp_path)})
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["UNIT", "r-a1b2", UNIT]
    assert result.stdout.splitlines()[-1].endswith("1 account: somethingNew: 333333333333")
    assert result.stderr == "2 units: 2 valid, 82 accounts deployed\n"


@pytest.mark.parametrize("command", ["list", "verify"])
def test_botocore_that_does_not_know_units(tmp_path: Path, command: str) -> None:
    """It is said in a line which version does, and the exit code is that of an answer that is missing."""
    with FakeService(0) as service:
        service.units = [unit()]
        environment = {**service.environment, **not_knowing_units(tmp_path)}
        result = run_piped(command, SPACE_ID, environment=environment)
        document = json.loads(run_piped(command, SPACE_ID, "--output", "json", environment=environment).stdout)
    assert result.returncode == 3
    assert result.stderr == (
        f"error: Agent Space {SPACE_ID}: 1 association of AWS accounts cannot be read (sourceAwsOrg): "
        f"botocore {botocore.__version__} does not know AWS's organization mode; "
        "python3 -m pip install --upgrade 'boto3>=1.44.7'\n"
    )
    assert document["unread"] == [{"associationId": "unit-0", "kind": "sourceAwsOrg"}]


def test_invalid_wins_over_unread(tmp_path: Path) -> None:
    """What is invalid for certain decides the exit code; both are said."""
    with FakeService(1) as service:
        service.units, service.status = [unit()], lambda _: "invalid"
        result = run_piped("list", SPACE_ID, environment={**service.environment, **not_knowing_units(tmp_path)})
    assert result.returncode == 1
    assert "cannot be read (sourceAwsOrg)" in result.stderr


def test_verify_waits_for_units(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """The emulator plays the mode: a suspended account makes the unit invalid, which can be verified again."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    organization.add_account(organization.root_id, account_id="111111111111")
    organization.register_delegated_administrator("111111111111")
    organization.add_unit("Workloads", unit_id=UNIT)
    for member_id in ("555555555555", "666666666666"):
        organization.add_account(UNIT, account_id=member_id)
    organization.close("666666666666")
    connected.primary.connect_unit(UNIT)
    environment = {**connected.environment, **knowing_units(tmp_path)}

    result = run_piped("verify", SPACE_ARN, "--output", "json", environment=environment)

    assert result.returncode == 1, result.stderr
    [found] = json.loads(result.stdout)["organizationalUnits"]
    assert (found["status"], found["deployedAccountCount"]) == ("invalid", 1)
    assert found["issues"][0]["accountIds"] == ["666666666666"]
    assert result.stderr.splitlines()[0] == "validating 2 accounts and 1 unit, up to 5 min ..."
    (tmp_path / "results.json").write_text(result.stdout, encoding="utf-8")
    again = run_piped("verify", SPACE_ARN, "--failed-from", str(tmp_path / "results.json"), environment=environment)
    assert again.returncode == 1
    assert again.stdout.splitlines()[-1].split()[:3] == [UNIT, "invalid", "1"]
    # An account below the unit, by AWS Organizations alone.
    member = run_piped("verify", SPACE_ARN, "--account", "555555555555", environment=environment)
    assert "account 555555555555 is connected by unit ou-a1b2-11112222" in member.stderr
    assert "connect it" not in member.stderr


def test_account_of_a_unit(tmp_path: Path) -> None:
    """It is reported on with its unit: named there, or below it in the organization; nobody is told to connect it."""
    with FakeService(0) as service:
        service.units = [unit(issues=[DENIED])]
        service.unit_status = lambda: "invalid" if "ValidateAwsAssociations" in service.requests else "valid"
        service.parents = {"222222222222": "ou-a1b2-99999999", "ou-a1b2-99999999": UNIT, UNIT: "r-a1b2"}
        environment = {**service.environment, **knowing_units(tmp_path)}
        named = run_piped("verify", SPACE_ID, "--account", "333333333331", environment=environment)
        service.requests.clear()
        below = run_piped("verify", SPACE_ID, "--account", "222222222222", environment=environment)
    for result, account in ((named, "333333333331"), (below, "222222222222")):
        assert result.returncode == 1, result.stderr
        assert f"note: account {account} is connected by unit {UNIT}; AWS has one status" in result.stderr
        assert "connect it" not in result.stderr
    assert f"note: unit {UNIT}, account 333333333331: AWS was denied access: " in named.stderr


@pytest.mark.parametrize("is_known", [True, False])
def test_account_of_which_it_cannot_be_told(tmp_path: Path, *, is_known: bool) -> None:
    """Without AWS Organizations, or with an old botocore, nobody is told to connect what may be connected."""
    with FakeService(1) as service:
        service.units = [unit()]
        service.refuse("ListParents", "AccessDeniedException")
        model = knowing_units(tmp_path) if is_known else not_knowing_units(tmp_path)
        arguments = ("verify", SPACE_ID, "--account", "222222222222")
        result = run_piped(*arguments, environment={**service.environment, **model})
    assert result.returncode == 3
    assert "whether a unit" in result.stderr
    assert "connect it" not in result.stderr
    assert "ValidateAwsAssociations" not in service.requests


def test_account_outside_of_all_units(tmp_path: Path) -> None:
    """It is in none, and that is what is said."""
    with FakeService(1) as service:
        service.units = [unit()]
        environment = {**service.environment, **knowing_units(tmp_path)}
        result = run_piped("verify", SPACE_ID, "--account", "999999999999", environment=environment)
        own = run_piped("verify", SPACE_ID, "--wait", "0", "--account", account_id(0), environment=environment)
    assert result.returncode == 3
    assert "it has no association for account 999999999999 nor is it in a unit that is connected" in result.stderr
    assert own.stdout.splitlines()[-1].split()[:2] == [account_id(0), "pending"]
