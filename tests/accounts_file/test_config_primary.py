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


def outputs(arn: object, stack: str = "DevOpsAgentSpace") -> None:
    """Write what `cdk deploy --outputs-file cdk-outputs.json` leaves."""
    Path("cdk-outputs.json").write_text(json.dumps({stack: {"AgentSpaceArn": arn}}), encoding="utf-8")


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
                "devops-agent.yaml:3:11: primary.create_agentspace: no such key; did you mean "
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


AGAIN = "remove the file, then write it anew: cdk deploy DevOpsAgentSpace --outputs-file cdk-outputs.json"
ELSEWHERE = "arn:aws:aidevops:us-east-1:999999999999:agentspace/a"


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (
            "arn:aws:iam::111111111111:role/A",
            (
                "cdk-outputs.json: DevOpsAgentSpace.AgentSpaceArn='arn:aws:iam::111111111111:role/A': not the ARN of "
                f"an Agent Space; {AGAIN}"
            ),
        ),
        (5, f"cdk-outputs.json: DevOpsAgentSpace.AgentSpaceArn=5: not an ARN; {AGAIN}"),
        (
            "arn:aws:aidevops:eu-west-1:111111111111:agentspace/a",
            (
                "devops-agent.yaml:2:70: primary.create_agent_space.region='us-east-1': cdk-outputs.json says that "
                "the Agent Space is arn:aws:aidevops:eu-west-1:111111111111:agentspace/a, and an Agent Space does not "
                "move; correct it, or remove cdk-outputs.json if it is of another app"
            ),
        ),
        (
            ELSEWHERE,
            (
                f"devops-agent.yaml:2:42: primary.create_agent_space.account_id='111111111111': cdk-outputs.json "
                f"says that the Agent Space is {ELSEWHERE}, and an Agent Space does not move; correct it, or remove "
                "cdk-outputs.json if it is of another app"
            ),
        ),
    ],
)
def test_bad_outputs(arn: object, message: str) -> None:
    """An ARN that does not fit is refused, with the place and the way out: the roles would trust nobody."""
    outputs(arn)
    assert str(refusal(CREATE + ACCOUNTS)) == message


def test_outputs_that_are_no_json() -> None:
    """Cut off by a full disk, say: it is not taken for a folder without the file."""
    Path("cdk-outputs.json").write_text("{", encoding="utf-8")
    message = str(refusal(CREATE + ACCOUNTS))
    assert message.startswith("file='cdk-outputs.json': cannot be read as JSON")
    assert message.endswith(AGAIN)


def test_arn_and_outputs_that_disagree() -> None:
    """Roles would trust one Agent Space, and the associations be made in the other."""
    outputs("arn:aws:aidevops:us-east-1:111111111111:agentspace/other")
    error = refusal(SPACE + ACCOUNTS + "primary: {create_agent_space: {name: production}}\n")
    assert error.field == "agent_space_arn"
    assert "cdk-outputs.json says that the Agent Space created here is" in error.why


@pytest.mark.parametrize("content", ["{}", "[]", '{"Other": {}}', '{"DevOpsAgentSpace": {"X": 1}}', "null"])
def test_outputs_without_an_agent_space(content: str) -> None:
    """Outputs of something else mean that the first step is still to be done."""
    Path("cdk-outputs.json").write_text(content, encoding="utf-8")
    assert from_file(written(CREATE + ACCOUNTS)).agent_space is None


def test_outputs_of_a_stack_with_a_prefix() -> None:
    """Another file's Agent Space is not this one's."""
    outputs(SPACE_ARN)
    text = CREATE + ACCOUNTS + "stack_prefix: Orders-\n"
    assert from_file(written(text)).agent_space is None
    outputs(SPACE_ARN, "Orders-DevOpsAgentSpace")
    found = from_file(written(text)).agent_space
    assert found is not None
    assert found.arn == SPACE_ARN


@pytest.mark.parametrize("prefix", ["1", "Ör-", "a_b", "a" * 96, '"a b"'])
def test_bad_prefix(prefix: str) -> None:
    """CloudFormation would refuse the stacks."""
    error = refusal(SPACE + ACCOUNTS + f"stack_prefix: {prefix if prefix != '1' else chr(34) + '1' + chr(34)}\n")
    assert (error.field, error.location) == ("stack_prefix", "devops-agent.yaml:3:1")
    assert "a stack's name begins with a letter" in error.why
