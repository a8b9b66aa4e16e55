"""Failures that a test switches on, as a client of AWS sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator.clock import CLOCK
from tests.emulator.example_organization import ExampleOrganization
from tests.emulator.faults import FAULTS
from tests.emulator.function_stack import ACCOUNT, function_stack, invoke
from tests.emulator.lambda_functions.runtime_process import kill_running
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy

ROLE = "arn:aws:iam::{}:role/Agent"


@pytest.fixture
def api(emulator: Emulator, primary: PrimaryAccount) -> Callable[..., Any]:
    """Calls the API once, without trying again."""
    given = emulator.credentials(ACCOUNT)
    client = boto3.Session().client(
        "devops-agent",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=given.access_key_id,
        aws_secret_access_key=given.secret_access_key,
        aws_session_token=given.session_token,
        config=Config(retries={"total_max_attempts": 1}),
    )

    def call(operation: str, **arguments: Any) -> Any:
        return getattr(client, operation)(agentSpaceId=primary.space.agent_space_id, **arguments)

    return call


def source(account_id: str) -> dict[str, Any]:
    """What associates an account."""
    settings = {"accountId": account_id, "accountType": "source", "assumableRoleArn": ROLE.format(account_id)}
    return {"serviceId": "aws", "configuration": {"sourceAws": settings}}


def test_a_throttle(api: Callable[..., Any]) -> None:
    """By the emulator's clock."""
    FAULTS.throttle("devops-agent", per_second=0.01, burst=2)
    api("list_associations")
    api("list_associations")
    with pytest.raises(ClientError) as refused:
        api("list_associations")
    assert refused.value.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    CLOCK.advance(timedelta(seconds=100))
    api("list_associations")
    assert FAULTS.calls("devops-agent", "ListAssociations") == 4


def test_a_failure_for_one_account(api: Callable[..., Any]) -> None:
    """The others go on; its association cannot be removed, either."""
    broken = api("associate_service", **source("333333333333"))["association"]["associationId"]
    FAULTS.fail("devops-agent", code="InternalServerException", account_id="333333333333")
    api("associate_service", **source("222222222222"))
    with pytest.raises(ClientError, match="InternalServerException"):
        api("disassociate_service", associationId=broken)
    FAULTS.reset()
    api("disassociate_service", associationId=broken)


def test_an_answer_that_is_lost(api: Callable[..., Any]) -> None:
    """What was asked is done all the same."""
    FAULTS.lose_answer("devops-agent", "AssociateService", times=1)
    with pytest.raises(ConnectionClosedError):
        api("associate_service", **source("222222222222"))
    with pytest.raises(ClientError, match="already exists"):
        api("associate_service", **source("222222222222"))


def test_an_answer_that_ends_in_the_middle(api: Callable[..., Any]) -> None:
    """A trap: botocore does not compare the length, and makes an answer of it that has no member at all."""
    api("associate_service", **source("222222222222"))
    FAULTS.halve_answer("devops-agent", "ListAssociations", times=1)
    assert api("list_associations").keys() == {"ResponseMetadata"}
    assert len(api("list_associations")["associations"]) == 1


def test_empty_pages(api: Callable[..., Any], primary: PrimaryAccount) -> None:
    """Each page is preceded by an empty one; whoever stops there has seen nothing."""
    accounts = [str(number) * 12 for number in range(2, 7)]
    for account_id in accounts:
        api("associate_service", **source(account_id))
    FAULTS.empty_pages("devops-agent")
    pages: list[int] = []
    token: dict[str, str] = {}
    while True:
        page = api("list_associations", maxResults=2, **token)
        pages.append(len(page["associations"]))
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert pages == [0, 2, 0, 2, 1]
    assert sorted(primary.associations()) == accounts


def test_empty_pages_of_an_organization(emulator: Emulator) -> None:
    """The first, as AWS says can be."""
    ExampleOrganization.create(emulator)
    FAULTS.empty_pages("organizations")
    client = emulator.client("organizations", "999999999999")
    assert client.list_accounts()["Accounts"] == []
    pages = client.get_paginator("list_accounts").paginate()
    assert len(list(pages.search("Accounts[]"))) == 13


def test_a_run_is_killed_between_two_calls(emulator: Emulator) -> None:
    """Whenever a test says so, and somebody else can do something in between."""
    code = """
import boto3

def handler(event, context):
    sts = boto3.client("sts")
    for _ in range(3):
        sts.get_caller_identity()
"""
    deploy(emulator.client("cloudformation", ACCOUNT), function_stack(code))
    assert invoke(emulator) is None
    before = FAULTS.calls("sts", "GetCallerIdentity")

    def kill_at_the_second() -> None:
        if FAULTS.calls("sts", "GetCallerIdentity") == before + 2:
            kill_running()

    FAULTS.before("sts", "GetCallerIdentity", kill_at_the_second)
    assert "Runtime exited" in invoke(emulator)["errorMessage"]
    assert FAULTS.calls("sts", "GetCallerIdentity") == before + 2
