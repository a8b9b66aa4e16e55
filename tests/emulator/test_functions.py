"""A function from its package: what it is given, what it may do, what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from devops_agent_constructs.policies.agent_space import key_use_statement
from tests.emulator.clock import CLOCK
from tests.emulator.function_stack import ACCOUNT, LOG_GROUP, function_stack, invoke
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy, document, failures

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SPACE_ARN = f"arn:aws:aidevops:us-east-1:{ACCOUNT}:agentspace/{SPACE_ID}"
SOURCE = {"accountId": "2" * 12, "accountType": "source", "assumableRoleArn": "arn:aws:iam::222222222222:role/Agent"}
VARIABLES = {"Variables": {"SETTING": "given", "SPACE_ID": SPACE_ID}}
CODE = """
import importlib, logging, os, sys, time, datetime

def handler(event, context):
    print("asked for", event["what"])
    return globals()[event["what"]](event, context)

def surroundings(event, context):
    return {
        "arn": context.invoked_function_arn,
        "stream": context.log_stream_name,
        "left": context.get_remaining_time_in_millis(),
        "names": sorted(name for name in os.environ if name.startswith("AWS_")),
        "setting": os.environ["SETTING"],
    }

def library(event, context):
    return importlib.import_module(event["name"]).__name__

def call(event, context):
    import boto3
    client = boto3.client(event["service"])
    answer = getattr(client, event["operation"])(**event.get("with", {}))
    answer.pop("ResponseMetadata")
    return answer

def agent(event, context):
    import boto3, botocore.auth, botocore.awsrequest, json, urllib.request, urllib.error
    url = os.environ["AWS_ENDPOINT_URL"] + "/v1/agentspaces/" + os.environ["SPACE_ID"] + "/" + event["path"]
    body = json.dumps(event["body"]).encode() if "body" in event else b""
    request = botocore.awsrequest.AWSRequest("POST", url, {"content-type": "application/json"}, body)
    botocore.auth.SigV4Auth(boto3.Session().get_credentials(), "aidevops", "us-east-1").add_auth(request)
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, body, dict(request.headers), method="POST"))
    except urllib.error.HTTPError as error:
        answer = error
    return [answer.status, json.loads(answer.read() or "{}")]

def assumed(event, context):
    import boto3
    given = boto3.client("sts").assume_role(RoleArn=event["role"], RoleSessionName="of-function")["Credentials"]
    client = boto3.client(event["service"], aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"])
    return str(getattr(client, event["operation"])())

def sleeps(event, context):
    before, left = datetime.datetime.now(), context.get_remaining_time_in_millis()
    time.sleep(event["seconds"])
    return [(datetime.datetime.now() - before).seconds, (left - context.get_remaining_time_in_millis()) // 1000]

def fails(event, context):
    raise ValueError("no such thing")

def ends(event, context):
    os._exit(3)
"""


@pytest.fixture(scope="module")
def deployed() -> Iterator[Emulator]:
    """An emulator with an Agent Space and the function, which may read the Agent Space's associations."""
    with Emulator() as emulator:
        PrimaryAccount(emulator, SPACE_ARN)
        on_space = ["aidevops:ListAssociations", "aidevops:AssociateService"]
        agent = {"Effect": "Allow", "Action": on_space, "Resource": SPACE_ARN}
        reader = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/Reader"}
        cloudformation = emulator.client("cloudformation", ACCOUNT)
        assert (
            deploy(cloudformation, function_stack(CODE, agent, reader, Environment=VARIABLES)) == "CREATE_COMPLETE"
        ), failures(cloudformation)
        yield emulator


def denied(action: str, resource: str) -> str:
    """What AWS says to a session of the function's role."""
    return (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Function/Function is not authorized to perform: {action} on "
        f"resource: {resource} because no identity-based policy allows the {action} action"
    )


def test_what_a_handler_is_given(deployed: Emulator) -> None:
    """Its own variables and Lambda's, a context, and nothing of this machine but where the emulator is."""
    found = invoke(deployed, "surroundings")
    assert found["arn"] == f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:Function"
    assert 25_000 < found["left"] <= 30_000
    assert found["setting"] == "given"
    assert {"AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "AWS_SESSION_TOKEN"} < set(found["names"])
    assert "AWS_PROFILE" not in found["names"]


@pytest.mark.parametrize("name", ["devops_agent_constructs", "tests", "rich", "moto"])
def test_a_package_without_a_module(deployed: Emulator, name: str) -> None:
    """What is installed here is missing there, unless the package has it."""
    assert invoke(deployed, "library", name=name)["errorMessage"] == f"No module named '{name}'"
    assert invoke(deployed, "library", name="boto3") == "boto3"


def test_the_runtime_does_not_know_the_service(deployed: Emulator) -> None:
    """Its boto3 is older than AWS DevOps Agent."""
    answer = invoke(deployed, "call", service="devops-agent", operation="list_agent_spaces")
    assert answer["errorMessage"].startswith("Unknown service: 'devops-agent'. Valid service names are:")


def test_the_role_is_who_calls(deployed: Emulator) -> None:
    """And its policies say what it may do."""
    who = invoke(deployed, "call", service="sts", operation="get_caller_identity")
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Function/Function"
    answer = invoke(deployed, "call", service="organizations", operation="list_accounts")
    assert answer["errorType"] == "AccessDeniedException"
    assert answer["errorMessage"].endswith(denied("organizations:ListAccounts", "*"))


def test_calls_to_the_agent(deployed: Emulator) -> None:
    """Each operation on its Agent Space; passing a role is a permission of its own, on all roles of the account."""
    assert invoke(deployed, "agent", path="associations/list", body={}) == [200, {"associations": []}]
    refused, answer = invoke(deployed, "agent", path="associations/validate")
    assert (refused, answer["message"]) == (403, denied("aidevops:ValidateAwsAssociations", SPACE_ARN))
    body = {"serviceId": "aws", "configuration": {"sourceAws": SOURCE}}
    refused, answer = invoke(deployed, "agent", path="associations", body=body)
    assert (refused, answer["message"]) == (403, denied("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*"))


def test_calls_to_the_agent_about_a_space_with_a_key(deployed: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls uses it: through the service, with permissions of their own."""
    from moto.devopsagent.models import devopsagent_backends  # noqa: PLC0415  # moto takes seconds to import

    space: Any = devopsagent_backends[ACCOUNT]["us-east-1"].agent_spaces[SPACE_ID]
    monkeypatch.setattr(space, "kms_key_arn", KEY_ARN)
    refused, answer = invoke(deployed, "agent", path="associations/list", body={})
    assert (refused, answer["message"]) == (403, denied("kms:DescribeKey", KEY_ARN))
    iam = deployed.client("iam", ACCOUNT)
    statement: Any = key_use_statement(KEY_ARN, region="us-east-1")
    iam.put_role_policy(RoleName="Function", PolicyName="Key", PolicyDocument=json.dumps(document(statement)))
    assert invoke(deployed, "agent", path="associations/list", body={})[0] == 200
    iam.delete_role_policy(RoleName="Function", PolicyName="Key")


def test_assuming_a_role_takes_both_accounts(deployed: Emulator) -> None:
    """The role of another account must let the function's role in, whose policies must allow it; both are judged."""
    iam = deployed.client("iam", "999999999999")
    for name in ("Reader", "Other"):
        principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/Function"}
        trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    other = "arn:aws:iam::999999999999:role/Other"
    answer = invoke(deployed, "assumed", role=other, service="organizations", operation="list_accounts")
    assert answer["errorMessage"].endswith(denied("sts:AssumeRole", other))

    event = {"role": "arn:aws:iam::999999999999:role/Reader", "service": "organizations", "operation": "list_accounts"}
    assert "assumed-role/Reader/of-function is not authorized to perform: organizations:ListAccounts" in str(
        invoke(deployed, "assumed", **event)
    )
    policy = document({"Effect": "Allow", "Action": "organizations:ListAccounts", "Resource": "*"})
    iam.put_role_policy(RoleName="Reader", PolicyName="Policy", PolicyDocument=json.dumps(policy))
    assert "AWSOrganizationsNotInUseException" in str(invoke(deployed, "assumed", **event))


def test_sleep_lets_time_pass(deployed: Emulator) -> None:
    """At the handler, whose time is limited, and at the emulator; nobody waits."""
    before = CLOCK.now()
    assert invoke(deployed, "sleeps", seconds=20) == [20, 20]
    assert invoke(deployed, "sleeps", seconds=40)["errorMessage"].endswith("Task timed out after 30.00 seconds")
    assert 50 <= (CLOCK.now() - before).total_seconds() < 60


def test_errors_are_results(deployed: Emulator) -> None:
    """An exception, a process that ends, a handler that is not there."""
    answer = invoke(deployed, "fails")
    assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "no such thing")
    assert "Runtime exited without providing a reason" in invoke(deployed, "ends")["errorMessage"]
    raw = deployed.client("lambda", ACCOUNT).invoke(FunctionName="Function", Payload=json.dumps({"what": "fails"}))
    assert raw["FunctionError"] == "Unhandled"


def test_what_it_writes_is_in_its_log_group(deployed: Emulator) -> None:
    """Line by line, in a stream for each invocation, with Lambda's own lines around it."""
    name = invoke(deployed, "surroundings")["stream"]
    events = deployed.client("logs", ACCOUNT).get_log_events(logGroupName=LOG_GROUP, logStreamName=name)
    assert "[$LATEST]" in name
    assert [one["message"].split()[0] for one in events["events"]] == ["START", "asked", "END", "REPORT"]
