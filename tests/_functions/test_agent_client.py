"""The client of AWS DevOps Agent sends what botocore sends for the same call, and reads answers as botocore does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.session
import pytest
from botocore import parsers, serialize, xform_name
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.associations_reader import read_associations
from devops_agent_constructs.account_sync.retries import Retries, is_for_a_moment, is_for_all_calls

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
MODEL = botocore.session.get_session().get_service_model("devops-agent")
SOURCE = {"accountId": "222222222222", "accountType": "source", "assumableRoleArn": "arn:aws:iam::222222222222:role/é"}
CONFIGURATION = {"sourceAws": SOURCE}
OF_SPACE: dict[str, Any] = {"agentSpaceId": SPACE_ID}
OF_ASSOCIATION: dict[str, Any] = {**OF_SPACE, "associationId": "a/b c"}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("GetAgentSpace", OF_SPACE),
    ("ListAssociations", OF_SPACE),
    ("ListAssociations", {**OF_SPACE, "maxResults": 100, "nextToken": "a+/b= &é", "filterServiceTypes": "aws"}),
    ("GetAssociation", OF_ASSOCIATION),
    ("AssociateService", {**OF_SPACE, "serviceId": "aws", "configuration": CONFIGURATION}),
    ("UpdateAssociation", {**OF_ASSOCIATION, "configuration": CONFIGURATION}),
    ("DisassociateService", OF_ASSOCIATION),
    ("ValidateAwsAssociations", OF_SPACE),
]
ASSOCIATION = {
    **OF_SPACE,
    "associationId": "a-1",
    "serviceId": "aws",
    "configuration": CONFIGURATION,
    "createdAt": "2026-11-25T08:00:00Z",
    "updatedAt": "2026-11-26T08:00:00.123Z",
    "status": "valid",
}
ANSWERS: dict[str, Any] = {
    "GetAgentSpace": {
        "agentSpace": {**OF_SPACE, "name": "Ops", "createdAt": "2026-11-25T08:00:00Z", "updatedAt": 1_790_000_000},
        "tags": {"team": "ops"},
    },
    "ListAssociations": {"associations": [ASSOCIATION], "nextToken": "next"},
    "GetAssociation": {"association": ASSOCIATION},
    "AssociateService": {"association": ASSOCIATION},
    "UpdateAssociation": {"association": {**ASSOCIATION, "status": None}},
    "DisassociateService": None,
    "ValidateAwsAssociations": None,
}


@dataclass
class Network:
    """What answers: each with the next one of a list, the last again and again.

    Attributes:
        answers: Status, headers and body of an answer, or what is raised.
        sent: The requests.
    """

    answers: list[Any] = field(default_factory=lambda: [(200, {}, b"{}")])
    sent: list[Any] = field(default_factory=list)

    def send(self, request: Any) -> Any:
        """Take the place of `URLLib3Session.send`."""
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, content = answer
        return type("Response", (), {"status_code": status, "headers": HeadersDict(headers), "content": content})


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set those of a role, and no endpoint."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "of-a-role")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DEVOPS_AGENT", raising=False)


def answer_of(operation: str, parameters: Mapping[str, Any], *answers: Any, network: Network | None = None) -> Any:
    """Call an operation."""
    network = network or Network(answers=list(answers) or [(200, {}, b"{}")])
    return getattr(AgentClient("us-east-1", send=network.send), xform_name(operation))(**parameters)


@pytest.mark.parametrize(("operation", "parameters"), CALLS)
def test_requests(operation: str, parameters: dict[str, Any]) -> None:
    """Method, path, query and body are botocore's, and the request is signed for the service."""
    model = MODEL.operation_model(operation)
    expected: Any = serialize.create_serializer("rest-json").serialize_to_request(parameters, model)
    answer_of(operation, parameters, network=(network := Network()))
    [request] = network.sent
    url = urlsplit(request.url)
    assert (url.scheme, url.netloc) == ("https", "cp.aidevops.us-east-1.api.aws")
    assert (request.method, url.path) == (expected["method"], expected["url_path"])
    assert dict(parse_qsl(url.query)) == {name: str(value) for name, value in expected["query_string"].items()}
    assert json.loads(request.body or "{}") == json.loads(expected["body"] or b"{}")
    assert request.headers.get("Content-Type") == expected["headers"].get("Content-Type")
    authorization = request.headers["Authorization"]
    assert "/us-east-1/aidevops/aws4_request, SignedHeaders=" in str(authorization)
    assert request.headers["X-Amz-Security-Token"] == "of-a-role"


@pytest.mark.parametrize(("operation", "parameters"), CALLS)
def test_answers(operation: str, parameters: dict[str, Any]) -> None:
    """Times are times, with their zone; null is nothing; an empty body is an empty answer."""
    body = b"" if ANSWERS[operation] is None else json.dumps(ANSWERS[operation]).encode()
    response = {"status_code": 200, "headers": HeadersDict({"x-amzn-requestid": "r-1"}), "body": body}
    shape: Any = MODEL.operation_model(operation).output_shape
    expected = parsers.create_parser("rest-json").parse(response, shape)
    answer = answer_of(operation, parameters, (200, {"x-amzn-RequestId": "r-1"}, body))
    assert answer.pop("ResponseMetadata") == {"HTTPStatusCode": 200, "RequestId": "r-1"}
    expected.pop("ResponseMetadata")
    assert answer == expected


def test_what_botocore_does_not_know_is_kept() -> None:
    """An association of a unit, and the time of its evaluation, in every runtime."""
    settings = {"deploymentState": {"lastEvaluatedAt": "2026-11-25T08:00:00Z"}}
    body = json.dumps({"associations": [{"configuration": {"sourceAwsOrg": settings}}]}).encode()
    [association] = answer_of("ListAssociations", OF_SPACE, (200, {}, body))["associations"]
    state = association["configuration"]["sourceAwsOrg"]["deploymentState"]
    assert state["lastEvaluatedAt"] == datetime(2026, 11, 25, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (429, {"x-amzn-ErrorType": "ThrottlingException"}, b'{"message": "Rate exceeded"}'),
        (400, {"x-amzn-ErrorType": "ValidationException:http://aidevops/"}, b'{"Message": "no"}'),
        (403, {}, b'{"__type": "com.amazon.coral#AccessDeniedException", "message": "not authorized"}'),
        (404, {}, b'{"code": "ResourceNotFoundException", "message": "Could not find"}'),
        (500, {"x-amzn-ErrorType": "InternalServerException"}, b"{}"),
        (402, {"x-amzn-ErrorType": "ServiceQuotaExceededException"}, b""),
    ],
)
def test_errors(status: int, headers: dict[str, str], body: bytes) -> None:
    """Botocore's class, with its code, words and status."""
    response = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    shape: Any = MODEL.operation_model("AssociateService").output_shape
    expected = parsers.create_parser("rest-json").parse(response, shape)
    with pytest.raises(ClientError) as caught:
        answer_of("ListAssociations", OF_SPACE, (status, headers, body))
    assert caught.value.operation_name == "ListAssociations"
    assert caught.value.response["Error"] == {key: expected["Error"][key] for key in ("Code", "Message")}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_error_of_somebody_in_between() -> None:
    """A page of a proxy is an error with its status, which is for a moment from 500 on."""
    with pytest.raises(ClientError) as caught:
        answer_of("ListAssociations", OF_SPACE, (502, {}, b"<html>Bad gateway</html>"))
    assert caught.value.response["Error"]["Code"] == "502"
    assert is_for_a_moment(caught.value)


def test_retries_and_pages() -> None:
    """The engine of the sync calls again, and pages through."""
    throttled = (429, {"x-amzn-ErrorType": "ThrottlingException"}, b"{}")
    pages = [{"associations": [ASSOCIATION], "nextToken": "2"}, {"associations": [], "nextToken": "3"}]
    pages.append({"associations": [{**ASSOCIATION, "associationId": "a-2"}]})
    answers = [answer for page in pages for answer in (throttled, (200, {}, json.dumps(page).encode()))]
    network, pauses = Network(answers=answers), list[float]()
    client = AgentClient("us-east-1", send=network.send)
    found = read_associations(client, SPACE_ID, Retries(sleep=pauses.append))
    assert [one.association_id for one in found] == ["a-1", "a-2"]
    assert (len(network.sent), len(pauses)) == (6, 3)


@pytest.mark.parametrize("kind", [ConnectTimeoutError, ReadTimeoutError])
def test_no_answer(kind: Callable[..., Exception]) -> None:
    """It is called again, and in the end botocore's own error says so, which ends a run."""
    error = kind(endpoint_url="https://cp.aidevops.us-east-1.api.aws", error="timed out")
    assert (
        answer_of("ListAssociations", OF_SPACE, error, error, (200, {}, b'{"associations": []}'))["associations"] == []
    )
    with pytest.raises(type(error)) as caught:
        answer_of("ListAssociations", OF_SPACE, network=(network := Network(answers=[error])))
    assert len(network.sent) == 3
    assert is_for_all_calls(caught.value)


def test_half_an_answer() -> None:
    """The connection ended in the middle of it: as if nobody had answered."""
    whole: Any = (200, {}, b'{"associations": []}')
    half: Any = (200, {}, b'{"associations": [')
    assert answer_of("ListAssociations", OF_SPACE, half, (200, {}, b""), whole)["associations"] == []
    with pytest.raises(ConnectionClosedError) as caught:
        answer_of("ListAssociations", OF_SPACE, half)
    assert is_for_all_calls(caught.value)


@pytest.mark.parametrize(
    "parameters", [{}, {"agentSpaceId": ""}, {**OF_SPACE, "MaxResults": 3}], ids=["missing", "empty", "unknown"]
)
def test_wrong_parameters(parameters: dict[str, Any]) -> None:
    """Botocore's error, before anything is sent."""
    with pytest.raises(ParamValidationError, match="ListAssociations"):
        answer_of("ListAssociations", parameters, network=(network := Network()))
    assert network.sent == []


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ({"AWS_ENDPOINT_URL": "http://localhost:5000/"}, "http://localhost:5000"),
        (
            {"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_DEVOPS_AGENT": "https://vpce.example"},
            "https://vpce.example",
        ),
    ],
)
def test_custom_endpoint(environment: dict[str, str], host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own variable wins."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    answer_of("GetAgentSpace", OF_SPACE, network=(network := Network()))
    assert network.sent[0].url == f"{host}/v1/agentspaces/{SPACE_ID}"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_endpoint_is_botocores(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each partition, with the prefix of the control plane."""
    # Set for as long as this process has an emulator, whose host has no prefix.
    monkeypatch.delenv("AWS_DISABLE_HOST_PREFIX_INJECTION", raising=False)
    sent = list[str]()

    def send(request: Any, **_: object) -> Any:
        sent.append(request.url)
        return AWSResponse(request.url, 200, HTTPHeaders(), SimpleNamespace(stream=lambda: [b""]))

    client: Any = botocore.session.get_session().create_client("devops-agent", region_name=region)
    client.meta.events.register("before-send", send)
    client.validate_aws_associations(**OF_SPACE)
    AgentClient(region, send=(network := Network()).send).validate_aws_associations(**OF_SPACE)
    assert [network.sent[0].url] == sent


def test_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore's error, which ends a run."""
    session = botocore.session.get_session()
    monkeypatch.setattr(session, "get_credentials", lambda: None)
    client = AgentClient("us-east-1", session=session, send=Network().send)
    with pytest.raises(NoCredentialsError):
        client.get_agent_space(**OF_SPACE)
