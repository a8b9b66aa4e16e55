"""A new Agent Space in the accounts file: all that the construct takes, and mistakes with their place."""

from pathlib import Path

import pytest
import yaml

from devops_agent_constructs import (
    IamSignIn,
    IdentityCenterSignIn,
    IdentityProviderSignIn,
    NewAgentSpace,
    S3Objects,
    SupportCommunications,
)
from devops_agent_constructs.accounts_file.agent_space_format import IdentityProviderEntry, NewAgentSpaceEntry
from devops_agent_constructs.config import from_file
from tests.accounts_file.stack_variants import KEY, OKTA, SECRET, new_space
from tests.accounts_files import ACCOUNTS, refusal, written
from tests.markdown import ROOT, blocks

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
FILE = f"""\
{ACCOUNTS}primary:
  create_agent_space:
    name: Operations
    account_id: "111111111111"
    region: us-east-1
    tags: {{cost: "42"}}
    operator_app: {{identity_center: {{instance_arn: "{INSTANCE}"}}}}
    agent_role_name: Agent
    capabilities:
      - s3_objects: {{buckets: [orders-logs]}}
      - support_communications: {{}}
    permissions_boundary: WorkloadBoundary
    encryption_key_arn: {KEY}
"""


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> NewAgentSpace:
    """Return the Agent Space that a file asks for."""
    new = from_file(written(text)).new_agent_space
    assert new is not None
    return new


def test_everything() -> None:
    """The file's keys are the value's fields."""
    assert read(FILE) == NewAgentSpace(
        name="Operations",
        account_id="111111111111",
        region="us-east-1",
        tags={"cost": "42"},
        operator_app=IdentityCenterSignIn(instance_arn=INSTANCE),
        agent_role_name="Agent",
        capabilities=(S3Objects(buckets=["orders-logs"]), SupportCommunications()),
        permissions_boundary="WorkloadBoundary",
        encryption_key_arn=KEY,
    )


@pytest.mark.parametrize(
    ("operator_app", "expected"),
    [
        ("iam: {}", IamSignIn()),
        ("enabled: true", IamSignIn()),
        ("enabled: false", None),
        (
            f"identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}', json_field: key}}",
            IdentityProviderSignIn(
                issuer_url="https://example.okta.com",
                client_id="0oa1b2c3",
                client_secret=SECRET,
                provider="okta",
                json_field="key",
            ),
        ),
    ],
)
def test_operator_app(operator_app: str, expected: object) -> None:
    """One key says how people sign in."""
    assert read(new_space(f"operator_app: {{{operator_app}}}")).operator_app == expected


@pytest.mark.parametrize("secret", ["hunter2", "12345678", "true"])
def test_a_secret_is_not_repeated(secret: str) -> None:
    """Whatever stands in place of its ARN; the error goes into logs."""
    error = refusal(new_space(f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: {secret}}}}}"))
    assert error.field == "primary.create_agent_space.operator_app.identity_provider.client_secret_arn"
    assert error.location == "devops-agent.yaml:2:209"
    assert secret not in str(error)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: Agent", "name: A B", "9:5: PLACE.agent_role_name='A B': a role name is"),
        ("[orders-logs]", "[Orders]", "11:32: PLACE.capabilities[0].s3_objects.buckets[0]='Orders': "),
        ("WorkloadBoundary", "A B", "13:5: PLACE.permissions_boundary='A B': neither the name nor the ARN"),
        (KEY, KEY.replace("us-east-1", "eu-west-1"), f"14:5: PLACE.encryption_key_arn='{KEY[:12]}eu-west-1"),
        (KEY, "alias/ops", "14:5: PLACE.encryption_key_arn='alias/ops': not the full ARN of a key; give the ARN of a "),
        (INSTANCE, "x", "8:38: PLACE.operator_app.identity_center.instance_arn='x': not the ARN of an instance"),
        (
            INSTANCE,
            INSTANCE.replace("aws", "aws-us-gov"),
            "8:38: PLACE.operator_app.identity_center.instance_arn='arn:aws-us-gov:sso",
        ),
        ("{identity_center:", "{iam: {}, identity_center:", "8:5: PLACE.operator_app={"),
        ('cost: "42"', "'aws:a': b", "7:12: PLACE.tags['aws:a']='aws:a': AWS keeps keys that begin with 'aws:'"),
    ],
)
def test_bad_input(old: str, new: str, message: str) -> None:
    """The error has the key that is to blame, and its place."""
    expected = message.replace("PLACE", "primary.create_agent_space")
    assert str(refusal(FILE.replace(old, new))).startswith(f"devops-agent.yaml:{expected}")


def test_tags_of_all_stacks_and_its_own() -> None:
    """A key in two spellings is one key for IAM."""
    error = refusal(f"{FILE}tags: {{Cost: a}}\n")
    assert (error.field, error.location) == ("primary.create_agent_space.tags.cost", "devops-agent.yaml:7:12")


def test_a_sid_that_is_taken() -> None:
    """The statement of one's own is to blame."""
    own = "      - custom_statement: {sid: S3Objects, actions: ['s3:PutObject'], resources: ['*']}\n"
    error = refusal(FILE.replace("      - support_communications: {}\n", own))
    assert (error.field, error.location) == (
        "primary.create_agent_space.capabilities[1].custom_statement.sid",
        "devops-agent.yaml:12:28",
    )


def test_page() -> None:
    """docs/primary_account.md says all keys, with their real defaults or good values."""
    [text] = [code for language, code in blocks(ROOT / "docs" / "primary_account.md") if language == "yaml"]
    said = yaml.safe_load(text)["primary"]["create_agent_space"]
    assert set(said) == set(NewAgentSpaceEntry.__struct_encode_fields__)
    assert set(said["operator_app"]["identity_provider"]) == set(IdentityProviderEntry.__struct_encode_fields__)
    assert read(text).agent_role_name == NewAgentSpace.__dataclass_fields__["agent_role_name"].default
