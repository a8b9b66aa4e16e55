"""Operations on StackSets of the emulator: how they end, and what the API says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PRIMARY,
    SANDBOX,
    SUSPENDED,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.server import Emulator
from tests.emulator.stack import failures
from tests.emulator.stack_set_stack import (
    deployed,
    described,
    given,
    instances,
    operations,
    stack_set,
    taken,
    template,
    why,
)


@pytest.fixture
def example(emulator: Emulator) -> ExampleOrganization:
    """Thirteen accounts; account 111111111111 is a delegated administrator."""
    return ExampleOrganization.create(emulator)


def test_an_instance_tells_its_stack_and_its_unit(emulator: Emulator, example: ExampleOrganization) -> None:
    """The stack can be looked up by its id in the account."""
    deployed(emulator, stack_set(example.workloads))
    one = instances(emulator)["666666666666"]
    [stack] = emulator.client("cloudformation", "666666666666").describe_stacks(StackName=one["StackId"])["Stacks"]
    assert stack["StackName"].startswith("StackSet-Agent-")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert one["OrganizationalUnitId"] == example.workloads
    assert one["StackInstanceStatus"] == {"DetailedStatus": "SUCCEEDED"}


def test_the_stack_set_is_described(emulator: Emulator, example: ExampleOrganization) -> None:
    """To the delegated administrator and to the management account, which AWS keeps it in."""
    deployed(emulator, stack_set(example.sandbox, Tags=[{"Key": "team", "Value": "platform"}]))
    for account_id, call_as in ((PRIMARY, "DELEGATED_ADMIN"), (MANAGEMENT, "SELF")):
        client: Any = emulator.client("cloudformation", account_id)
        found = client.describe_stack_set(StackSetName="Agent", CallAs=call_as)["StackSet"]
        assert found["StackSetARN"] == f"arn:aws:cloudformation:us-east-1:999999999999:stackset/{found['StackSetId']}"
        assert found["Parameters"] == [{"ParameterKey": "Description", "ParameterValue": "first"}]
        assert found["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
        assert found["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": False}
        assert found["OrganizationalUnitIds"] == [example.sandbox]
        assert found["Tags"] == [{"Key": "team", "Value": "platform"}]


def test_ref_is_the_id(emulator: Emulator, example: ExampleOrganization) -> None:
    """It is the name and a UUID; a second StackSet of the name is refused."""
    deployed(emulator, stack_set(example.sandbox))
    client = emulator.client("cloudformation", PRIMARY)
    [resource] = client.describe_stack_resources(StackName="Stack")["StackResources"]
    found = client.describe_stack_set(StackSetName="Agent", CallAs="DELEGATED_ADMIN")["StackSet"]
    assert resource["PhysicalResourceId"] == found["StackSetId"]
    name, _, unique = resource["PhysicalResourceId"].partition(":")
    assert (name, len(unique)) == ("Agent", 36)
    resources = {"Other": stack_set(example.sandbox)["Set"], **stack_set(example.sandbox)}
    assert deployed(emulator, resources, again=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert "StackSet Agent already exists" in failures(client)[0]


def test_operations_are_listed(emulator: Emulator, example: ExampleOrganization) -> None:
    """One for each kind of change; what changes nothing is none."""
    deployed(emulator, stack_set(example.sandbox))
    deployed(emulator, stack_set(example.sandbox, Parameters=given("second")), again=True)
    deployed(emulator, stack_set(example.workloads, Parameters=given("second")), again=True)
    example.organization.move(WORKLOADS[0], example.organization.root_id)
    assert operations(emulator) == [
        ("CREATE", "SUCCEEDED"),
        ("UPDATE", "SUCCEEDED"),
        ("DELETE", "SUCCEEDED"),
        ("CREATE", "SUCCEEDED"),
        ("DELETE", "SUCCEEDED"),
    ]


def test_each_result_is_told(emulator: Emulator, example: ExampleOrganization) -> None:
    """Of an operation that tolerates a failure too: it succeeded, but not everywhere."""
    taken(emulator, SANDBOX[0])
    preferences = {"FailureToleranceCount": 1}
    deployed(emulator, stack_set(example.sandbox, OperationPreferences=preferences))
    assert operations(emulator) == [("CREATE", "SUCCEEDED")]
    client = emulator.client("cloudformation", PRIMARY)
    operation = client.list_stack_set_operations(StackSetName="Agent")["Summaries"][0]["OperationId"]
    results: Any = client.list_stack_set_operation_results(StackSetName="Agent", OperationId=operation)["Summaries"]
    assert {one["Account"]: one["Status"] for one in results} == {
        SANDBOX[0]: "FAILED",
        SANDBOX[1]: "SUCCEEDED",
        EXCLUDED: "SUCCEEDED",
    }
    assert results[0]["StatusReason"] == (
        "ResourceLogicalId:Role, ResourceType:AWS::IAM::Role, "
        "ResourceStatusReason:EntityAlreadyExists: Role with name Agent already exists."
    )


def test_a_percentage_is_rounded_down(emulator: Emulator, example: ExampleOrganization) -> None:
    """A third of two accounts is none."""
    taken(emulator, SANDBOX[0])
    targets = {"Accounts": list(SANDBOX), "AccountFilterType": "INTERSECTION"}
    preferences = {"FailureTolerancePercentage": 49}
    reason = why(emulator, stack_set(example.sandbox, targets=targets, OperationPreferences=preferences))
    assert "was unexpectedly stopped or failed. status reason(s): [ResourceLogicalId:Role" in reason
    assert described(emulator) == {SANDBOX[0]: "by hand"}


def test_the_next_operation_tries_again(emulator: Emulator, example: ExampleOrganization) -> None:
    """What failed and was tolerated is created as soon as the account lets it."""
    taken(emulator, SANDBOX[0])
    preferences = {"FailureToleranceCount": 1}
    deployed(emulator, stack_set(example.sandbox, OperationPreferences=preferences))
    emulator.client("iam", SANDBOX[0]).delete_role(RoleName="Agent")
    deployed(
        emulator, stack_set(example.sandbox, OperationPreferences=preferences, Parameters=given("second")), again=True
    )
    assert described(emulator) == dict.fromkeys((*SANDBOX, EXCLUDED), "second")
    assert instances(emulator)[SANDBOX[0]]["Status"] == "CURRENT"


def test_what_cannot_be_deleted_is_inoperable(emulator: Emulator, example: ExampleOrganization) -> None:
    """IAM keeps a role that somebody attached a policy to; the StackSet stays until that is undone."""
    deployed(emulator, stack_set(example.sandbox))
    iam = emulator.client("iam", EXCLUDED)
    by_hand = {"RoleName": "Agent", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    iam.attach_role_policy(**by_hand)
    assert deployed(emulator, stack_set(example.workloads), again=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert described(emulator) == dict.fromkeys((*SANDBOX, EXCLUDED), "first")

    example.organization.move(EXCLUDED, example.organization.root_id)
    assert instances(emulator)[EXCLUDED]["Status"] == "INOPERABLE"
    assert "must detach all policies first" in instances(emulator)[EXCLUDED]["StatusReason"]
    [stack] = emulator.client("cloudformation", EXCLUDED).describe_stacks()["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    iam.detach_role_policy(**by_hand)
    emulator.client("cloudformation", PRIMARY).delete_stack(StackName="Stack")
    assert described(emulator) == {}


def test_a_suspended_account_is_flagged(emulator: Emulator, example: ExampleOrganization) -> None:
    """One that never had a stack, and one that has one still: nobody can reach it, and the operation succeeds."""
    deployed(emulator, stack_set(example.sandbox))
    example.organization.close(SANDBOX[0])
    deployed(emulator, stack_set(example.sandbox, Parameters=given("second")), again=True)
    assert described(emulator) == {SANDBOX[0]: "first", **dict.fromkeys((SANDBOX[1], EXCLUDED), "second")}
    for account_id in (SANDBOX[0], SUSPENDED):
        assert instances(emulator)[account_id]["Status"] == "OUTDATED"
        assert instances(emulator)[account_id]["StackInstanceStatus"] == {"DetailedStatus": "SKIPPED_SUSPENDED_ACCOUNT"}
    assert operations(emulator) == [("CREATE", "SUCCEEDED"), ("UPDATE", "SUCCEEDED")]

    emulator.client("cloudformation", PRIMARY).delete_stack(StackName="Stack")
    assert described(emulator) == {SANDBOX[0]: "first"}


def test_every_region_has_a_stack(emulator: Emulator, example: ExampleOrganization) -> None:
    """In the stated order; a failure in the first Region stops the others."""
    queue = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "Agent"}}}})
    group = {
        "DeploymentTargets": {"OrganizationalUnitIds": [example.sandbox]},
        "Regions": ["us-east-1", "eu-central-1"],
    }
    settings = {"StackInstancesGroup": [group], "OperationPreferences": {"RegionOrder": ["us-east-1", "eu-central-1"]}}
    deployed(emulator, stack_set(TemplateBody=queue, Parameters=None, **settings))
    for region in ("us-east-1", "eu-central-1"):
        [stack] = emulator.client("cloudformation", SANDBOX[0], region).describe_stacks()["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"

    # The name of a role is taken by the first Region.
    settings = {**settings, "StackSetName": "Other", "TemplateBody": template()}
    assert deployed(emulator, stack_set(**settings), again=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert described(emulator) == {}
