"""An association in CloudFormation lives, changes and dies as its schema and the service say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, failures
from tests.emulator.templates import REFUSED, SPACE_ID, association, space

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

VIOLATED = "ValidationError: Properties validation failed: #"
DUPLICATE = "AWS association with accountId 222222222222 already exists for this agent space"


@pytest.fixture
def cloudformation(emulator: Emulator) -> CloudFormationClient:
    """CloudFormation of the primary account."""
    return emulator.client("cloudformation", "111111111111")


def test_an_association_changes_in_place(primary: PrimaryAccount, cloudformation: CloudFormationClient) -> None:
    """Another role, and another account, are an update of the same association; topology scope stays in the stack."""
    deploy(cloudformation, {"Source": association()})
    before = primary.associations()["222222222222"]

    role = "arn:aws:iam::222222222222:role/Other"
    changed = association(AssumableRoleArn=role, Tags=[{"Key": "team", "Value": "platform"}])
    assert deploy(cloudformation, {"Source": changed}, change="UPDATE") == "UPDATE_COMPLETE"
    after = primary.associations()["222222222222"]
    assert (after.association_id, after.role_arn) == (before.association_id, role)

    assert deploy(cloudformation, {"Source": association("333333333333")}, change="UPDATE") == "UPDATE_COMPLETE"
    [(account_id, moved)] = primary.associations().items()
    assert (account_id, moved.association_id) == ("333333333333", before.association_id)


def test_another_space_replaces_the_association(
    emulator: Emulator, primary: PrimaryAccount, cloudformation: CloudFormationClient
) -> None:
    """The new space has it, the old one does not."""
    other_id = "00000000-0000-4000-8000-000000000000"
    other = PrimaryAccount(emulator, f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{other_id}")
    deploy(cloudformation, {"Source": association()})
    before = primary.associations()["222222222222"]

    moved = association(space_id=other_id)
    assert deploy(cloudformation, {"Source": moved}, change="UPDATE") == "UPDATE_COMPLETE"
    assert primary.associations() == {}
    assert other.associations()["222222222222"].association_id != before.association_id


def test_a_deleted_stack_has_no_association(primary: PrimaryAccount, cloudformation: CloudFormationClient) -> None:
    """Also if somebody removed one by hand; the space stays, unless the stack made it."""
    deploy(cloudformation, {"Source": association(), "Other": association("333333333333"), "Space": space()})
    by_hand = primary.associations()["333333333333"].association_id
    primary.api.disassociate_service(agentSpaceId=SPACE_ID, associationId=by_hand)

    cloudformation.delete_stack(StackName="Stack")
    assert primary.associations() == {}
    assert [one["agentSpaceId"] for one in primary.api.list_agent_spaces()["agentSpaces"]] == [SPACE_ID]


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (association("333333333333"), REFUSED.format(DUPLICATE.replace("222222222222", "333333333333"), 400)),
        (
            association(kind="Aws", AccountType="monitor"),
            REFUSED.format("Cross-account pass role is not allowed.", 403),
        ),
        (
            association(space_id="11111111-1111-1111-1111-111111111111"),
            REFUSED.format("Could not find AgentSpace with ID 11111111-1111-1111-1111-111111111111", 404),
        ),
        (
            association(ExternalId="x"),
            f"{VIOLATED}/Configuration/SourceAws: Additional properties are not allowed ('ExternalId' was unexpected)",
        ),
        (
            association(AccountType="monitor"),
            f"{VIOLATED}/Configuration/SourceAws/AccountType: 'monitor' is not one of ['source']",
        ),
        (
            space(Arn="arn:aws:aidevops:us-east-1:111111111111:agentspace/x"),
            f"{VIOLATED}: extraneous key [Arn] is not permitted",
        ),
        (
            space(Name="a\nb"),
            VIOLATED + r"/Name: 'a\nb' does not match pattern ^[\p{L}\p{N}\p{P}\p{S}\p{Z}]+$",
        ),
    ],
)
def test_what_is_refused_is_rolled_back(
    primary: PrimaryAccount, cloudformation: CloudFormationClient, resource: dict[str, Any], reason: str
) -> None:
    """The stack says why, in the service's words, and nothing of it is left."""
    primary.associate("333333333333", "arn:aws:iam::333333333333:role/Agent")

    assert deploy(cloudformation, {"First": association("444444444444"), "Last": resource}) == "ROLLBACK_COMPLETE"
    assert failures(cloudformation) == [reason]
    assert list(primary.associations()) == ["333333333333"]


def test_a_stack_elsewhere_finds_no_space(emulator: Emulator, primary: PrimaryAccount) -> None:
    """An association belongs into the account and the Region of its space."""
    for account_id, region in (("222222222222", "us-east-1"), ("111111111111", "eu-west-1")):
        elsewhere = emulator.client("cloudformation", account_id, region)
        assert deploy(elsewhere, {"Source": association()}) == "ROLLBACK_COMPLETE"
        assert failures(elsewhere) == [REFUSED.format(f"Could not find AgentSpace with ID {SPACE_ID}", 404)]
    assert primary.associations() == {}


def test_another_logical_id_meets_the_association_of_before(
    primary: PrimaryAccount, cloudformation: CloudFormationClient
) -> None:
    """CloudFormation creates before it deletes, so the service refuses, and the first association stays."""
    deploy(cloudformation, {"Source": association()})
    before = primary.associations()

    assert deploy(cloudformation, {"Renamed": association()}, change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert failures(cloudformation) == [REFUSED.format(DUPLICATE, 400)]
    assert primary.associations() == before
