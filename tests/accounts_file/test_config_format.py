"""Unknown keys in the accounts file, and files that are none: each with the place and what to write instead."""

from pathlib import Path

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, SPACE, refusal


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shared(role: str) -> str:
    """Return a file with this role for every account, in line 3."""
    return f"{SPACE}{ACCOUNTS}role: {{{role}}}\n"


def capability(item: str) -> str:
    """Return a file with this capability, in line 3 from column 23 on."""
    return shared(f"capabilities: [{item}]")


TOP = (
    "agent_space_arn, generation, agent_role_arn, primary, region, bootstrap_qualifier, stack_prefix, tags, "
    "termination_protection, role, accounts, organization, sync, validate, health, $schema"
)
ROLE = (
    "name, path, description, permissions_boundary, managed_policies, access_limits, max_session_seconds, capabilities"
)
NAMES = (
    "resource_explorer_setup, athena_queries, log_records, dynamodb_items, s3_objects, glue_partitions, kms_decrypt, "
    "support_communications, ssm_parameters, custom_statement"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            SPACE + ACCOUNTS + "acounts: 1",
            f"3:1: acounts: no such key; did you mean 'accounts'? Known: {TOP}",
        ),
        (SPACE + ACCOUNTS + "zzz: 1", f"3:1: zzz: no such key; use one of: {TOP}"),
        (SPACE + ACCOUNTS + "Role: {}", f"3:1: Role: no such key; did you mean 'role'? Known: {TOP}"),
        (
            SPACE + ACCOUNTS + "'a` - at `$.b': 1",
            f"3:1: ['a` - at `$.b']: no such key; use one of: {TOP}",
        ),
        (SPACE + ACCOUNTS + '"a\\nb.c": 1', f"3:1: ['a\\nb.c']: no such key; use one of: {TOP}"),
        (
            SPACE + 'accounts: [{id: "222222222222", regoin: eu-west-1}]',
            (
                "2:33: accounts[0].regoin: no such key; did you mean 'region'? Known: id, region, role, "
                "elevated_"
                "role_arn, topology, tags"
            ),
        ),
        (shared("nam: Agent"), f"3:8: role.nam: no such key; did you mean 'name'? Known: {ROLE}"),
        (
            SPACE + 'accounts: [{id: "222222222222", role: {role_name: Agent}}]',
            f"2:40: accounts[0].role.role_name: no such key; did you mean 'name'? Known: {ROLE}",
        ),
        (
            capability("s3_object: {}"),
            f"3:23: role.capabilities[0].s3_object: no such key; did you mean 's3_objects'? Known: {NAMES}",
        ),
        (
            capability("s3_objects: {bucket: [a]}"),
            ("3:36: role.capabilities[0].s3_objects.bucket: no such key; did you mean 'buckets'? Known: buckets"),
        ),
        (
            capability("support_communications: {cases: []}"),
            ("3:48: role.capabilities[0].support_communications.cases: no such key; remove it; nothing is set here"),
        ),
        (SPACE + ACCOUNTS + "1: x", "3:1: 1='1': a key must be a string; quote it: \"1\""),
        (
            SPACE + ACCOUNTS + "accounts: []",
            "3:1: accounts='accounts': this key stands on line 2 already; merge the two",
        ),
    ],
)
def test_unknown_keys(text: str, message: str) -> None:
    """A key that the format does not have is refused at every level, with the nearest one that it has."""
    assert str(refusal(text)) == f"devops-agent.yaml:{message}"


CREATE = "correct the path; a relative one counts from the working folder"
TOKEN = "holds a CDK token ('${Token[...]}'), which means nothing outside the app that made it"
OPEN = "the list that begins here is not closed, or a comma is missing; correct its brackets"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("absent.yaml", f"file='absent.yaml': cannot be read: No such file or directory; {CREATE}"),
        ("folder", f"file='folder': cannot be read: Is a directory; {CREATE}"),
        ("a\0b", f"file='a\\x00b': cannot be read: no file can have this name; {CREATE}"),
        ("latin1.yaml", "file='latin1.yaml': not text in UTF-8; save it as UTF-8"),
        (
            "token.yaml",
            f"file='token.yaml': {TOKEN}; write the value itself",
        ),
    ],
)
def test_says_why_a_file_cannot_be_read(path: str, message: str) -> None:
    """A file that is not there, or is no text, is one line too."""
    Path("folder").mkdir()
    Path("latin1.yaml").write_bytes("# Straße\n".encode("latin-1"))
    Path("token.yaml").write_text(SPACE + 'accounts: ["${Token[AWS.AccountId.0]}"]\n', encoding="utf-8")
    with pytest.raises(OnboardingInputError) as caught:
        from_file(Path(path))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "file='devops-agent.yaml': it is empty; start with the example in the README"),
        (
            SPACE + 'accounts: ["222222222222"\n',
            f"devops-agent.yaml:2:11: file='devops-agent.yaml': not YAML: {OPEN}",
        ),
    ],
)
def test_says_where_a_file_is_not_yaml(text: str, message: str) -> None:
    """A slip of syntax has its line and column; the tests of YamlDocument have the others."""
    assert str(refusal(text)) == message
