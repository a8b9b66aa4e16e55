"""The accounts file's `organization`: what each key becomes, and what is said about a bad one."""

import json
from pathlib import Path

import pytest
import yaml

from devops_agent_constructs import (
    CallAs,
    OperationPreferences,
    Organization,
    PrimaryAccount,
    S3Objects,
    ServiceManagedDeployment,
)
from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, ORGANIZATION, SPACE, written

NEEDED = 'account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]'
OWN = "{custom_statement: {sid: Own, resources: ['*'], actions: ['s3:GetObject']}}"
OWN_AGAIN = OWN.replace("Get", "Put")


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def with_(settings: str, needed: str = NEEDED) -> str:
    """Return a file with an organization alone, in line 2; its settings begin at column 16, or 101 after the needed."""
    return f"{SPACE}organization: {{{', '.join(part for part in (needed, settings) if part)}}}\n"


def test_every_key() -> None:
    """Each becomes the value that it names; no account need be listed."""
    onboarding = from_file(written(SPACE + ORGANIZATION))
    assert onboarding.accounts == ()
    assert onboarding.primary == PrimaryAccount()
    assert onboarding.organization == Organization(
        account_id="999999999999",
        region="eu-west-1",
        deployment=ServiceManagedDeployment(
            organizational_units=("ou-a1b2-11112222", "ou-a1b2-33334444"),
            call_as=CallAs.SELF,
            exclude_accounts=("444444444444",),
            additional_accounts=("555555555555",),
            organization_root="r-a1b2",
            auto_deployment=True,
            retain_stacks_on_account_removal=True,
        ),
        include_management_account=True,
        operation_preferences=OperationPreferences(failure_tolerance_percentage=20, max_concurrent_percentage=50),
        associated_accounts=("666666666666",),
    )


def test_defaults() -> None:
    """Three keys are enough: everybody in the units, now and later, and who leaves loses the role."""
    assert from_file(written(with_(""))).organization == Organization(
        account_id="999999999999",
        region=None,
        deployment=ServiceManagedDeployment(
            organizational_units=("ou-a1b2-11112222",),
            call_as=CallAs.SELF,
            organization_root=None,
            auto_deployment=True,
            retain_stacks_on_account_removal=False,
        ),
        include_management_account=False,
        operation_preferences=None,
    )


def test_no_organization() -> None:
    """Without the key there are single accounts."""
    assert from_file(written(SPACE + ACCOUNTS)).organization is None


def test_only_some_accounts_by_a_delegated_administrator() -> None:
    """The other word of call_as, and the other way to narrow the units."""
    found = from_file(written(with_('only: ["222222222222"]', NEEDED.replace("self", "delegated_admin")))).organization
    assert found is not None
    assert found.deployment == ServiceManagedDeployment(
        organizational_units=("ou-a1b2-11112222",),
        call_as=CallAs.DELEGATED_ADMIN,
        only_accounts=("222222222222",),
        auto_deployment=False,
    )


def test_one_of_the_percentages() -> None:
    """The other keeps its default."""
    found = from_file(written(with_("failure_tolerance_percentage: 0"))).organization
    assert found is not None
    assert found.operation_preferences == OperationPreferences(
        failure_tolerance_percentage=0, max_concurrent_percentage=25
    )


def test_the_shared_role_is_the_organization_s_too() -> None:
    """And an account beside it may still have one of its own."""
    text = with_("") + (
        "role:\n"
        "  name: Agent\n"
        "  path: /operations/\n"
        "  description: Operations\n"
        "  permissions_boundary: WorkloadBoundary\n"
        "  managed_policies: [ReadOrders]\n"
        "  max_session_seconds: 7200\n"
        "  capabilities: [{s3_objects: {buckets: [orders-logs]}}]\n"
        'accounts: [{id: "222222222222", role: {name: Own}}]\n'
    )
    onboarding = from_file(written(text))
    assert onboarding.organization == Organization(
        account_id="999999999999",
        deployment=ServiceManagedDeployment(
            organizational_units=("ou-a1b2-11112222",),
            call_as=CallAs.SELF,
        ),
        role_name="Agent",
        path="/operations/",
        description="Operations",
        permissions_boundary="WorkloadBoundary",
        managed_policies=["ReadOrders"],
        max_session_seconds=7200,
        capabilities=(S3Objects(buckets=["orders-logs"]),),
    )
    assert [(account.role_name, account.path) for account in onboarding.accounts] == [("Own", "/operations/")]


def test_no_accounts_beside_it() -> None:
    """An empty list is as good as none."""
    assert from_file(written(with_("") + "accounts: []\n")).accounts == ()


def test_json_says_the_same() -> None:
    """A file whose name ends in .json is read like its YAML twin."""
    twin = json.dumps(yaml.safe_load(SPACE + ORGANIZATION))
    assert from_file(written(twin, "accounts.json")) == from_file(written(SPACE + ORGANIZATION))


def test_new_agent_space() -> None:
    """The first step knows the organization already, so that its mistakes show before anything is deployed."""
    create = 'primary: {create_agent_space: {name: a, account_id: "111111111111", region: us-east-1}}\n'
    onboarding = from_file(written(create + with_('associate: ["222222222222"]').removeprefix(SPACE)))
    assert onboarding.agent_space is None
    assert onboarding.organization is not None
    assert onboarding.organization.associated_accounts == ("222222222222",)
