"""Every failure of AWS is one line with a cause and a next step; responses go through botocore's own model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from string import Formatter
from typing import Any

import pytest
from botocore import exceptions
from botocore.stub import Stubber

from devops_agent_constructs.cli.app import run
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.session import Session

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
ARN = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"


@pytest.fixture
def stubbed(own_process: None) -> Iterator[Stubber]:  # noqa: ARG001
    """Return the answers of AWS DevOps Agent in us-east-1, as list and verify get them."""
    with Stubber(Session(region="us-east-1").client("devops-agent")) as stubber:
        yield stubber


@pytest.fixture
def caller(own_process: None) -> Iterator[Stubber]:  # noqa: ARG001
    """Return the answers of STS."""
    with Stubber(Session(region="us-east-1").client("sts")) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "credentials: they have expired; sign in again (aws sso login, or aws login), or set fresh ones",
        ),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            (
                "credentials: AWS does not know them in this Region; check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN or "
                "the profile; a Region that is off in this account says the same"
            ),
        ),
        (
            "InvalidSignatureException",
            "The request signature we calculated does not match",
            "credentials: the signature is wrong; check AWS_SECRET_ACCESS_KEY or the profile, and this machine's clock",
        ),
        (
            "AccessDeniedException",
            (
                "User: arn:aws:iam::111111111111:user/a is not authorized to perform: aidevops:ListAssociations on "
                "resource: * because no identity-based policy allows the aidevops:ListAssociations action"
            ),
            (
                "ListAssociations: these credentials lack the permission aidevops:ListAssociations; allow "
                "aidevops:ListAssociations to this user or role, or take another --profile"
            ),
        ),
        (
            "AccessDeniedException",
            (
                "User: arn:aws:iam::111111111111:user/a is not authorized to perform: aidevops:ListAssociations on "
                "resource: * with an explicit deny in a service control policy"
            ),
            (
                "ListAssociations: aidevops:ListAssociations is denied by a service control policy; ask whoever keeps "
                "that policy"
            ),
        ),
        (
            "AccessDeniedException",
            "",
            (
                "ListAssociations: these credentials lack the permission aidevops:ListAssociations; allow "
                "aidevops:ListAssociations to this user or role, or take another --profile"
            ),
        ),
        (
            "ThrottlingException",
            "Rate exceeded",
            (
                "ListAssociations: AWS throttles the calls (attempts: 1); try again later, or with a larger "
                "AWS_MAX_ATTEMPTS"
            ),
        ),
        (
            "ValidationException",
            "agentSpaceId is\nmalformed.",
            "ListAssociations: ValidationException: agentSpaceId is malformed; correct what it names and try again",
        ),
    ],
)
def test_refusals(stubbed: Stubber, capsys: pytest.CaptureFixture[str], code: str, message: str, expected: str) -> None:
    """Exit code 3, one line, no traceback."""
    stubbed.add_client_error("list_associations", code, message)
    assert run(["list", SPACE_ID]) == 3
    assert capsys.readouterr() == ("", f"error: {expected}\n")


def test_internal_failure(stubbed: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure of AWS itself is not the user's fault, and says so."""
    stubbed.add_client_error("list_associations", "InternalServerException", "oops", http_status_code=500)
    assert run(["list", SPACE_ID]) == 3
    assert "AWS had a failure of its own (InternalServerException: oops; attempts: 1)" in capsys.readouterr().err


def test_no_such_space(stubbed: Stubber, caller: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which Region and account were searched, and how to name another."""
    stubbed.add_client_error("list_associations", "ResourceNotFoundException")
    caller.add_response("get_caller_identity", {"Account": "222222222222"})
    assert run(["list", SPACE_ID]) == 3
    assert capsys.readouterr().err == (
        f"error: Agent Space {SPACE_ID}: Region us-east-1 of account 222222222222 has none of this id; give its ARN, "
        "or the right --region, or the --profile of the primary account\n"
    )


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_wrong_account(stubbed: Stubber, caller: Stubber, capsys: pytest.CaptureFixture[str], code: str) -> None:
    """The ARN names the account, so that a permission in another one is not what is missing."""
    stubbed.add_client_error("list_associations", code)
    caller.add_response("get_caller_identity", {"Account": "222222222222"})
    assert run(["list", ARN]) == 3
    assert capsys.readouterr().err == (
        f"error: Agent Space {SPACE_ID}: it is in account 111111111111, but these credentials are of account "
        "222222222222; take the --profile of 111111111111, the primary account\n"
    )


def test_deleted_space(stubbed: Stubber, caller: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    """In the right account and Region, the ARN itself is wrong, or the space is gone."""
    stubbed.add_client_error("list_associations", "ResourceNotFoundException")
    caller.add_response("get_caller_identity", {"Account": "111111111111"})
    assert run(["list", ARN]) == 3
    assert "check the ARN; the Agent Space may have been deleted" in capsys.readouterr().err


def test_account_that_cannot_be_found_out(
    stubbed: Stubber, caller: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first error is reported, not the one of looking for its cause."""
    stubbed.add_client_error("list_associations", "ResourceNotFoundException")
    caller.add_client_error("get_caller_identity", "ExpiredToken")
    assert run(["list", SPACE_ID]) == 3
    assert "Region us-east-1 of the account of these credentials has none of this id" in capsys.readouterr().err


def test_pages(stubbed: Stubber, own_process: None, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001
    """Each page is asked for with the token of the one before."""
    space = {"agentSpaceId": SPACE_ID, "maxResults": 100}
    first = {"associations": [_association("222222222222")], "nextToken": "more"}
    stubbed.add_response("list_associations", first, space)
    second = {"associations": [_association("333333333333"), _chat()]}
    stubbed.add_response("list_associations", second, {**space, "nextToken": "more"})
    with Stubber(Session(region="us-east-1").client("organizations")) as organizations:
        organizations.add_client_error("describe_account", "AWSOrganizationsNotInUseException")
        assert run(["list", SPACE_ID]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ACCOUNT", "222222222222", "333333333333"]


def _association(account_id: str) -> dict[str, Any]:
    role = f"arn:aws:iam::{account_id}:role/Agent"
    settings = {"accountId": account_id, "accountType": "source", "assumableRoleArn": role}
    return {**_chat(), "serviceId": "aws", "configuration": {"sourceAws": settings}, "status": "valid"}


def _chat() -> dict[str, Any]:
    target = {"opsOncallTarget": {"channelId": "CHANNEL0"}}
    slack = {"workspaceId": "T0123456789", "workspaceName": "a", "transmissionTarget": target}
    return {
        "agentSpaceId": SPACE_ID,
        "associationId": "a1",
        "serviceId": "slack-1",
        "createdAt": datetime(2026, 10, 20, 12, tzinfo=timezone.utc),
        "updatedAt": datetime(2026, 10, 20, 12, tzinfo=timezone.utc),
        "configuration": {"slack": slack},
    }


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            exceptions.NoCredentialsError(),
            (
                "credentials: there are none; give --profile NAME, set AWS_PROFILE, or sign in with the AWS CLI: "
                "aws configure sso, aws login"
            ),
        ),
        (
            exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            "credentials: AWS_SECRET_ACCESS_KEY is missing in env; set it too, or give --profile NAME",
        ),
        (
            exceptions.UnauthorizedSSOTokenError(),
            ("credentials: the sign-in has ended or cannot be used; sign in again: aws sso login"),
        ),
        (
            exceptions.SSOTokenLoadError(error_msg="Token for x does not exist"),
            ("credentials: the sign-in has ended or cannot be used; sign in again: aws sso login"),
        ),
        (
            exceptions.LoginRefreshRequired(),
            "credentials: the sign-in has ended or cannot be used; sign in again: aws login",
        ),
        (
            exceptions.MissingDependencyException(msg="pip install something"),
            (
                "credentials: those of aws login need a package that is not installed; python3 -m pip install "
                "'botocore[crt]'"
            ),
        ),
        (
            exceptions.ProfileNotFound(profile="operations"),
            (
                "profile operations: the AWS CLI's files know no such profile; aws configure list-profiles shows "
                "those that there are"
            ),
        ),
        (
            exceptions.InvalidRegionError(region_name="us east"),
            "Region: 'us east' is not the name of one; write it like us-east-1",
        ),
        (
            exceptions.EndpointConnectionError(endpoint_url="https://cp.aidevops.us-east-1.api.aws/v1"),
            "network: no connection to https://cp.aidevops.us-east-1.api.aws/v1; check the network and HTTPS_PROXY",
        ),
        (
            exceptions.ParamValidationError(report="Invalid length\nfor parameter nextToken"),
            "a parameter: Invalid length for parameter nextToken; correct the argument",
        ),
        (
            exceptions.UnknownServiceError(service_name="devops-agent", known_service_names="s3"),
            "boto3: this version does not know AWS DevOps Agent; python3 -m pip install --upgrade 'boto3>=1.44.7'",
        ),
        (
            KeyError("associations"),
            "unexpected failure: KeyError: 'associations'; run the command again with --debug, and report it",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failures_before_an_answer(error: Exception, expected: str) -> None:
    """What boto3 raises by itself."""
    assert str(explain(error)) == expected


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (exceptions.UnauthorizedSSOTokenError(), "aws sso login --profile='my ops'"),
        (exceptions.LoginRefreshRequired(), "aws login --profile='my ops'"),
        (
            exceptions.CredentialRetrievalError(provider="assume-role", error_msg="no"),
            "aws sts get-caller-identity --profile='my ops'",
        ),
        (
            exceptions.ClientError({"Error": {"Code": "ExpiredToken"}}, "ListAssociations"),
            "aws sso login --profile='my ops', or aws login --profile='my ops'",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_commands_have_the_profile(error: Exception, command: str) -> None:
    """Without it, they would sign in to another one."""
    assert command in str(explain(error, profile="my ops"))


def test_region_without_the_service() -> None:
    """It has no host there, which looks like a broken network; the Regions that have it are named."""
    url = "https://cp.aidevops.us-west-1.api.aws/v1/agentspaces/x/associations/list"
    explained = str(explain(exceptions.EndpointConnectionError(endpoint_url=url)))
    assert explained.startswith("Region us-west-1: AWS DevOps Agent cannot be reached there")
    assert "one of ap-northeast-1, ap-south-1" in explained


@pytest.mark.parametrize(
    "error",
    [
        kind
        for kind in vars(exceptions).values()
        if isinstance(kind, type) and issubclass(kind, exceptions.BotoCoreError) and kind is not exceptions.WaiterError
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_exception_of_botocore_is_one_line(error: type[exceptions.BotoCoreError]) -> None:
    """No placeholder is missing in any of our sentences, whichever botocore raises."""
    names = {name for _, name, _, _ in Formatter().parse(error.fmt) if name}
    raised = error(**{name: f"<{name}>" for name in names})
    assert "\n" not in str(explain(raised))
