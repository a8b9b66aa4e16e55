"""`list`: every association, in pages, with totals."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import ConnectedAccounts, entries
from tests.cli.fake_service import SPACE_ID, FakeService
from tests.cli.programs import run_piped
from tests.emulator.devops_agent.service_model import operation, problems
from tests.emulator.organization import Organization
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end


def test_table_in_a_pipe(connected: ConnectedAccounts) -> None:
    """One line an association, whole, for grep and awk; then the totals."""
    connected.break_account("333333333333")
    connected.primary.validate()

    result = run_piped("list", SPACE_ARN, environment=connected.environment)

    assert result.returncode == 1, result.stderr
    titles, first, second = result.stdout.splitlines()
    assert titles.split() == ["ACCOUNT", "STATUS", "CHANGED", "ROLE", "NAME"]
    for line, account_id, status in ((first, "222222222222", "valid"), (second, "333333333333", "invalid")):
        role = f"arn:aws:iam::{account_id}:role/DevOpsAgentRole-SecondaryAccount"
        assert (line.split()[0], line.split()[1], line.split()[3]) == (account_id, status, role)
    assert result.stderr.splitlines()[-1] == "2 accounts: 1 valid, 1 invalid"


def test_json(connected: ConnectedAccounts) -> None:
    """The documented shape: the API's own names and statuses, null for what is not there."""
    [association_id, _] = [association.association_id for association in connected.primary.associations().values()]

    result = run_piped("list", SPACE_ARN, "--output", "json", environment=connected.environment)

    document = json.loads(result.stdout)
    first = document["associations"][0]
    assert first.pop("updatedAt").endswith("Z")
    assert first == {
        "accountId": "222222222222",
        "accountName": None,
        "accountType": "source",
        "assumableRoleArn": "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
        "externalId": None,
        "agentElevatedRoleArn": None,
        "agentElevatedRoleArnStatus": None,
        "serviceManagementRoleArn": None,
        "status": "pending-confirmation",
        "associationId": association_id,
    }
    assert document["totals"] == {"valid": 0, "invalid": 0, "pending-confirmation": 2}


def test_id_and_region(connected: ConnectedAccounts) -> None:
    """An id is enough, with the Region in the environment, as the AWS CLI reads it, or as an option."""
    environment = connected.environment
    for arguments, region in ((), "us-east-1"), (("--region", "us-east-1"), "eu-west-1"):
        result = run_piped(
            "list", SPACE_ID, "--output", "json", *arguments, environment={**environment, "AWS_REGION": region}
        )
        assert set(entries(result.stdout)) == {"222222222222", "333333333333"}


def test_other_services_are_left_out(connected: ConnectedAccounts) -> None:
    """The primary account's own association is listed; what connects no AWS account is not."""
    agent_role = connected.primary.create_agent_role()
    result = run_piped("list", SPACE_ARN, environment=connected.environment)
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
        "222222222222",
        "333333333333",
        "111111111111",
    ]
    assert result.stdout.splitlines()[-1].split()[3] == agent_role


def test_names(connected: ConnectedAccounts) -> None:
    """A delegated administrator may read the accounts' names; an account outside of the organization has none."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    for account_id in ("111111111111", "222222222222"):
        organization.add_account(organization.root_id, account_id=account_id)
    organization.register_delegated_administrator("111111111111")

    result = run_piped("list", SPACE_ARN, "--output", "json", environment=connected.environment)

    named = {entry["accountId"]: entry["accountName"] for entry in json.loads(result.stdout)["associations"]}
    assert named == {"222222222222": "222222222222", "333333333333": None}
    assert result.stderr == "2 accounts: 2 pending\n"


@pytest.mark.parametrize(("is_member", "why"), [(True, "may not ask AWS Organizations"), (False, "in no organization")])
def test_no_names(connected: ConnectedAccounts, why: str, *, is_member: bool) -> None:
    """Without the permission, or an organization, there is one line about it on standard error, and the list."""
    if is_member:
        organization = Organization(connected.emulator, management_account_id="999999999999")
        organization.add_account(organization.root_id, account_id="111111111111")

    result = run_piped("list", SPACE_ARN, environment=connected.environment)

    assert result.returncode == 0
    note, totals = result.stderr.splitlines()
    assert note.startswith("note: no account names: ")
    assert why in note
    assert len(result.stdout.splitlines()) == 3
    assert totals == "2 accounts: 2 pending"


def test_no_account() -> None:
    """An Agent Space without accounts is no failure of list."""
    with FakeService(0) as service:
        result = run_piped("list", SPACE_ID, environment=service.environment)
        document = run_piped("list", SPACE_ID, "--output", "json", environment=service.environment)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "no account is connected\n")
    assert json.loads(document.stdout) == {
        "associations": [],
        "totals": {"valid": 0, "invalid": 0, "pending-confirmation": 0},
        "organizationalUnits": [],
        "organizationalUnitTotals": {"valid": 0, "invalid": 0, "pending-confirmation": 0},
        "unread": [],
    }


def test_the_stand_in_answers_as_the_api_does() -> None:
    """Its pages fit botocore's own model of ListAssociations."""
    page = FakeService(150).page(0)
    assert len(page["associations"]) == 100
    assert list(problems(operation("ListAssociations").output_shape, page)) == []
