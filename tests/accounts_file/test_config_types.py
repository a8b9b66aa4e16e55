"""Values of the wrong type in the accounts file: shown as written, with the way to write them."""

from pathlib import Path

import pytest

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


GENERATIONS = "Known: ga, preview, transition"
ID = "must be an account id in quotes, or a mapping with its id"
ID_LIKE = 'write it like "222222222222", or {id: "222222222222"}'
ONE_EACH = "write one list item per capability, like support_communications: {}"
OCTAL = 'quote it: "012345670123"; an id that begins with 0 becomes another number without quotes'

ITEMS = "must be a list, but it is a string; begin each item with a hyphen and a space, on a line of its own"
NO_MAPPING = "must be a mapping, but it is true or false"
NOT_OURS = "not an accounts file"


@pytest.mark.parametrize(
    ("text", "begins", "error"),
    [
        (
            SPACE + "accounts:\n- 222222222222",
            "3:3: accounts[0]='222222222222'",
            f"{ID}, but unquoted it is a number; quote",
        ),
        (
            SPACE + "accounts:\n- 012345670123",
            "3:3: accounts[0]='012345670123'",
            f"{ID}, but unquoted it is a number; {OCTAL}",
        ),
        (
            SPACE + "accounts:\n- id: 012345670123",
            "3:3: accounts[0].id='012345670123'",
            f"must be a string, but unquoted it is a number; {OCTAL}",
        ),
        (
            SPACE + "accounts: [yes]",
            "2:12: accounts[0]='yes'",
            f"{ID}, but unquoted it is true or false; {ID_LIKE}",
        ),
        (
            SPACE + "accounts: [1.5]",
            "2:12: accounts[0]='1.5'",
            f"{ID}, but unquoted it is a decimal number; {ID_LIKE}",
        ),
        (
            SPACE + "accounts: [222_222_222_222]",
            "2:12: accounts[0]='222_222_222_222'",
            f'{ID}, but unquoted it is a number; quote it: "222222222222"',
        ),
        (
            SPACE + "accounts: [{id: 22:22:22}]",
            "2:13: accounts[0].id='22:22:22'",
            "must be a string, but unquoted it is a number; write it in quotes (An AWS account id has 12 digits)",
        ),
        (
            SPACE + "accounts: '222222222222, 333333333333'",
            "2:1: accounts='222222222222, 333333333333'",
            "must be a list, but it is a string; write it in brackets: ['222222222222', '333333333333']",
        ),
        (SPACE + 'accounts:\n  -"222222222222"', "2:1: accounts='-\"222222222222\"'", ITEMS),
        (SPACE + 'accounts:\n  \u2013 "222222222222"', "2:1: accounts='\u2013 \"222222222222\"'", ITEMS),
        (SPACE + ACCOUNTS + "primary: false", "3:1: primary='false'", f"{NO_MAPPING}; remove it"),
        (SPACE + ACCOUNTS + "sync: no", "3:1: sync='no'", f"{NO_MAPPING}; remove it"),
        (
            SPACE + ACCOUNTS + "tags: {size: 1_000}",
            "3:8: tags.size='1_000'",
            'must be a string, but unquoted it is a number; quote it: "1_000"',
        ),
        (SPACE + "accounts: [~]", "2:12: accounts[0]='~'", f"{ID}, but it is empty; give it a value, or remove it"),
        (SPACE + "accounts: [[a]]", "2:12: accounts[0]=['a']", f"{ID}, but it is a list; {ID_LIKE}"),
        (SPACE + "accounts: [{}]", "2:12: accounts[0].id=None", "it is required and missing; add it"),
        (
            SPACE + "accounts: [{id: }]",
            "2:13: accounts[0].id=''",
            "must be a string, but it is empty; give it a value, or",
        ),
        (
            SPACE + 'accounts: "222222222222"',
            "2:1: accounts='222222222222'",
            "must be a list, but it is a string; write it in brackets: ['222222222222']",
        ),
        (
            SPACE + 'accounts: {"222222222222": {}}',
            "2:1: accounts={'222222222222': {}}",
            "must be a list, but it is a mapping; write a list",
        ),
        (SPACE + "accounts:", "2:1: accounts=''", "must be a list, but it is empty; give it a value, or remove it"),
        (SPACE, "1:1: accounts=None", "it is required and missing; add it"),
        (ACCOUNTS, "1:1: agent_space_arn=None", "it is required and missing; add it"),
        ("- a", "1:1: file='devops-agent.yaml'", f"{NOT_OURS}: it must be a mapping, but it is a list"),
        ("a", "1:1: file='devops-agent.yaml'", f"{NOT_OURS}: it must be a mapping, but it is a single value"),
        ("--- ~", "1:5: file='devops-agent.yaml'", f"{NOT_OURS}: it must be a mapping, but it is a single value"),
        (
            SPACE + ACCOUNTS + "generation: GA",
            "3:1: generation='GA'",
            f"no such generation; did you mean 'ga'? {GENERATIONS}",
        ),
        (
            SPACE + ACCOUNTS + "generation: gaa",
            "3:1: generation='gaa'",
            f"no such generation; did you mean 'ga'? {GENERATIONS}",
        ),
        (
            SPACE + ACCOUNTS + "generation: 1",
            "3:1: generation='1'",
            "no such generation; use one of: ga, preview, transition",
        ),
        (
            SPACE + ACCOUNTS + "generation: [ga]",
            "3:1: generation=['ga']",
            "no such generation; use one of: ga, preview, tra",
        ),
        (
            SPACE + ACCOUNTS + "role:",
            "3:1: role=''",
            "must be a mapping, but it is empty; write {} if it has no settings, or remove it",
        ),
        (SPACE + ACCOUNTS + "role: []", "3:1: role=[]", "must be a mapping, but it is a list; write a mapping"),
        (
            SPACE + ACCOUNTS + "role: Agent",
            "3:1: role='Agent'",
            "must be a mapping, but it is a string; write a mapping",
        ),
        (shared("name: 1"), "3:8: role.name='1'", 'must be a string, but unquoted it is a number; quote it: "1"'),
        (
            shared("description: {a: b}"),
            "3:8: role.description={'a': 'b'}",
            "must be a string, but it is a mapping; write a string",
        ),
        (
            shared("managed_policies: Own"),
            "3:8: role.managed_policies='Own'",
            "must be a list, but it is a string; write it in brackets: ['Own']",
        ),
        (
            shared("max_session_seconds: '3600'"),
            "3:8: role.max_session_seconds='3600'",
            "must be a whole number, but it is a string; write the number without quotes",
        ),
        (
            shared("max_session_seconds: 3600.5"),
            "3:8: role.max_session_seconds='3600.5'",
            "must be a whole number, but it is a decimal number; write a whole number",
        ),
        (
            shared("max_session_seconds: on"),
            "3:8: role.max_session_seconds='on'",
            "must be a whole number, but it is true or false; write a",
        ),
        (
            shared("capabilities: {s3_objects: {}}"),
            "3:8: role.capabilities={'s3_objects': {}}",
            "must be a list, but it is a mapping; write a list",
        ),
        (
            capability("support_communications"),
            "3:23: role.capabilities[0]='support_communications'",
            "must be a mapping, but it is a string; write its settings after a colon, like support_communications: {",
        ),
        (
            capability("no such thing"),
            "3:23: role.capabilities[0]='no such thing'",
            "must be a mapping, but it is a string; write a mapping",
        ),
        (
            capability("support_communications: "),
            "3:23: role.capabilities[0].support_communications=''",
            "must be a mapping, but it is empty; write {} if it has no settings",
        ),
        (
            capability("{support_communications: {}, s3_objects: {buckets: [orders]}}"),
            "3:23: role.capabilities[0]={'s3_objects': {'buckets': [...]}, 'support_communications': {}}",
            f"must have one key, the capability's name; it has 2; {ONE_EACH}",
        ),
        (
            capability("{}"),
            "3:23: role.capabilities[0]={}",
            f"must have one key, the capability's name; it has 0; {ONE_EACH}",
        ),
        (
            capability("s3_objects: {}"),
            "3:23: role.capabilities[0].s3_objects.buckets=None",
            "it is required and missing; add it",
        ),
        (
            capability("s3_objects: {buckets: [orders, 123]}"),
            "3:54: role.capabilities[0].s3_objects.buckets[1]='123'",
            'must be a string, but unquoted it is a number; quote it: "123"',
        ),
        (
            capability("s3_objects: {buckets: orders}"),
            "3:36: role.capabilities[0].s3_objects.buckets='orders'",
            "must be a list, but it is a string; write it in brackets: ['orders']",
        ),
        (
            capability("resource_explorer_setup: {enabled: 1}"),
            "3:49: role.capabilities[0].resource_explorer_setup.enabled='1'",
            "must be true or false, but it is a number; write true or false",
        ),
    ],
)
def test_wrong_types(text: str, begins: str, error: str) -> None:
    """What YAML reads as something else than the format wants is shown as written, with the way to write it."""
    assert str(refusal(text)).startswith(f"devops-agent.yaml:{begins}: {error}")


@pytest.mark.parametrize(
    ("conditions", "begins", "rest"),
    [
        (
            "{Bool: {a: 'b', 'aws:SecureTransport': true}}",
            ".Bool['aws:SecureTransport']='true'",
            'must be a string or a list, but unquoted it is true or false; quote it: "true"',
        ),
        (
            "{StringEquals: {a: [b]}, Other: {a: [b, 1]}}",
            ".Other.a[1]='1'",
            'must be a string, but unquoted it is a number; quote it: "1"',
        ),
        ("{StringEquals: b}", ".StringEquals='b'", "must be a mapping, but it is a string; write a mapping"),
        ("[b]", "=['b']", "must be a mapping, but it is a list; write a mapping"),
    ],
)
def test_wrong_types_in_conditions(conditions: str, begins: str, rest: str) -> None:
    """The keys of conditions are the user's own; the one with the wrong value is found all the same."""
    text = capability(
        f"custom_statement: {{sid: Own, actions: ['s3:Get*'], resources: ['*'], conditions: {conditions}}}"
    )
    error = refusal(text)
    assert str(error) == f"{error.location}: role.capabilities[0].custom_statement.conditions{begins}: {rest}"
    assert error.location.startswith("devops-agent.yaml:3:")
