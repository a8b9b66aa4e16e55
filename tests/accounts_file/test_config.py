"""The accounts file as values: what each key becomes, and which file is read."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App

from devops_agent_constructs import (
    AccessLimits,
    AgentSpaceArn,
    AthenaQueries,
    CustomStatement,
    DynamoDBItems,
    Generation,
    GluePartitions,
    KmsDecrypt,
    LogRecords,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
    SecondaryAccount,
    SsmParameters,
    SupportCommunications,
)
from devops_agent_constructs.config import Onboarding, from_context, from_file
from tests.accounts_files import ACCOUNTS, FULL, SPACE, written
from tests.conftest import AGENT_ROLE_ARN, SPACE_ARN

KEY = "arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
AGENT_SPACE = AgentSpaceArn(
    arn=SPACE_ARN,
    partition="aws",
    region="us-east-1",
    account_id="111111111111",
    agent_space_id="8f6187a7-0388-4926-8217-3a0fe32f757c",
)


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_documented_format() -> None:
    """Every key of the documented format becomes the value that it names."""
    assert from_file(written(FULL)) == Onboarding(
        agent_space=AGENT_SPACE,
        generation=Generation.GA,
        agent_role_arn=AGENT_ROLE_ARN,
        accounts=(
            SecondaryAccount(
                account_id="222222222222",
                region=None,
                role_name="DevOpsAgentRole-SecondaryAccount",
                path="/",
                permissions_boundary="WorkloadBoundary",
                capabilities=(S3Objects(buckets=["orders-logs"]),),
            ),
            SecondaryAccount(
                account_id="333333333333",
                region="eu-west-1",
                role_name="DevOpsAgentRole-SecondaryAccount",
                path="/",
                permissions_boundary="WorkloadBoundary",
                capabilities=(S3Objects(buckets=["orders-logs"]), KmsDecrypt(keys=[KEY])),
            ),
        ),
    )


def test_json_says_the_same() -> None:
    """A file whose name ends in .json is read like its YAML twin."""
    twin = json.dumps(yaml.safe_load(FULL), indent="\t")
    assert from_file(written(twin, "accounts.json")) == from_file(written(FULL))


def test_defaults() -> None:
    """An Agent Space and one id are enough; everything else is as AWS's guide has it."""
    assert from_file(written(SPACE + ACCOUNTS)) == Onboarding(
        agent_space=AGENT_SPACE,
        generation=Generation.GA,
        agent_role_arn=None,
        accounts=(
            SecondaryAccount(
                account_id="222222222222",
                region=None,
                role_name="DevOpsAgentRole-SecondaryAccount",
                path="/",
                description="Lets AWS DevOps Agent investigate this account",
                capabilities=(),
                managed_policies=None,
                permissions_boundary=None,
                max_session_seconds=None,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "generation"),
    [("ga", Generation.GA), ("preview", Generation.PREVIEW), ("transition", Generation.TRANSITION)],
)
def test_generations(text: str, generation: Generation) -> None:
    """Each of the three generations has its word."""
    file = SPACE + ACCOUNTS + f"generation: {text}\nagent_role_arn: {AGENT_ROLE_ARN}\n"
    assert from_file(written(file)).generation is generation


SHARED: dict[str, Any] = {
    "name": "Shared",
    "path": "/shared/",
    "description": "Shared",
    "permissions_boundary": "SharedBoundary",
    "managed_policies": ["Shared"],
    "max_session_seconds": 3600,
    "access_limits": {"deny_actions": ["iam:GetUser"], "allowed_services": ["iam", "s3"]},
    "capabilities": [{"s3_objects": {"buckets": ["shared"]}}],
}
OWN: dict[str, Any] = {
    "name": "Own",
    "path": "/own/",
    "description": "Own",
    "permissions_boundary": "OwnBoundary",
    "managed_policies": [],
    "max_session_seconds": 43200,
    "access_limits": {"restrict_to_regions": ["eu-west-1"]},
    "capabilities": [{"s3_objects": {"buckets": ["own"]}}],
}


def test_an_account_overrides_the_shared_role_and_adds_capabilities() -> None:
    """What an account sets wins, also an empty list; its capabilities come on top of the shared ones."""
    accounts = ["222222222222", {"id": "333333333333", "role": OWN}]
    file = {"agent_space_arn": SPACE_ARN, "role": SHARED, "accounts": accounts}
    shared, own = from_file(written(json.dumps(file))).accounts
    assert shared == SecondaryAccount(
        account_id="222222222222",
        role_name="Shared",
        path="/shared/",
        description="Shared",
        permissions_boundary="SharedBoundary",
        managed_policies=["Shared"],
        max_session_seconds=3600,
        access_limits=AccessLimits(deny_actions=["iam:GetUser"], allowed_services=["iam", "s3"]),
        capabilities=(S3Objects(buckets=["shared"]),),
    )
    assert own == SecondaryAccount(
        account_id="333333333333",
        role_name="Own",
        path="/own/",
        description="Own",
        permissions_boundary="OwnBoundary",
        managed_policies=[],
        max_session_seconds=43200,
        access_limits=AccessLimits(restrict_to_regions=["eu-west-1"]),
        capabilities=(S3Objects(buckets=["shared"]), S3Objects(buckets=["own"])),
    )


def test_every_capability() -> None:
    """Each capability is read with its settings, in the file's order."""
    condition = {"StringEquals": {"aws:ResourceTag/team": ["orders", "billing"]}}
    statement = {"sid": "Own", "actions": ["lambda:GetFunction"], "resources": ["*"], "conditions": condition}
    entries: list[dict[str, Any]] = [
        {"resource_explorer_setup": {"enabled": False}},
        {"athena_queries": {"workgroups": ["primary"]}},
        {"log_records": {"log_groups": ["/aws/lambda/orders"]}},
        {"dynamodb_items": {"tables": ["orders"]}},
        {"s3_objects": {"buckets": ["orders-logs"]}},
        {"glue_partitions": {"tables": ["sales/orders"]}},
        {"kms_decrypt": {"keys": [KEY]}},
        {"support_communications": {}},
        {"ssm_parameters": {"parameters": ["/orders/url"]}},
        {"custom_statement": statement},
    ]
    file = {"agent_space_arn": SPACE_ARN, "role": {"capabilities": entries}, "accounts": ["222222222222"]}
    [account] = from_file(written(json.dumps(file))).accounts
    assert account.capabilities == (
        ResourceExplorerSetup(enabled=False),
        AthenaQueries(workgroups=["primary"]),
        LogRecords(log_groups=["/aws/lambda/orders"]),
        DynamoDBItems(tables=["orders"]),
        S3Objects(buckets=["orders-logs"]),
        GluePartitions(tables=["sales/orders"]),
        KmsDecrypt(keys=[KEY]),
        SupportCommunications(),
        SsmParameters(parameters=["/orders/url"]),
        CustomStatement(sid="Own", actions=["lambda:GetFunction"], resources=["*"], conditions=condition),
    )


def test_aliases_share_a_part_of_the_file() -> None:
    """YAML's anchors, aliases and merge keys work: accounts may share what is not for every account."""
    text = SPACE + 'accounts:\n- &a {id: "222222222222", region: eu-west-1}\n- {<<: *a, id: "333333333333"}\n'
    assert [(account.account_id, account.region) for account in from_file(written(text)).accounts] == [
        ("222222222222", "eu-west-1"),
        ("333333333333", "eu-west-1"),
    ]


def test_windows_files() -> None:
    """A byte order mark and Windows' line ends do not matter."""
    plain = from_file(written(FULL))
    assert from_file(written("\ufeff" + FULL.replace("\n", "\r\n"), "windows.yaml")) == plain


def test_context_names_no_file_by_default() -> None:
    """Without context the file is devops-agent.yaml in the working folder."""
    written(SPACE + ACCOUNTS)
    assert [account.account_id for account in from_context(App()).accounts] == ["222222222222"]


@pytest.mark.parametrize("is_absolute", [False, True])
def test_context_names_a_file(tmp_path: Path, is_absolute: bool) -> None:
    """A relative path counts from the working folder, an absolute one from nowhere."""
    (tmp_path / "accounts").mkdir()
    path = written(SPACE + ACCOUNTS, "accounts/all.yaml")
    context = {"devops-agent-constructs:configFile": str(path.absolute() if is_absolute else path)}
    assert [account.account_id for account in from_context(App(context=context)).accounts] == ["222222222222"]


def test_a_path_may_be_text() -> None:
    """As it is written in most programs."""
    written(SPACE + ACCOUNTS)
    assert from_file("devops-agent.yaml") == from_file(Path("devops-agent.yaml"))


def test_context_that_names_no_file() -> None:
    """Whoever runs the app can name another with an option of the CDK; who calls from_file cannot."""
    with pytest.raises(OnboardingInputError, match=r"create it .* or name another: -c devops-agent-constructs:config"):
        from_context(App())
    with pytest.raises(OnboardingInputError, match="correct the path"):
        from_file("absent.yaml")


@pytest.mark.parametrize("value", ["", 3, True, ["accounts.yaml"], {"path": "accounts.yaml"}])
def test_context_that_is_no_path(value: object) -> None:
    """A context value of another type, as cdk.json may hold, is refused by the name of its key."""
    app = App(context={"devops-agent-constructs:configFile": value})
    with pytest.raises(OnboardingInputError) as caught:
        from_context(app)
    assert caught.value.field == "devops-agent-constructs:configFile"
    assert caught.value.value == value
    assert caught.value.why == "must be the path of a file"
    assert caught.value.fix == "write it like -c devops-agent-constructs:configFile=accounts.yaml"
