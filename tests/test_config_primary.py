"""The accounts file's primary side: associations, the grant, and a new Agent Space in two steps."""

import json
from pathlib import Path

import pytest

from devops_agent_constructs import NewAgentSpace, PrimaryAccount, SecondaryAccount, TopologyScope
from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, SPACE, refusal, written
from tests.conftest import AGENT_ROLE_ARN, SPACE_ARN

CREATE = """\
primary:
  create_agent_space: {name: production, account_id: "111111111111", region: us-east-1}
"""


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def outputs(arn: object) -> None:
    """Write what `cdk deploy --outputs-file cdk-outputs.json` leaves."""
    Path("cdk-outputs.json").write_text(json.dumps({"DevOpsAgentPrimary": {"AgentSpaceArn": arn}}), encoding="utf-8")


def test_an_empty_mapping_is_enough() -> None:
    """Without `primary` there are roles only."""
    assert from_file(written(SPACE + ACCOUNTS)).primary is None
    assert from_file(written(SPACE + ACCOUNTS + "primary: {}\n")).primary == PrimaryAccount()


def test_organization_and_bootstrap() -> None:
    """Both are handed on."""
    text = SPACE + ACCOUNTS + "primary: {organization_id: o-a1b2c3d4e5}\nbootstrap_qualifier: platform1\n"
    onboarding = from_file(written(text))
    assert onboarding.primary == PrimaryAccount(organization_id="o-a1b2c3d4e5")
    assert onboarding.bootstrap_qualifier == "platform1"


def test_elevated_role_and_topology() -> None:
    """Both belong to an account."""
    text = SPACE + (
        "accounts:\n"
        '  - id: "222222222222"\n'
        "    elevated_role_arn: arn:aws:iam::222222222222:role/Elevated\n"
        "    topology: {tags: {team: orders}, resource_arns: [arn:aws:s3:::orders]}\n"
    )
    assert from_file(written(text)).accounts == (
        SecondaryAccount(
            account_id="222222222222",
            elevated_role_arn="arn:aws:iam::222222222222:role/Elevated",
            topology=TopologyScope(tags={"team": "orders"}, resource_arns=["arn:aws:s3:::orders"]),
        ),
    )


def test_new_agent_space_is_not_known_at_first() -> None:
    """The first step: where it is to be is known, its ARN is not."""
    onboarding = from_file(written(CREATE + ACCOUNTS))
    assert onboarding.agent_space is None
    assert onboarding.primary == PrimaryAccount(
        new_agent_space=NewAgentSpace(name="production", account_id="111111111111", region="us-east-1")
    )


def test_new_agent_space_is_read_from_the_outputs() -> None:
    """The second step: the file stays as it is."""
    outputs(SPACE_ARN)
    onboarding = from_file(written(CREATE + ACCOUNTS))
    assert onboarding.agent_space is not None
    assert onboarding.agent_space.arn == SPACE_ARN


def test_new_agent_space_by_its_arn() -> None:
    """Where no outputs file is kept, the ARN can be written into the file; account and Region come from it."""
    onboarding = from_file(written(SPACE + ACCOUNTS + "primary: {create_agent_space: {name: production}}\n"))
    assert onboarding.primary == PrimaryAccount(
        new_agent_space=NewAgentSpace(name="production", account_id="111111111111", region="us-east-1")
    )


def test_outputs_of_another_app_are_left_alone() -> None:
    """Only an app that creates its Agent Space reads the file."""
    outputs("arn:aws:aidevops:us-east-1:999999999999:agentspace/other")
    onboarding = from_file(written(SPACE + ACCOUNTS + "primary: {}\n"))
    assert onboarding.agent_space is not None
    assert onboarding.agent_space.arn == SPACE_ARN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            ACCOUNTS,
            (
                "devops-agent.yaml:1:1: agent_space_arn=None: it is required and missing; add it, or let the app "
                "create "
                "one: primary: {create_agent_space: {name: ...}}"
            ),
        ),
        (
            ACCOUNTS + "primary: {}\n",
            (
                "devops-agent.yaml:1:1: agent_space_arn=None: it is required and missing; add it, or let the app "
                "create "
                "one: primary: {create_agent_space: {name: ...}}"
            ),
        ),
        (
            ACCOUNTS + 'primary: {create_agent_space: {name: a, account_id: "111111111111"}}\n',
            (
                "devops-agent.yaml:2:11: primary.create_agent_space.region=None: it is required and missing; add it, "
                "as "
                "there is no Agent Space yet to take it from"
            ),
        ),
        (
            SPACE + ACCOUNTS + "primary: {create_agent_space: {name: a, region: eu-west-1}}\n",
            (
                f"devops-agent.yaml:3:41: primary.create_agent_space.region='eu-west-1': the Agent Space is "
                f"{SPACE_ARN}; "
                "correct one of the two"
            ),
        ),
        (
            CREATE + 'accounts: ["111111111111"]\n',
            (
                "devops-agent.yaml:3:12: accounts[0]='111111111111': this is the primary account, where the Agent "
                "Space "
                "lives; it has the agent role for itself; remove it from the secondary accounts"
            ),
        ),
        (
            CREATE + ACCOUNTS + "generation: preview\n",
            (
                "devops-agent.yaml:4:1: generation='preview': a new Agent Space brings its own agent role, and AWS's "
                "later "
                "set-up (ga); remove this key"
            ),
        ),
        (
            CREATE + ACCOUNTS + f"agent_role_arn: {AGENT_ROLE_ARN}\n",
            (
                f"devops-agent.yaml:4:1: agent_role_arn='{AGENT_ROLE_ARN}': a new Agent Space brings its own agent "
                f"role, "
                "and AWS's later set-up (ga); remove this key"
            ),
        ),
        (
            SPACE + ACCOUNTS + "primary: {organization_id: r-abcd}\n",
            (
                "devops-agent.yaml:3:11: primary.organization_id='r-abcd': not the id of an organization; write it "
                "like "
                "'o-a1b2c3d4e5'"
            ),
        ),
        (
            SPACE + ACCOUNTS + "primary: {create_agentspace: {name: a}}\n",
            (
                "devops-agent.yaml:3:11: primary.create_agentspace='create_agentspace': no such key; did you mean "
                "'create_agent_space'? Known: create_agent_space, organization_id"
            ),
        ),
        (
            SPACE + 'accounts: [{id: "222222222222", elevated_role_arn: "arn:aws:iam::333333333333:role/E"}]\n',
            (
                "devops-agent.yaml:2:33: accounts[0].elevated_role_arn='arn:aws:iam::333333333333:role/E': the "
                "elevated "
                "role must be in the account itself, 222222222222; give the ARN of a role in this account"
            ),
        ),
        (
            SPACE + 'accounts: [{id: "222222222222", topology: {resource_arns: [orders]}}]\n',
            "devops-agent.yaml:2:60: accounts[0].topology.resource_arns[0]='orders': not an ARN; give the full ARN",
        ),
        (
            SPACE + 'accounts: [{id: "222222222222", topology: {}}]\n',
            (
                "devops-agent.yaml:2:33: accounts[0].topology={}: neither tags nor resources; give one of them, or "
                "leave "
                "it out"
            ),
        ),
    ],
)
def test_bad_input(text: str, message: str) -> None:
    """One line: place, key, value, why, fix."""
    assert str(refusal(text)) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "file='cdk-outputs.json': cannot be read as JSON"),
        (
            json.dumps({"DevOpsAgentPrimary": {"AgentSpaceArn": "arn:aws:iam::111111111111:role/A"}}),
            "cdk-outputs.json='arn:aws:iam::111111111111:role/A': not the ARN of an Agent Space",
        ),
        (
            json.dumps(
                {"DevOpsAgentPrimary": {"AgentSpaceArn": "arn:aws:aidevops:eu-west-1:111111111111:agentspace/a"}}
            ),
            "primary.create_agent_space.region='us-east-1': the Agent Space is arn:aws:aidevops:eu-west-1",
        ),
    ],
)
def test_bad_outputs(content: str, message: str) -> None:
    """A file that does not fit is said, not skipped: the roles would trust nobody."""
    Path("cdk-outputs.json").write_text(content, encoding="utf-8")
    assert message in str(refusal(CREATE + ACCOUNTS))


def test_arn_and_outputs_that_disagree() -> None:
    """Roles would trust one Agent Space, and the associations be made in the other."""
    outputs("arn:aws:aidevops:us-east-1:111111111111:agentspace/other")
    error = refusal(SPACE + ACCOUNTS + "primary: {create_agent_space: {name: production}}\n")
    assert error.field == "agent_space_arn"
    assert "cdk-outputs.json says that the Agent Space created here is" in error.why


@pytest.mark.parametrize("content", ["{}", "[]", '{"Other": {}}', '{"DevOpsAgentPrimary": {"X": 1}}', "null"])
def test_outputs_without_an_agent_space(content: str) -> None:
    """Outputs of something else mean that the first step is still to be done."""
    Path("cdk-outputs.json").write_text(content, encoding="utf-8")
    assert from_file(written(CREATE + ACCOUNTS)).agent_space is None
