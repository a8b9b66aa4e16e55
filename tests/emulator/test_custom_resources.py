"""Custom resources: what the function is asked, and what CloudFormation makes of its answers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.clock import CLOCK
from tests.emulator.function_stack import ACCOUNT, LOG_GROUP, function_stack
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, failures, role, role_names

CODE = """
import json, time, urllib.request

def handler(event, context):
    print("REQUEST", json.dumps(event))
    wish = event["ResourceProperties"]
    if wish.get("Silent") == event["RequestType"]:
        return
    if "Late" in wish:
        time.sleep(int(wish["Late"]))
    answer = {
        "Status": "FAILED" if wish.get("Fail") == event["RequestType"] else "SUCCESS",
        "Reason": "because of this",
        "PhysicalResourceId": wish.get("Id", "thing"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Answer": "42"},
    }
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    request.add_header("Content-Type", wish.get("ContentType", ""))
    urllib.request.urlopen(request)
"""

NEVER_FAILS = CODE.replace('"FAILED" if', '"SUCCESS" if')


@pytest.fixture(scope="module")
def provider() -> Iterator[Emulator]:
    """An emulator with the function in a stack of its own."""
    with Emulator() as emulator:
        cloudformation = emulator.client("cloudformation", ACCOUNT)
        resources = function_stack(CODE)
        template = json.dumps({"Resources": resources})
        cloudformation.create_stack(StackName="Provider", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
        yield emulator


@pytest.fixture
def emulator(provider: Emulator) -> Iterator[Emulator]:
    """The same, without the stack of the test before."""
    yield provider
    provider.client("cloudformation", ACCOUNT).delete_stack(StackName="Stack")
    requests(provider)


def thing(**properties: Any) -> dict[str, Any]:
    """A stack with a custom resource."""
    token = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:Function"
    return {"Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}}


def requests(emulator: Emulator) -> list[dict[str, Any]]:
    """What the function was asked since the last time, in order."""
    logs = emulator.client("logs", ACCOUNT)
    events = logs.filter_log_events(logGroupName=LOG_GROUP)["events"]
    for name in {one["logStreamName"] for one in events}:
        logs.delete_log_stream(logGroupName=LOG_GROUP, logStreamName=name)
    found = [one["message"].removeprefix("REQUEST ") for one in sorted(events, key=lambda one: int(one["eventId"]))]
    return [json.loads(one) for one in found if one.startswith("{")]


def zipped(source: str) -> bytes:
    """The package of a source."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    return package.getvalue()


def kinds(emulator: Emulator) -> list[tuple[str, str | None]]:
    """Of each request its kind and the physical id."""
    return [(one["RequestType"], one.get("PhysicalResourceId")) for one in requests(emulator)]


def test_from_creation_to_deletion(emulator: Emulator) -> None:
    """AWS's requests, with numbers and truth values as strings; its answer's data are attributes."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    outputs = {"Answer": {"Fn::GetAtt": ["Thing", "Answer"]}, "Id": {"Ref": "Thing"}}
    assert deploy(cloudformation, thing(Count=2, IsSo=True), outputs=outputs) == "CREATE_COMPLETE"
    [stack] = cloudformation.describe_stacks(StackName="Stack")["Stacks"]
    assert {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]} == {"Answer": "42", "Id": "thing"}
    assert deploy(cloudformation, thing(Count=3), change="UPDATE") == "UPDATE_COMPLETE"
    cloudformation.delete_stack(StackName="Stack")

    create, update, delete = requests(emulator)
    token = thing()["Thing"]["Properties"]["ServiceToken"]
    assert create.pop("ResponseURL").startswith(emulator.endpoint_url)
    assert create.pop("RequestId")
    assert create == {
        "RequestType": "Create",
        "ServiceToken": token,
        "StackId": stack["StackId"],
        "LogicalResourceId": "Thing",
        "ResourceType": "Custom::Thing",
        "ResourceProperties": {"ServiceToken": token, "Count": "2", "IsSo": "true"},
    }
    assert update["OldResourceProperties"]["Count"] == "2"
    assert update["ResourceProperties"] == {"ServiceToken": token, "Count": "3"}
    assert (delete["RequestType"], delete["PhysicalResourceId"]) == ("Delete", "thing")
    assert "OldResourceProperties" not in delete


def test_a_failed_creation_is_deleted(emulator: Emulator) -> None:
    """The stack fails with the reason, and the function cleans up what it has made."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, thing(Fail="Create")) == "ROLLBACK_COMPLETE"
    [reason] = failures(cloudformation)
    said = "Received response status [FAILED] from custom resource. Message returned: because of this (RequestId: "
    assert reason.startswith(said)
    assert kinds(emulator) == [("Create", None), ("Delete", "thing")]


def test_a_failed_update_is_undone(emulator: Emulator) -> None:
    """With the properties the other way round."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    deploy(cloudformation, thing(Count=1))
    assert deploy(cloudformation, thing(Count=2, Fail="Update"), change="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    _, update, undo = requests(emulator)
    assert update["ResourceProperties"] == {**undo["OldResourceProperties"]}
    assert undo["ResourceProperties"]["Count"] == "1"


def test_another_id_is_another_resource(emulator: Emulator) -> None:
    """The former is deleted once the update is through."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    deploy(cloudformation, thing())
    assert deploy(cloudformation, thing(Id="other"), change="UPDATE") == "UPDATE_COMPLETE"
    assert kinds(emulator) == [("Create", None), ("Update", "thing"), ("Delete", "thing")]


def test_what_succeeds_before_a_failure_is_deleted(emulator: Emulator) -> None:
    """As CloudFormation does with all that it has created."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    broken = {**role(ManagedPolicyArns=["arn:aws:iam::aws:policy/Missing"]), "DependsOn": "Thing"}
    assert deploy(cloudformation, {**thing(), "Role": broken}) == "ROLLBACK_COMPLETE"
    assert kinds(emulator) == [("Create", None), ("Delete", "thing")]


def test_no_answer(emulator: Emulator) -> None:
    """After the ServiceTimeout, in CloudFormation's words; nobody waits for it here."""
    cloudformation, before = emulator.client("cloudformation", ACCOUNT), CLOCK.now()
    assert deploy(cloudformation, thing(Silent="Create", ServiceTimeout=600)) == "ROLLBACK_COMPLETE"
    assert failures(cloudformation)[0].startswith("CloudFormation did not receive a response from your Custom Resource")
    assert 600 <= (CLOCK.now() - before).total_seconds() < 660


def test_a_late_answer(emulator: Emulator) -> None:
    """The function takes its time, and what is due meanwhile happens."""
    happened: list[bool] = []
    CLOCK.call_in(timedelta(seconds=10), lambda: happened.append(True))
    assert deploy(emulator.client("cloudformation", ACCOUNT), thing(Late=20)) == "CREATE_COMPLETE"
    assert happened == [True]


def test_a_failed_deletion(emulator: Emulator) -> None:
    """The stack says so and stays, until it can be deleted."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    deploy(cloudformation, {**thing(Fail="Delete"), "Role": role()})
    cloudformation.delete_stack(StackName="Stack")
    [stack] = cloudformation.describe_stacks(StackName="Stack")["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"
    [reason] = failures(cloudformation)
    assert "Message returned: because of this" in reason
    assert role_names(emulator.client("iam", ACCOUNT)) == ["Function"]
    emulator.client("lambda", ACCOUNT).update_function_code(FunctionName="Function", ZipFile=zipped(NEVER_FAILS))
    cloudformation.delete_stack(StackName="Stack")
    assert [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]] == ["Provider"]


def test_a_content_type_spoils_the_signature(emulator: Emulator) -> None:
    """S3 refuses the answer, which the library of a function may add without being asked."""
    cloudformation = emulator.client("cloudformation", ACCOUNT)
    assert deploy(cloudformation, thing(ContentType="application/json")) == "ROLLBACK_COMPLETE"
    assert "SignatureDoesNotMatch" in failures(cloudformation)[0]
