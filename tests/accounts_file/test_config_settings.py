"""Settings of the whole accounts file: its Region, the bootstrap, the schema, a new Agent Space, and how much fits."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from devops_agent_constructs import NewAgentSpace, Onboarding, OnboardingInputError, connect_accounts
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.config import from_file
from devops_agent_constructs.secondary.account import SecondaryAccount
from tests.accounts_files import ACCOUNTS, ORGANIZATION, SPACE, refusal, written

ARN = SPACE.removeprefix("agent_space_arn: ").strip()
ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_region_of_all_that_name_none() -> None:
    """The stacks of accounts and of the organization are there; one that names its own stays."""
    own = '- {id: "222222222222", region: ap-southeast-2}\n'
    organization = ORGANIZATION.replace("  region: eu-west-1", "  #")
    found = from_file(
        written(
            SPACE + organization + f'region: eu-central-1\naccounts:\n{own}- "333333333333"\n- {{id: "777777777777"}}'
        )
    )
    assert [account.region for account in found.accounts] == ["ap-southeast-2", "eu-central-1", "eu-central-1"]
    assert found.organization is not None
    assert found.organization.region == "eu-central-1"


def test_region_is_not_that_of_the_agent_space() -> None:
    """Where the Agent Space is, or is to be, says its ARN, or its own key: few Regions have AWS DevOps Agent."""
    found = from_file(written(SPACE + ACCOUNTS + "region: eu-central-1\nprimary: {}\n"))
    assert found.agent_space is not None
    assert found.agent_space.region == "us-east-1"
    new = ACCOUNTS + 'region: eu-central-1\nprimary: {create_agent_space: {name: a, account_id: "111111111111"}}\n'
    assert str(refusal(new)).startswith("devops-agent.yaml:3:11: primary.create_agent_space.region=None: it is requ")


@pytest.mark.parametrize("name", ["devops-agent.yaml", "devops-agent.json"])
def test_schema_may_be_named(name: str) -> None:
    """JSON has no comments, so editors look for the schema in the key `$schema`."""
    text = f'{{"$schema": "./accounts-file.schema.json", "agent_space_arn": "{ARN}", "accounts": ["222222222222"]}}'
    assert from_file(written(text, name)).accounts[0].account_id == "222222222222"


def test_a_qualifier_is_admitted() -> None:
    """CDK's own, and what its bootstrap template admits."""
    for qualifier in ("hnb659fds", "a", "Platform_1", "a-b"):
        found = from_file(written(SPACE + ACCOUNTS + f"bootstrap_qualifier: {qualifier}\n"))
        assert found.bootstrap_qualifier == qualifier


QUALIFIER = "the qualifier of a bootstrap is 1-10 of A-Z a-z 0-9 _-; write CDK's own, 'hnb659fds', or what --qualifier"


def new_space(setting: str) -> str:
    """Return a file that asks for an Agent Space, with a setting on line 2 from column 97 on."""
    place = 'name: Operations, account_id: "111111111111", region: us-east-1'
    return f"{ACCOUNTS}primary: {{create_agent_space: {{{place}, {setting}}}}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SPACE + ACCOUNTS + "region: Ireland", "3:1: region='Ireland': not the name of an AWS Region; write it like"),
        (SPACE + ACCOUNTS + "region: [eu-west-1]", "3:1: region=['eu-west-1']: must be a string, but it is a list"),
        (SPACE + ACCOUNTS + '"$schema": 1', "3:1: ['$schema']='1': must be a string, but unquoted it is a number"),
        (SPACE + ACCOUNTS + "bootstrap_qualifier: ''", f"3:1: bootstrap_qualifier='': {QUALIFIER}"),
        (SPACE + ACCOUNTS + "bootstrap_qualifier: hnb659fds/x", f"3:1: bootstrap_qualifier='hnb659fds/x': {QUALIFIER}"),
        (SPACE + ACCOUNTS + 'bootstrap_qualifier: "a\\n"', f"3:1: bootstrap_qualifier='a\\n': {QUALIFIER}"),
        (
            SPACE + ACCOUNTS + "bootstrap_qualifier: elevenchars",
            f"3:1: bootstrap_qualifier='elevenchars': {QUALIFIER}",
        ),
        (
            new_space("locale: english please"),
            "2:97: primary.create_agent_space.locale='english please': not a language tag of at most 35 characters",
        ),
        (
            new_space(f"locale: {'en' + '-abcdefgh' * 4}"),
            "2:97: primary.create_agent_space.locale='en-abc",
        ),
        (
            new_space('description: ""'),
            "2:97: primary.create_agent_space.description='': 0 characters; DevOps Agent admits 1-1000",
        ),
        (
            new_space('description: "a\\nb"'),
            "2:97: primary.create_agent_space.description='a\\nb': DevOps Agent refuses the character '\\n'",
        ),
        (
            new_space("").replace("Operations", '""'),
            "2:32: primary.create_agent_space.name='': 0 characters; DevOps Agent admits 1-255",
        ),
        (
            new_space("").replace("Operations", "n" * 256),
            f"2:32: primary.create_agent_space.name='{'n' * 147}...{'n' * 148}'"[:80],
        ),
    ],
)
def test_refused_with_its_place(text: str, message: str) -> None:
    """Each with line and column, before any stack exists."""
    assert str(refusal(text)).startswith(f"devops-agent.yaml:{message}")


@pytest.mark.parametrize("qualifier", ["", "elevenchars", "a b", "é", "${Token[AWS.AccountId.0]}"])
def test_python_users_get_the_same(qualifier: str) -> None:
    """The qualifier is checked before anything is defined."""
    app = App(analytics_reporting=False)
    with pytest.raises(OnboardingInputError, match=r"^bootstrap_qualifier="):
        connect_accounts(
            app,
            Onboarding(
                agent_space=AgentSpaceArn.from_arn(ARN),
                accounts=[SecondaryAccount(account_id="222222222222")],
                bootstrap_qualifier=qualifier,
            ),
        )
    assert app.node.children == []


@pytest.mark.parametrize("setting", [{"name": ""}, {"locale": "x"}, {"description": "a\x00"}])
def test_a_new_agent_space_checks_itself(setting: dict[str, Any]) -> None:
    """The value that the file makes is the one that Python users make."""
    with pytest.raises(OnboardingInputError, match=f"^{next(iter(setting))}="):
        NewAgentSpace(**{"name": "a", "account_id": "111111111111", "region": "us-east-1"} | setting)


def accounts(count: int) -> str:
    """Return so many accounts, one per line from line 3 on."""
    return "accounts:\n" + "".join(f'- "{number:012}"\n' for number in range(count))


WHY = "501 resources; a CloudFormation stack holds 500; split the accounts over several stacks"


def test_what_one_stack_holds() -> None:
    """The first account beyond 500 resources has its line; without `primary` there is no such stack."""
    assert len(from_file(written(SPACE + accounts(500) + "primary: {}\n")).accounts) == 500
    assert len(from_file(written(SPACE + accounts(501))).accounts) == 501
    error = refusal(SPACE + accounts(501) + "primary: {}\n")
    assert str(error).startswith(f"devops-agent.yaml:503:3: accounts[500]=501: {WHY}")


def test_policies_of_the_agent_role_count() -> None:
    """They stand in the same stack as the associations."""
    role = f"agent_role_arn: {ROLE_ARN}\nprimary: {{organization_id: o-a1b2c3d4e5}}\n"
    assert len(from_file(written(SPACE + accounts(499) + role)).accounts) == 499
    error = refusal(SPACE + accounts(500) + role)
    assert str(error).startswith(f"devops-agent.yaml:502:3: accounts[499]=501: {WHY}")


def test_associated_accounts_of_the_organization_count() -> None:
    """They are associations like the others."""
    associate = ", ".join(f'"{number:012}"' for number in range(501))
    error = refusal(SPACE + ORGANIZATION.replace('"666666666666"', associate).replace("exclude", "#exclude"))
    assert str(error).startswith("devops-agent.yaml:15:")
    assert f"organization.associate[500]=501: {WHY}" in str(error)
