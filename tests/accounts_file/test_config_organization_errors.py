"""What an accounts file may not say of an organization: the error, and where it stands."""

from pathlib import Path

import pytest

from tests.accounts_files import ACCOUNTS, SPACE, refusal
from tests.conftest import AGENT_ROLE_ARN

NEEDED = 'account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]'
OWN = "{custom_statement: {sid: Own, resources: ['*'], actions: ['s3:GetObject']}}"
OWN_AGAIN = OWN.replace("Get", "Put")


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def with_(settings: str, needed: str = NEEDED) -> str:
    """Return a file with an organization alone, in line 2; its settings begin at column 16, or 101 after the needed."""
    return f"{SPACE}organization: {{{', '.join(part for part in (needed, settings) if part)}}}\n"


KNOWN = (
    "account_id, region, call_as, organizational_units, exclude, only, additional, root, auto_deployment, "
    "retain_on_account_removal, include_management_account, failure_tolerance_percentage, max_concurrent_percentage, "
    "associate"
)
DIGITS = "an AWS account id has 12 digits; copy it from the console's account menu, leading zeros included"
MISSING = "it is required and missing; add it"
CHOICE = "not what an account can be to the organization"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            SPACE,
            f"1:1: accounts=None: {MISSING}, or roll out to a whole organization: organization: {{...}}",
        ),
        (SPACE + "accounts: []\n", "2:1: accounts=[]: there is no account to connect; add at least one"),
        (SPACE + "organization: {}\n", f"2:1: organization.account_id=None: {MISSING}"),
        (
            SPACE + "organization:\n",
            "2:1: organization='': must be a mapping, but it is empty; give it a value, or remove it",
        ),
        (
            with_("", NEEDED.replace("call_as: self, ", "")),
            f"2:1: organization.call_as=None: {MISSING}: delegated_admin or self",
        ),
        (
            with_("", NEEDED.replace(", organizational_units: [ou-a1b2-11112222]", "")),
            f"2:1: organization.organizational_units=None: {MISSING}",
        ),
        (
            with_("", NEEDED.replace('"', "")),
            (
                "2:16: organization.account_id='999999999999': must be a string, but unquoted it is a number; "
                'quote it: "999999999999"'
            ),
        ),
        (
            with_("", NEEDED.replace("self", "SELF")),
            f"2:44: organization.call_as='SELF': {CHOICE}; did you mean 'self'? Known: delegated_admin, self",
        ),
        (
            with_("", NEEDED.replace("self", "management")),
            f"2:44: organization.call_as='management': {CHOICE}; use one of: delegated_admin, self",
        ),
        (
            with_("", NEEDED.replace("self", "[self]")),
            f"2:44: organization.call_as=['self']: {CHOICE}; did you mean 'self'? Known: delegated_admin, self",
        ),
        (
            with_("", NEEDED.replace("[ou-a1b2-11112222]", "ou-a1b2-11112222")),
            (
                "2:59: organization.organizational_units='ou-a1b2-11112222': must be a list, but it is a string; "
                "write it in brackets: ['ou-a1b2-11112222']"
            ),
        ),
        (
            with_("organizational_unit: [a]"),
            (
                "2:101: organization.organizational_unit: no such key; did you mean "
                f"'organizational_units'? Known: {KNOWN}"
            ),
        ),
        (with_("zzz: 1"), f"2:101: organization.zzz: no such key; use one of: {KNOWN}"),
        (
            with_("exclude: [012345670123]"),
            (
                "2:111: organization.exclude[0]='012345670123': must be a string, but unquoted it is a number; quote "
                'it: "012345670123"; an id that begins with 0 becomes another number without quotes'
            ),
        ),
        (
            with_('only: "222222222222"'),
            (
                "2:101: organization.only='222222222222': must be a list, but it is a string; write it in brackets: "
                "['222222222222']"
            ),
        ),
        (
            with_("auto_deployment: 1"),
            "2:101: organization.auto_deployment='1': must be true or false, but it is a number; write true or false",
        ),
        (
            with_("max_concurrent_percentage: '50'"),
            (
                "2:101: organization.max_concurrent_percentage='50': must be a whole number, but it is a string; write "
                "the number without quotes"
            ),
        ),
    ],
)
def test_bad_format(text: str, message: str) -> None:
    """One line: place, key, value, why, fix."""
    assert str(refusal(text)) == f"devops-agent.yaml:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (with_("", NEEDED.replace("999999999999", "9999")), f"2:16: organization.account_id='9999': {DIGITS}"),
        (
            with_("region: us_east_1"),
            "2:101: organization.region='us_east_1': not the name of an AWS Region; write it like 'us-east-1'",
        ),
        (
            with_("", NEEDED.replace("[ou-a1b2-11112222]", "[]")),
            (
                "2:59: organization.organizational_units=[]: 0 organizational units; AWS takes 1 to 50 in one "
                "operation; name at least one, or the root"
            ),
        ),
        (
            with_("", NEEDED.replace("ou-a1b2-11112222", "Workloads")),
            (
                "2:82: organization.organizational_units[0]='Workloads': neither the id of an organizational unit nor "
                "of a root; write it like 'ou-a1b2-11112222', or 'r-a1b2' for the root"
            ),
        ),
        (
            with_("", NEEDED.replace("ou-a1b2-11112222", "ou-a1b2-11112222, ou-a1b2-11112222")),
            (
                "2:100: organization.organizational_units[1]='ou-a1b2-11112222': [0] of the list is the same; "
                "remove one of the two"
            ),
        ),
        (
            with_("", NEEDED.replace("ou-a1b2-11112222", "ou-a1b2-11112222, r-a1b2")),
            (
                "2:59: organization.organizational_units=['ou-a1b2-11112222', 'r-a1b2']: the root r-a1b2 has all "
                "other units below it; name the root alone, or units alone"
            ),
        ),
        (with_('exclude: ["2222"]'), f"2:111: organization.exclude[0]='2222': {DIGITS}"),
        (
            with_('exclude: ["222222222222", "222222222222"]'),
            "2:127: organization.exclude[1]='222222222222': [0] of the list is the same; remove one of the two",
        ),
        (
            with_('exclude: ["222222222222"], only: ["333333333333"]'),
            (
                "2:101: organization.exclude=['222222222222']: the accounts to deploy to are named already, so that "
                "none is left to exclude; name accounts or exclude some, not both"
            ),
        ),
        (
            with_('exclude: ["222222222222"], additional: ["222222222222"], root: r-a1b2'),
            (
                "2:141: organization.additional[0]='222222222222': it is excluded, or named to be deployed to, as "
                "well; remove it from one of the two"
            ),
        ),
        (
            with_('additional: ["222222222222"]'),
            (
                "2:1: organization.root=None: AWS looks for additional accounts in the root, whose id is not given; "
                "add it, e.g. 'r-a1b2', from `aws organizations list-roots`"
            ),
        ),
        (
            with_('additional: ["222222222222"], root: a1b2'),
            "2:131: organization.root='a1b2': not the id of a root; write it like 'r-a1b2'",
        ),
        (
            with_("auto_deployment: false, retain_on_account_removal: true"),
            (
                "2:125: organization.retain_on_account_removal=True: AWS takes it together with auto-deployment only, "
                "which is off; leave it out"
            ),
        ),
        (
            with_('only: ["222222222222"], auto_deployment: true'),
            (
                "2:125: organization.auto_deployment=True: the accounts to deploy to are named, and AWS deploys "
                "automatically to others that join the units, too; leave it out"
            ),
        ),
        (
            with_("failure_tolerance_percentage: 101"),
            "2:101: organization.failure_tolerance_percentage=101: must be 0 to 100; correct the number",
        ),
        (
            with_("max_concurrent_percentage: 0"),
            "2:101: organization.max_concurrent_percentage=0: must be 1 to 100; correct the number",
        ),
        (
            with_('only: ["999999999999"]'),
            (
                "2:108: organization.only[0]='999999999999': this is the management account, which StackSets never "
                "deploys to; remove it, and set include_management_account"
            ),
        ),
        (
            with_("include_management_account: true", NEEDED.replace("self", "delegated_admin")),
            (
                "2:112: organization.include_management_account=True: the stack is a delegated administrator's, so "
                "that no role in it is the management account's; leave it out, and deploy a SecondaryAccountStack "
                "there (in an accounts file: name it in accounts)"
            ),
        ),
        (with_('associate: ["2222"]'), f"2:113: organization.associate[0]='2222': {DIGITS}"),
        (
            with_('associate: ["222222222222", "222222222222"]'),
            "2:129: organization.associate[1]='222222222222': [0] of the list is the same; remove one of the two",
        ),
        (
            with_('associate: ["999999999999"]'),
            (
                "2:113: organization.associate[0]='999999999999': it gets no role: StackSets never deploys to the "
                "management account; remove it here, or set include_management_account"
            ),
        ),
        (
            with_('exclude: ["222222222222"], associate: ["222222222222"]'),
            (
                "2:140: organization.associate[0]='222222222222': it gets no role: it is excluded; remove it "
                "here, or exclude it no longer"
            ),
        ),
        (
            with_('only: ["333333333333"], associate: ["222222222222"]'),
            (
                "2:137: organization.associate[0]='222222222222': it gets no role: the accounts to deploy to are "
                "named, and it is not among them; remove it here, or add it to them"
            ),
        ),
    ],
)
def test_bad_values(text: str, message: str) -> None:
    """What AWS would refuse, in the words of the file."""
    assert str(refusal(text)) == f"devops-agent.yaml:{message}"


IS_PRIMARY = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
NAMED = f"generation: preview\nagent_role_arn: {AGENT_ROLE_ARN}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            with_('only: ["222222222222", "111111111111"]'),
            f"2:124: organization.only[1]='111111111111': {IS_PRIMARY}; remove it",
        ),
        (
            with_('additional: ["111111111111"], root: r-a1b2'),
            f"2:114: organization.additional[0]='111111111111': {IS_PRIMARY}; remove it",
        ),
        (
            with_('associate: ["111111111111"]'),
            f"2:113: organization.associate[0]='111111111111': {IS_PRIMARY}; remove it",
        ),
        (
            with_("include_management_account: true", NEEDED.replace("999999999999", "111111111111")),
            f"2:101: organization.include_management_account=True: {IS_PRIMARY}; leave it out",
        ),
        (
            with_("") + 'accounts: ["111111111111"]\n',
            f"3:12: accounts[0]='111111111111': {IS_PRIMARY}; remove it from the secondary accounts",
        ),
        (
            with_('only: ["222222222222"]') + ACCOUNTS,
            (
                "3:12: accounts[0]='222222222222': the StackSet of the organization gives this account the role, too; "
                "remove it from one of the two"
            ),
        ),
        (
            with_('additional: ["222222222222"], root: r-a1b2') + 'accounts: [{id: "222222222222"}]\n',
            (
                "3:13: accounts[0].id='222222222222': the StackSet of the organization gives this account the role, "
                "too; remove it from one of the two"
            ),
        ),
        (
            with_("include_management_account: true") + 'accounts: ["999999999999"]\n',
            (
                "3:12: accounts[0]='999999999999': include_management_account gives this account the role, too; "
                "remove it from one of the two"
            ),
        ),
        (
            with_('associate: ["222222222222"]') + "primary: {}\n" + ACCOUNTS,
            (
                "2:113: organization.associate[0]='222222222222': accounts[0] is this account already, and an Agent "
                "Space connects an account once; remove one of the two"
            ),
        ),
        (
            with_('associate: ["222222222222"]'),
            (
                "2:101: organization.associate=['222222222222']: nothing associates them; add primary, of which an "
                "empty one is enough, or remove them"
            ),
        ),
        (
            with_("") + "primary: {}\n",
            (
                "2:1: organization.associate=[]: the primary account's stack would be empty, as no account is named "
                "that it could associate; name those that are known, or leave primary out"
            ),
        ),
        (
            with_('associate: ["222222222222"]') + NAMED + "primary: {}\n",
            (
                "5:1: primary.organization_id=None: in the generation 'preview' the agent role assumes roles in "
                "accounts that nobody has listed; add the organization's id, like 'o-a1b2c3d4e5', from `aws "
                "organizations describe-organization`"
            ),
        ),
        (
            with_("")
            + NAMED
            + "primary: {organization_id: o-a1b2c3d4e5}\n"
            + 'accounts: [{id: "222222222222", role: {name: Own}}]\n',
            (
                "2:1: organization.associate=[]: the agent role is granted the roles of associated accounts by name, "
                "and none has the organization's; name at least one that is known"
            ),
        ),
        (
            with_("") + "generation: preview\n",
            (
                "3:1: agent_role_arn=None: the generation 'preview' trusts the agent role of account 111111111111, "
                "which is not given; add it, e.g. 'arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace'"
            ),
        ),
    ],
)
def test_what_does_not_go_together(text: str, message: str) -> None:
    """An account gets one role and one association, and whatever is asked for can work."""
    assert str(refusal(text)) == f"devops-agent.yaml:{message}"


ONE_ACCOUNT = "this policy belongs to one account, and the role is for many"


@pytest.mark.parametrize(
    ("role", "begins", "why"),
    [
        ("name: Dev Ops", "3:8: role.name='Dev Ops'", "a role name is 1-64 of"),
        ("path: operations", "3:8: role.path='operations'", "a path begins and ends with '/'"),
        ("description: 世", "3:8: role.description='世'", "IAM refuses the character '世'"),
        ("max_session_seconds: 60", "3:8: role.max_session_seconds=60", "IAM admits 3600 to 43200 seconds"),
        (
            "managed_policies: [A, 'arn:aws:iam::222222222222:policy/B']",
            "3:30: role.managed_policies[1]='arn:aws:iam::222222222222:policy/B'",
            ONE_ACCOUNT,
        ),
        (
            "permissions_boundary: 'arn:aws:iam::222222222222:policy/B'",
            "3:8: role.permissions_boundary='arn:aws:iam::222222222222:policy/B'",
            ONE_ACCOUNT,
        ),
        (
            f"capabilities: [{OWN}, {OWN_AGAIN}]",
            "3:120: role.capabilities[1].custom_statement.sid='Own'",
            "another statement of the policy has this Sid",
        ),
        (
            "capabilities: [{s3_objects: {buckets: [a*b]}}]",
            "3:47: role.capabilities[0].s3_objects.buckets[0]='a*b'",
            "must be a bucket's name",
        ),
    ],
)
def test_bad_role(role: str, begins: str, why: str) -> None:
    """The shared role is the organization's: its mistakes are found without any account."""
    error = refusal(with_("") + f"role: {{{role}}}\n")
    assert str(error).startswith(f"devops-agent.yaml:{begins}: ")
    assert why in error.why
