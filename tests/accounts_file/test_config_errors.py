"""Values that cannot work: each error names the key, the value, the reason, the way out and the place in the file."""

from pathlib import Path

import pytest

from tests.accounts_files import ACCOUNTS, SPACE, refusal

LONG = "/" + "a" * 230 + "/"
PRIMARY = "111111111111"
OTHER_ROLE = "arn:aws:iam::999999999999:role/Agent"
OTHER_POLICY = "arn:aws:iam::999999999999:policy/Boundary"
CUSTOM = "custom_statement: {sid: Own, resources: ['*'], actions: ['s3:GetObject']"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def space(arn: str) -> str:
    """Return a file with this Agent Space."""
    return f"agent_space_arn: {arn}\n{ACCOUNTS}"


def own(role: str, account: str = "222222222222") -> str:
    """Return a file with an account that has this role of its own, in line 4."""
    return f'{SPACE}accounts:\n- id: "{account}"\n  role: {{{role}}}\n'


def shared(role: str) -> str:
    """Return a file with this role for every account, in line 3."""
    return f"{SPACE}{ACCOUNTS}role: {{{role}}}\n"


ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace"


@pytest.mark.parametrize(
    ("text", "begins", "why", "fix"),
    [
        (SPACE + 'accounts: ["22222222222"]', "2:12: accounts[0]='22222222222'", "has 12 digits", "account menu"),
        (SPACE + 'accounts: [{id: ""}]', "2:13: accounts[0].id=''", "has 12 digits", "account menu"),
        (
            SPACE
            + 'accounts: ["\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12\\uff12"]',
            "2:12: accounts[0]=",
            "has 12 digits",
            "account menu",
        ),
        (
            SPACE + 'accounts:\n- "222222222222"\n- "333333333333"\n- id: "222222222222"',
            "5:3: accounts[2].id='222222222222'",
            "accounts[0] is this account already, and an Agent Space connects an account once",
            "remove one of the two",
        ),
        (
            SPACE + 'accounts:\n- id: "222222222222"\n- "222222222222"',
            "4:3: accounts[1]='222222222222'",
            "accounts[0] is this account already, and an Agent Space connects an account once",
            "remove one of the two",
        ),
        (
            SPACE + f'accounts:\n- "222222222222"\n- "{PRIMARY}"',
            "4:3: accounts[1]='111111111111'",
            "this is the primary account, where the Agent Space lives",
            "remove it from the secondary accounts",
        ),
        (SPACE + "accounts: []", "2:1: accounts=[]", "there is no account to connect", "add at least one"),
        (
            space("arn:aws:iam::111111111111:role/Agent"),
            "1:1: agent_space_arn=",
            "not the ARN of an Agent Spac",
            "copy",
        ),
        (
            space(f"{ARN}/*"),
            f"1:1: agent_space_arn='{ARN}/*'",
            "a wildcard would admit other",
            "copy it from the Agent",
        ),
        (space(f"|\n  {ARN}/abc"), f"1:1: agent_space_arn='{ARN}/abc\\n'", "no white space or line break", "copy it"),
        (space(f"{ARN}/abc").replace("us-", "us_"), "1:1: agent_space_arn='arn", "'us_east-1' is not the name", "copy"),
        (shared("name: Dev Ops"), "3:8: role.name='Dev Ops'", "a role name is 1-64 of", "rename it"),
        (own("name: Dev Ops"), "4:10: accounts[0].role.name='Dev Ops'", "a role name is 1-64 of", "rename it"),
        (own("name: /ops/Agent"), "4:10: accounts[0].role.name='/ops/Agent'", "a role name is 1-64 of", "rename it"),
        (shared("path: ops"), "3:8: role.path='ops'", "a path begins and ends with '/'", "write it like '/'"),
        (shared("description: 世"), "3:8: role.description='世'", "IAM refuses the character '世'", "Latin letters"),
        (own(f"description: {'a' * 1001}"), "4:10: accounts[0].role.description='aaa", "1001 characters", "shorten it"),
        (shared(f"path: {LONG}"), f"3:8: role.path='{LONG}DevOps", "the role's ARN would have 294 characters", "keep"),
        (
            own(f"path: {LONG}, name: Own"),
            f"4:10: accounts[0].role.path='{LONG}Own'",
            "the role's ARN would have 265 characters",
            "keep path and name within 225 characters",
        ),
        (
            own(f"name: {'n' * 64}") + f"role: {{path: {LONG}}}",
            f"5:8: role.path='{LONG}nnn",
            "the role's ARN would have 326 characters",
            "keep path and name within 225 characters",
        ),
        (
            own(f"path: {LONG}") + f"role: {{name: {'n' * 64}}}",
            f"4:10: accounts[0].role.path='{LONG}nnn",
            "the role's ARN would have 326 characters",
            "keep path and name within 225 characters",
        ),
        (
            shared("managed_policies: [A, B C]"),
            "3:30: role.managed_policies[1]='B C'",
            "neither the name",
            "write it like",
        ),
        (own("permissions_boundary: A B"), "4:10: accounts[0].role.permissions_boundary='A B'", "neither", "write it"),
        (
            shared(f"permissions_boundary: '{OTHER_POLICY}'"),
            f"3:8: role.permissions_boundary='{OTHER_POLICY}'",
            "IAM takes policies of the role's own account, 222222222222, and of AWS",
            "use the policy's name",
        ),
        (
            shared("max_session_seconds: 3599"),
            "3:8: role.max_session_seconds=3599",
            "3600 to 43200 seconds",
            "choose a",
        ),
        (
            own("max_session_seconds: 43201"),
            "4:10: accounts[0].role.max_session_seconds=43201",
            "3600 to 43200",
            "choose",
        ),
        (
            SPACE + 'accounts: [{id: "222222222222", region: us_east}]',
            "2:33: accounts[0].region='us_east'",
            "not",
            "like",
        ),
        (
            SPACE + ACCOUNTS + "agent_role_arn: Agent",
            "3:1: agent_role_arn='Agent'",
            "not the ARN of an IAM role",
            "like",
        ),
        (
            SPACE + ACCOUNTS + f"generation: preview\nagent_role_arn: {OTHER_ROLE}",
            f"4:1: agent_role_arn='{OTHER_ROLE}'",
            "the agent role lives beside its Agent Space, in account 111111111111",
            "copy the ARN of the agent role",
        ),
        (
            SPACE + ACCOUNTS + "generation: preview",
            "3:1: agent_role_arn=None",
            "the generation 'preview' trusts the agent role of account 111111111111, which is not given",
            "add it, e.g. 'arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace'",
        ),
        (
            SPACE + ACCOUNTS + "generation: transition",
            "3:1: agent_role_arn=None",
            "the generation 'transition'",
            "add it",
        ),
        (
            shared("access_limits: {restrict_to_regions: [Ireland]}"),
            "3:46: role.access_limits.restrict_to_regions[0]='Ireland'",
            "not the name of an AWS Region",
            "us-east-1",
        ),
        (
            own("access_limits: {allowed_services: [ec2, 'logs:*']}"),
            "4:50: accounts[0].role.access_limits.allowed_services[1]='logs:*'",
            "not the prefix of a service's actions",
            "'ec2' or 'logs'",
        ),
        (shared("access_limits: {}"), "3:8: role.access_limits: ", "it limits nothing", "set one of its fields"),
        (
            shared("access_limits: {deny_data_reads: true}, capabilities: [{s3_objects: {buckets: [orders]}}]"),
            "3:8: role.access_limits='s3:GetObject'",
            "S3Objects allows this action, but DenyDataReads takes it away",
            "relax the limit",
        ),
    ],
)
def test_says_what_why_how_and_where(text: str, begins: str, why: str, fix: str) -> None:
    """A value that IAM or DevOps Agent would refuse is refused here, under the name and at the place in the file."""
    error = refusal(text)
    assert str(error).startswith(f"devops-agent.yaml:{begins}")
    assert why in error.why
    assert fix in error.fix


CHINA = "capabilities: [{s3_objects: {buckets: ['arn:aws-cn:s3:::orders']}}], path: /a/"
IN_EUROPE = '{id: "222222222222", region: eu-west-1, role: {path: /b/}}'


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        (f"{SPACE}accounts: [{IN_EUROPE}]\nrole: {{{CHINA}}}\n", "3:8: role.capabilities="),
        (f"{SPACE}accounts: [{IN_EUROPE.replace('path: /b/', CHINA)}]\n", "2:59: accounts[0].role.capabilities="),
    ],
)
def test_says_whose_capabilities(text: str, begins: str) -> None:
    """All of them together are to blame: those of the account, or else the shared ones."""
    assert str(refusal(text)).startswith(f"devops-agent.yaml:{begins}")


CAPABILITIES = "role.capabilities"
OWN_CAPABILITIES = "accounts[0].role.capabilities"


@pytest.mark.parametrize(
    ("text", "begins", "why"),
    [
        (
            shared("capabilities: [s3_objects: {buckets: [a*b]}]"),
            f"3:46: {CAPABILITIES}[0].s3_objects.buckets[0]",
            "must be a bucket's name",
        ),
        (
            own("capabilities: [s3_objects: {buckets: []}]"),
            f"4:38: {OWN_CAPABILITIES}[0].s3_objects.buckets=[]",
            "at least",
        ),
        (
            shared("capabilities: [kms_decrypt: {keys: [alias/a]}]"),
            f"3:44: {CAPABILITIES}[0].kms_decrypt.keys[0]",
            "not an alias",
        ),
        (
            shared(f"capabilities: [{CUSTOM}}}]").replace("Own", "O-n"),
            f"3:42: {CAPABILITIES}[0].custom_statement.sid='O-n'",
            "a Sid has letters and digits only",
        ),
        (
            shared(f"capabilities: [{CUSTOM}}}]").replace("s3:GetObject", "GetObject"),
            f"3:80: {CAPABILITIES}[0].custom_statement.actions[0]='GetObject'",
            "an action is a service prefix, a colon and a name",
        ),
        (
            shared(f"capabilities: [{CUSTOM}}}, {CUSTOM.replace('Get', 'Put')}}}]"),
            f"3:117: {CAPABILITIES}[1].custom_statement.sid='Own'",
            "another statement of the policy has this Sid, with other actions or conditions",
        ),
        (
            own(f"capabilities: [{CUSTOM.replace('Get', 'Put')}}}]") + f"role: {{capabilities: [{CUSTOM}}}]}}",
            f"4:44: {OWN_CAPABILITIES}[0].custom_statement.sid='Own'",
            "another statement of the policy has this Sid, with other actions or conditions",
        ),
        (
            own("capabilities: [support_communications: {}]")
            + f"role: {{capabilities: [{CUSTOM}}}, {CUSTOM.replace('Get', 'Put')}}}]}}",
            f"5:117: {CAPABILITIES}[1].custom_statement.sid='Own'",
            "another statement of the policy has this Sid, with other actions or conditions",
        ),
        (
            shared(
                f"capabilities: [{CUSTOM.replace('Own', 'S3Objects')}}}, s3_objects: {{buckets: [orders]}}]"
            ).replace("GetObject", "PutObject"),
            f"3:42: {CAPABILITIES}[0].custom_statement.sid='S3Objects'",
            "another statement of the policy has this Sid, with other actions or conditions",
        ),
    ],
)
def test_says_which_capability(text: str, begins: str, why: str) -> None:
    """An error in a capability points to the very value, be it shared or the account's own."""
    error = refusal(text)
    assert str(error).startswith(f"devops-agent.yaml:{begins}")
    assert why in error.why
