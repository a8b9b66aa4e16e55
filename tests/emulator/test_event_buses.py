"""Events of StackSets and Organizations, from the management account over a bus of another to a function there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.example_organization import MANAGEMENT, PRIMARY, SANDBOX, ExampleOrganization
from tests.emulator.function_stack import LOG_GROUP, function_stack
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, document, failures
from tests.emulator.stack_set_stack import NEWCOMER, stack_set

CODE = """
import json

def handler(event, context):
    print("EVENT", json.dumps(event))
"""
BUS = f"arn:aws:events:us-east-1:{PRIMARY}:event-bus/Organization"
PATTERN = {"source": ["aws.cloudformation", "aws.organizations"]}


def receiving(**statement: Any) -> dict[str, Any]:
    """A bus in the primary account, with a rule that invokes a function there."""
    admits = {
        "Sid": "Management",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
        "Action": "events:PutEvents",
        "Resource": BUS,
        **statement,
    }
    function = {"Fn::GetAtt": ["Function", "Arn"]}
    policy = {"EventBusName": {"Ref": "Bus"}, "StatementId": "Management", "Statement": admits}
    rule = {
        "EventBusName": {"Ref": "Bus"},
        "EventPattern": {**PATTERN, "account": [MANAGEMENT]},
        "Targets": [{"Id": "Function", "Arn": function}],
    }
    permission = {
        "FunctionName": function,
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]},
    }
    return {
        **function_stack(CODE),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "Organization"}},
        "Policy": {"Type": "AWS::Events::EventBusPolicy", "Properties": policy},
        "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }


def forwarding(*, allowed: str = BUS, has_role: bool = True) -> dict[str, Any]:
    """A rule in the management account that sends to that bus, with a role."""
    trust = document({"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"})
    puts = document({"Effect": "Allow", "Action": "events:PutEvents", "Resource": allowed})
    policies = [{"PolicyName": "Policy", "PolicyDocument": puts}]
    role = {"RoleName": "Forward", "AssumeRolePolicyDocument": trust, "Policies": policies}
    target = {"Id": "Bus", "Arn": BUS, **({"RoleArn": {"Fn::GetAtt": ["Forward", "Arn"]}} if has_role else {})}
    return {
        "Forward": {"Type": "AWS::IAM::Role", "Properties": role},
        "Events": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": PATTERN, "Targets": [target]}},
    }


def deploy_in(emulator: Emulator, account_id: str, resources: dict[str, Any]) -> None:
    """Deploy a stack."""
    cloudformation = emulator.client("cloudformation", account_id)
    assert deploy(cloudformation, resources) == "CREATE_COMPLETE", failures(cloudformation)


def events(emulator: Emulator) -> list[dict[str, Any]]:
    """What the function got, in order."""
    logged = emulator.client("logs", PRIMARY).filter_log_events(logGroupName=LOG_GROUP)["events"]
    found = [one for one in logged if one["message"].startswith("EVENT ")]
    return [json.loads(one["message"][6:]) for one in sorted(found, key=lambda one: int(one["eventId"]))]


@pytest.fixture
def example(emulator: Emulator) -> ExampleOrganization:
    """The example organization, whose management account has a trail."""
    created = ExampleOrganization.create(emulator)
    created.organization.create_trail()
    return created


def test_an_account_that_joins(emulator: Emulator, example: ExampleOrganization) -> None:
    """What Organizations say of it, and then the StackSet, which gives it a stack."""
    deploy_in(emulator, PRIMARY, {**receiving(), **stack_set(example.sandbox)})
    deploy_in(emulator, MANAGEMENT, forwarding())
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    found = events(emulator)
    assert {one["account"] for one in found} == {MANAGEMENT}
    assert [one["detail"].get("eventName") or one["detail-type"].rpartition("StackSet ")[2] for one in found] == [
        "CreateAccount",
        "CreateAccountResult",
        "AccountJoinedOrganization",
        "MoveAccount",
        "StackInstance Status Change",
        "Operation Status Change",
    ]
    detail = found[4]["detail"]
    assert detail["stack-id"].split(":")[4] == NEWCOMER
    assert detail["status-details"] == {"status": "CURRENT", "detailed-status": "SUCCEEDED", "status-reason": ""}


def test_no_trail_no_events_of_organizations(emulator: Emulator) -> None:
    """They come through CloudTrail; those of StackSets do not."""
    example = ExampleOrganization.create(emulator)
    deploy_in(emulator, PRIMARY, {**receiving(), **stack_set(example.sandbox)})
    deploy_in(emulator, MANAGEMENT, forwarding())
    example.organization.move(SANDBOX[0], example.organization.root_id)
    assert {one["source"] for one in events(emulator)} == {"aws.cloudformation"}


@pytest.mark.parametrize(
    ("sender", "receiver"),
    [
        ({"has_role": False}, {}),
        ({"allowed": BUS.replace("Organization", "default")}, {}),
        ({}, {"Principal": {"AWS": "arn:aws:iam::222222222222:root"}}),
        ({}, {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}}}),
    ],
    ids=["no role", "a role without the permission", "a bus for others", "a bus for another organization"],
)
def test_who_does_not_get_through(
    emulator: Emulator, example: ExampleOrganization, sender: dict[str, Any], receiver: dict[str, Any]
) -> None:
    """Nobody is told, but for a metric in the management account."""
    deploy_in(emulator, PRIMARY, receiving(**receiver))
    deploy_in(emulator, MANAGEMENT, forwarding(**sender))
    example.organization.close(SANDBOX[0])
    assert events(emulator) == []
    metrics = emulator.client("cloudwatch", MANAGEMENT).list_metrics(Namespace="AWS/Events")["Metrics"]
    assert [one["MetricName"] for one in metrics] == ["FailedInvocations"]


def test_events_of_programs(emulator: Emulator) -> None:
    """PutEvents reaches rules, too, and only those that match."""
    other = receiving()
    other["Rule"]["Properties"]["EventPattern"] = {"source": ["ours"], "detail": {"kind": ["this"]}}
    deploy_in(emulator, PRIMARY, other)
    for kind in ("this", "that"):
        entry = {"Source": "ours", "DetailType": "Test", "Detail": json.dumps({"kind": kind})}
        emulator.client("events", PRIMARY).put_events(Entries=[{**entry, "EventBusName": "Organization"}])
    assert [one["detail"] for one in events(emulator)] == [{"kind": "this"}]
