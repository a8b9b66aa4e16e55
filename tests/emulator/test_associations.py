"""The association operations of the API follow its model and the service's rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.devops_agent.service_model import operation, problems
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
ROLE_ARN = "arn:aws:iam::222222222222:role/Agent"
SOURCE = {"accountId": "222222222222", "accountType": "source", "assumableRoleArn": ROLE_ARN}
OTHER = {**SOURCE, "accountId": "333333333333", "assumableRoleArn": "arn:aws:iam::333333333333:role/Agent"}
CALLING = "when calling the AssociateService operation:"
DUPLICATE = "AWS association with accountId 222222222222 already exists for this agent space"
ELEVATED_ARN = "arn:aws:iam::222222222222:role/Elevated"


def test_an_association_is_stored_as_it_was_given(primary: PrimaryAccount) -> None:
    """Whatever the role, it waits to be validated; GetAssociation and ListAssociations tell the same."""
    made = primary.api.associate_service(agentSpaceId=SPACE_ID, serviceId="aws", configuration={"sourceAws": SOURCE})
    association = made["association"]

    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert association == {
        "agentSpaceId": SPACE_ID,
        "associationId": association["associationId"],
        "serviceId": "aws",
        "configuration": {"sourceAws": SOURCE},
        "status": "pending-confirmation",
        "createdAt": association["createdAt"],
        "updatedAt": association["updatedAt"],
    }
    found = primary.api.get_association(agentSpaceId=SPACE_ID, associationId=association["associationId"])
    assert found["association"] == association
    assert primary.api.list_associations(agentSpaceId=SPACE_ID)["associations"] == [association]


def test_an_update_replaces_the_whole_configuration(primary: PrimaryAccount) -> None:
    """What the new configuration leaves out is gone, and it has to be validated again."""
    primary.api.update_agent_space(agentSpaceId=SPACE_ID, preferences={"elevatedActionsEnabled": True})
    association_id = primary.associate("222222222222", ROLE_ARN, agentElevatedRoleArn=ELEVATED_ARN)
    assert primary.validate()["222222222222"].status == "invalid"

    updated = primary.api.update_association(
        agentSpaceId=SPACE_ID, associationId=association_id, configuration={"sourceAws": SOURCE}
    )["association"]
    assert updated["associationId"] == association_id
    assert updated["configuration"] == {"sourceAws": SOURCE}
    assert updated["status"] == "pending-confirmation"


@pytest.mark.parametrize("is_dated", [False, True])
def test_time_of_a_validation(primary: PrimaryAccount, *, is_dated: bool) -> None:
    """`updatedAt` stays when the result is the same, or changes, as AWS does not say which its own does."""
    primary.associate("222222222222", ROLE_ARN)
    if is_dated:
        primary.date_validations()
    times = set()
    for _ in range(2):
        primary.validate()
        [association] = primary.api.list_associations(agentSpaceId=SPACE_ID)["associations"]
        times.add(association["updatedAt"])
    assert len(times) == (2 if is_dated else 1)


def test_removing_is_idempotent(primary: PrimaryAccount) -> None:
    """The second DisassociateService answers as the first did; the association is gone."""
    association_id = primary.associate("222222222222", ROLE_ARN)
    for _ in range(2):
        answer = primary.api.disassociate_service(agentSpaceId=SPACE_ID, associationId=association_id)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204

    with pytest.raises(primary.api.exceptions.ResourceNotFoundException):
        primary.api.get_association(agentSpaceId=SPACE_ID, associationId=association_id)


def test_a_deleted_space_has_no_associations(primary: PrimaryAccount) -> None:
    """They go with it, and deleting it is idempotent."""
    primary.associate("222222222222", ROLE_ARN)
    for _ in range(2):
        answer = primary.api.delete_agent_space(agentSpaceId=SPACE_ID)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204

    with pytest.raises(primary.api.exceptions.ResourceNotFoundException):
        primary.api.list_associations(agentSpaceId=SPACE_ID)


def test_the_list_has_pages(primary: PrimaryAccount) -> None:
    """Every association is on exactly one page, in the order of creation."""
    accounts = [f"{number:012}" for number in range(5)]
    for account_id in accounts:
        primary.associate(account_id, f"arn:aws:iam::{account_id}:role/Agent")

    pages = primary.api.get_paginator("list_associations").paginate(
        agentSpaceId=SPACE_ID, PaginationConfig={"PageSize": 2}
    )
    listed = [[one["configuration"]["sourceAws"]["accountId"] for one in page["associations"]] for page in pages]
    assert listed == [accounts[:2], accounts[2:4], accounts[4:]]
    with pytest.raises(primary.api.exceptions.ValidationException, match="nextToken"):
        primary.api.list_associations(agentSpaceId=SPACE_ID, nextToken="made-up")


def test_the_list_is_filtered_by_service(primary: PrimaryAccount) -> None:
    """`aws` finds the accounts, other services find nothing."""
    primary.associate("222222222222", ROLE_ARN)
    for services, expected in (("aws", 1), ("github, aws", 1), ("github", 0)):
        found = primary.api.list_associations(agentSpaceId=SPACE_ID, filterServiceTypes=services)["associations"]
        assert len(found) == expected


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"configuration": {"sourceAws": SOURCE}}, f"(ValidationException) {CALLING} {DUPLICATE}"),
        (
            {"configuration": {"aws": {**OTHER, "accountType": "monitor"}}},
            f"(AccessDeniedException) {CALLING} Cross-account pass role is not allowed.",
        ),
        ({"agentSpaceId": "11111111-1111-1111-1111-111111111111"}, "(ResourceNotFoundException)"),
        ({"serviceId": "github"}, "serviceId must be 'aws'"),
        ({"configuration": {"sourceAws": {**OTHER, "accountType": "monitor"}}}, "must be one of source"),
        ({"configuration": {"sourceAws": {**OTHER, "accountId": "33333333333"}}}, r"must match \d{12}"),
        ({"configuration": {"sourceAws": {**OTHER, "assumableRoleArn": "Agent"}}}, "assumableRoleArn must match"),
        ({"configuration": {"sourceAws": {**OTHER, "agentElevatedRoleArn": ELEVATED_ARN}}}, "elevatedActionsEnabled"),
        ({"configuration": {"remoteagent": {}}}, "no association of kind remoteagent"),
    ],
)
def test_what_the_service_refuses(primary: PrimaryAccount, request_: dict[str, Any], error: str) -> None:
    """The answer names the reason, and nothing is stored."""
    primary.associate("222222222222", ROLE_ARN)
    request = {"agentSpaceId": SPACE_ID, "serviceId": "aws", "configuration": {"sourceAws": OTHER}, **request_}

    with pytest.raises(ClientError) as refused:
        primary.api.associate_service(**request)
    assert error in str(refused.value)
    assert list(primary.associations()) == ["222222222222"]


def test_an_update_cannot_take_another_account(primary: PrimaryAccount) -> None:
    """An account stays associated once, also after an update; its own association may be updated."""
    association_id = primary.associate("222222222222", ROLE_ARN)
    primary.associate("333333333333", OTHER["assumableRoleArn"])

    request = {"agentSpaceId": SPACE_ID, "associationId": association_id}
    with pytest.raises(primary.api.exceptions.ValidationException, match="accountId 333333333333 already exists"):
        primary.api.update_association(**request, configuration={"sourceAws": OTHER})
    primary.api.update_association(**request, configuration={"sourceAws": SOURCE})


def test_a_space_belongs_to_its_account_and_region(emulator: Emulator, primary: PrimaryAccount) -> None:
    """Another account, or another Region, does not find it."""
    primary.associate("222222222222", ROLE_ARN)
    for account_id, region in (("222222222222", "us-east-1"), ("111111111111", "eu-west-1")):
        elsewhere = emulator.client("devops-agent", account_id, region)
        with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
            elsewhere.list_associations(agentSpaceId=SPACE_ID)


def test_every_answer_follows_the_model(primary: PrimaryAccount) -> None:
    """The answers, as they come over HTTP, have what the API's model asks for, and nothing else."""
    answers: dict[str, Any] = {}

    def keep(http_response: Any, model: Any, **_: Any) -> None:
        answers[model.name] = json.loads(http_response.content or b"{}")

    primary.api.meta.events.register("after-call.devops-agent", keep)
    association = {"agentSpaceId": SPACE_ID, "associationId": primary.associate("222222222222", ROLE_ARN)}
    primary.api.update_association(**association, configuration={"sourceAws": {**SOURCE, "externalId": "x"}})
    primary.validate()
    primary.api.get_association(**association)
    primary.api.disassociate_service(**association)
    primary.api.update_agent_space(agentSpaceId=SPACE_ID, preferences={"elevatedActionsEnabled": True})
    primary.api.get_agent_space(agentSpaceId=SPACE_ID)
    primary.api.create_agent_space(name="Other", tags={"team": "platform"})

    assert sorted(answers) == [
        "AssociateService",
        "CreateAgentSpace",
        "DisassociateService",
        "GetAgentSpace",
        "GetAssociation",
        "ListAssociations",
        "UpdateAgentSpace",
        "UpdateAssociation",
        "ValidateAwsAssociations",
    ]
    for name, answer in answers.items():
        assert list(problems(operation(name).output_shape, answer)) == [], name
