"""Tags and termination protection in the accounts file: their values, and bad ones with their place."""

from pathlib import Path

import pytest

from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, SPACE, refusal, written

ORG = 'organization: {account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]}\n'


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_none_by_default() -> None:
    """A file without the keys has neither."""
    onboarding = from_file(written(SPACE + ACCOUNTS))
    assert (onboarding.tags, onboarding.termination_protection, onboarding.accounts[0].tags) == ({}, False, {})


def test_of_all_stacks_and_of_one() -> None:
    """Each keeps its own; which of them wins is the stacks' business."""
    text = (
        'tags: {team: operations}\ntermination_protection: true\naccounts: [{id: "222222222222", tags: {cost: "42"}}]\n'
    )
    onboarding = from_file(written(SPACE + text))
    assert onboarding.tags == {"team": "operations"}
    assert onboarding.termination_protection is True
    assert onboarding.accounts[0].tags == {"cost": "42"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{ACCOUNTS}tags:\n  team: operations\n  aws:cost: x\n",
            "5:3: tags['aws:cost']='aws:cost': AWS keeps keys that begin with 'aws:' to itself; choose another key",
        ),
        (
            f"{ACCOUNTS}tags:\n  a.b: ''\n",
            "4:3: tags['a.b']='': the value of a stack's tag has 1-256 characters; write something short, like 'yes'",
        ),
        (
            f"{ACCOUNTS}tags:\n  team: R&D\n",
            "4:3: tags.team='R&D': IAM refuses the character '&' in a tag; use letters, digits, spaces and _.:/=+-@",
        ),
        (
            f"{ACCOUNTS}tags:\n  team: a\n  Team: b\n",
            (
                "5:3: tags.Team='b': IAM takes it for the same key as 'team', and a role has a key once; write both "
                "alike, or remove one of the two"
            ),
        ),
        (
            f"{ACCOUNTS}tags:\n  team: aws:a\n",
            "4:3: tags.team='aws:a': IAM keeps values that begin with 'aws:' to AWS; choose another value",
        ),
        (
            f"{ACCOUNTS}tags: {{cost: 42}}\n",
            "3:8: tags.cost='42': must be a string, but unquoted it is a number; quote it: \"42\"",
        ),
        (
            f"{ACCOUNTS}tags: {{{', '.join(f'k{n}: v' for n in range(51))}}}\n",
            "3:1: tags=51: 51 tags; AWS admits 50; remove some",
        ),
        (
            f"{ORG}tags: {{a@b: c}}\n",
            (
                "3:8: tags['a@b']='a@b': the tags are the StackSet's as well, which admits A-Z a-z 0-9, spaces and "
                "_.:/=+- in a key; rename the key"
            ),
        ),
        (
            'tags: {team: a}\naccounts: [{id: "222222222222", tags: {Team: b}}]\n',
            (
                "3:40: accounts[0].tags.Team='b': IAM takes it for the same key as 'team', and a role has a key once; "
                "write both alike, or remove one of the two"
            ),
        ),
        (
            'accounts: [{id: "222222222222", tags: {aws:a: b}}]\n',
            (
                "2:40: accounts[0].tags['aws:a']='aws:a': AWS keeps keys that begin with 'aws:' to itself; "
                "choose another key"
            ),
        ),
        (
            f"{ACCOUNTS}termination_protection: 'yes'\n",
            "3:1: termination_protection='yes': must be true or false, but it is a string; write true or false",
        ),
    ],
)
def test_bad_input(text: str, message: str) -> None:
    """One line: place of the very tag, key, value, why, fix."""
    assert str(refusal(SPACE + text)) == f"devops-agent.yaml:{message}"
