"""`doctor`, over HTTP: what it finds, the fix that really repairs, and what it says where it cannot look."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.aws_cli import paste
from tests.cli.conftest import ROLE_NAME, ConnectedAccounts
from tests.cli.programs import run_in_terminal, run_piped
from tests.emulator.live_role import LiveRole
from tests.emulator.organization import Organization
from tests.emulator.trusting_roles import SPACE_ARN

pytestmark = pytest.mark.end_to_end

ACCOUNT = ("--account", "222222222222")
GA_POLICY = "arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def doctor(
    connected: ConnectedAccounts, *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it with credentials of account 222222222222."""
    environment = connected.emulator.environment("222222222222", "eu-west-1")
    return run_piped("doctor", *arguments, environment=environment, folder=folder)


def found(connected: ConnectedAccounts, *arguments: str, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return id -> difference."""
    result = doctor(connected, SPACE_ARN, *ACCOUNT, *arguments, "--output", "json", folder=folder)
    [account] = json.loads(result.stdout)["accounts"]
    return {difference["id"]: difference for difference in account["differences"]}


def repair(connected: ConnectedAccounts, folder: Path) -> None:
    """Paste every command that it prints, each once."""
    differences = found(connected, folder=folder).values()
    printed = [command for difference in differences for command in difference["commands"]]
    for command in dict.fromkeys(printed):
        result = paste(command, connected.emulator.environment("222222222222", "us-east-1"), shell="bash")
        assert result.returncode == 0, result.stderr


def test_every_fix_repairs(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """From an invalid association to a valid one and exit code 0, by the printed commands alone.

    The accounts file of the working folder says what is asked for, also where the ARN is given. A boundary that it does
    not ask for stays: it may be meant.
    """
    text = f'agent_space_arn: {SPACE_ARN}\naccounts: ["222222222222"]\n'
    (tmp_path / "devops-agent.yaml").write_text(text, encoding="utf-8")
    connected.break_account("222222222222")
    iam = connected.emulator.client("iam", "222222222222")
    for name in ("AdministratorAccess", "AIOpsAssistantPolicy"):
        iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="Old", PolicyDocument=json.dumps(ALL))
    iam.put_role_permissions_boundary(
        RoleName=ROLE_NAME, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"
    )
    assert connected.primary.validate()["222222222222"].status == "invalid"
    assert set(found(connected, folder=tmp_path)) == {
        "wrongSourceAccount",
        "missingManagedPolicy",
        "previewManagedPolicy",
        "extraManagedPolicy",
        "blockedByGuardrail",
        "boundaryExtra",
        "assumeRoleTooWide",
        "serviceLinkedRoleOnStar",
    }

    repair(connected, tmp_path)

    assert connected.primary.validate()["222222222222"].status == "valid"
    result = doctor(connected, SPACE_ARN, *ACCOUNT, folder=tmp_path)
    last = result.stdout.splitlines()[-1].strip()
    assert (result.returncode, last) == (0, "nothing needs doing, 1 worth knowing, but the association was not read")
    assert ", by devops-agent.yaml" in result.stdout
    assert set(found(connected, folder=tmp_path)) == {"boundaryExtra"}


def test_without_an_accounts_file(connected: ConnectedAccounts) -> None:
    """What is beyond the library's defaults may be meant: it is a warning, and no command takes it away."""
    iam = connected.emulator.client("iam", "222222222222")
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    beyond = found(connected)["extraManagedPolicy"]
    assert (beyond["severity"], beyond["commands"]) == ("warning", [])


def test_fix_in_the_wrong_account(connected: ConnectedAccounts) -> None:
    """With the profile of another account, which has a role of that name, nothing changes and the command fails."""
    connected.break_account("222222222222")
    iam = connected.emulator.client("iam", "333333333333")
    before = LiveRole.read(iam, ROLE_NAME)
    printed = [command for difference in found(connected).values() for command in difference["commands"]]
    assert len(printed) > 1
    for command in printed:
        assert paste(command, connected.emulator.environment("333333333333", "us-east-1")).returncode != 0
    assert LiveRole.read(iam, ROLE_NAME) == before


def test_in_a_pipe(connected: ConnectedAccounts) -> None:
    """Every text is one line, and exit code 1 says that something needs doing."""
    connected.break_account("222222222222")
    result = doctor(connected, SPACE_ARN, *ACCOUNT)
    assert (result.returncode, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["account", "222222222222"]
    assert "1           error: aws:SourceAccount is '999999999999'; the Agent Space is of account 111111111111" in lines
    assert f"assumed by  service aidevops.amazonaws.com for account 999999999999 and for {SPACE_ARN}" in lines
    assert "\x1b" not in result.stdout


def test_on_a_terminal(connected: ConnectedAccounts) -> None:
    """Everything but the commands, which are to be copied, is wrapped to 80 columns, and nothing is lost by it."""
    connected.break_account("222222222222")
    environment = connected.emulator.environment("222222222222", "us-east-1")
    terminal = run_in_terminal("doctor", SPACE_ARN, *ACCOUNT, environment=environment, columns=80)
    assert terminal.exit_code == 1
    lines = terminal.text.splitlines()
    assert [line for line in lines if len(line) > 80 and " && aws iam " not in line] == []
    words = "".join(line.strip() for line in lines)
    assert SPACE_ARN in words
    piped = doctor(connected, SPACE_ARN, *ACCOUNT).stdout
    assert "".join(terminal.text.split()) == "".join(piped.split())


def test_json(connected: ConnectedAccounts) -> None:
    """The documented shape."""
    connected.break_account("222222222222")
    result = doctor(connected, SPACE_ARN, *ACCOUNT, "--output", "json")
    whole = json.loads(result.stdout)
    assert whole["totals"] == {"ok": 0, "needs doing": 1, "not read": 0}
    [document] = whole["accounts"]
    assert set(document["differences"][0]) == {"id", "severity", "what", "symptom", "fix", "commands"}
    assert {difference["severity"] for difference in document["differences"]} <= {"error", "warning"}
    del document["differences"]
    role_arn = f"arn:aws:iam::222222222222:role/{ROLE_NAME}"
    [not_seen] = document.pop("notSeen")
    assert not_seen.startswith(f"the association, which must name {role_arn}: ")
    assert document.pop("why")[0].startswith("nothing allows sts:AssumeRole for service aidevops.amazonaws.com; ")
    assert document == {
        "accountId": "222222222222",
        "result": "needs doing",
        "roleArn": role_arn,
        "expectedRoleArn": role_arn,
        "associationRoleArn": None,
        "agentSpaceArn": SPACE_ARN,
        "generation": "ga",
        "accountsFile": None,
        "lastUsed": None,
        "isAdmitted": False,
        "whoCanAssume": [f"service aidevops.amazonaws.com for account 999999999999 and for {SPACE_ARN}"],
    }


def test_credentials_of_another_account(connected: ConnectedAccounts) -> None:
    """One clear error, before anything is read."""
    result = doctor(connected, SPACE_ARN, "--account", "333333333333")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        "error: account 333333333333: these credentials are of account 222222222222; take the --profile of "
        "333333333333, or give --assume-role-name with a role of that account that these credentials may assume\n"
    )


def test_role_of_another_name(connected: ConnectedAccounts) -> None:
    """There is none of the name, but one that trusts the service."""
    [difference] = found(connected, "--role-name", "Agent").values()
    assert difference["id"] == "roleMissing"
    assert f"arn:aws:iam::222222222222:role/{ROLE_NAME} trusts AWS DevOps Agent" in difference["what"]
    assert difference["commands"] == []


def test_other_path(connected: ConnectedAccounts) -> None:
    """IAM finds the role by its name alone."""
    assert "otherArn" in found(connected, "--path", "/agents/")


def test_accounts_file(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """By default the one in the working folder: its Agent Space, its role, its capabilities."""
    text = (
        f"agent_space_arn: {SPACE_ARN}\n"
        "role: {capabilities: [{s3_objects: {buckets: [orders]}}]}\n"
        'accounts: ["222222222222"]\n'
    )
    (tmp_path / "devops-agent.yaml").write_text(text, encoding="utf-8")
    result = doctor(connected, *ACCOUNT, "--output", "json", folder=tmp_path)
    whats = {
        difference["id"]: difference["what"] for difference in json.loads(result.stdout)["accounts"][0]["differences"]
    }
    assert "s3:GetObject on arn:aws:s3:::orders/*" in whats["inlinePolicyMissing"]


ORGANIZATION_FILE = f"""\
agent_space_arn: {SPACE_ARN}
role: {{name: Agent}}
organization:
  account_id: "999999999999"
  call_as: self
  organizational_units: [ou-a1b2-11112222]
"""


def test_accounts_file_of_an_organization(connected: ConnectedAccounts, tmp_path: Path) -> None:
    """Any account may be one of its; the role is the same in all."""
    (tmp_path / "accounts.yaml").write_text(ORGANIZATION_FILE, encoding="utf-8")
    result = doctor(connected, *ACCOUNT, "--config", "accounts.yaml", "--output", "json", folder=tmp_path)
    assert json.loads(result.stdout)["accounts"][0]["expectedRoleArn"] == "arn:aws:iam::222222222222:role/Agent"


@pytest.mark.parametrize(
    ("arguments", "text", "beginning"),
    [
        (("8f6187a7", *ACCOUNT), "", "AGENT_SPACE_ARN 8f6187a7: an id does not tell the account and the Region"),
        ((SPACE_ARN, "--account", "22"), "", "--account='22': an AWS account id has 12 digits; "),
        (ACCOUNT, None, "file='devops-agent.yaml': cannot be read: No such file or directory; name another"),
        (ACCOUNT, "accounts: [", "devops-agent.yaml:2:1: file='devops-agent.yaml': not YAML: "),
        ((*ACCOUNT, "--role-name", "A"), ORGANIZATION_FILE, "--role-name A: devops-agent.yaml says it already; "),
        (
            (SPACE_ARN.replace("8f", "9f"), *ACCOUNT, "--config", "devops-agent.yaml"),
            ORGANIZATION_FILE,
            f"AGENT_SPACE_ARN {SPACE_ARN.replace('8f', '9f')}: devops-agent.yaml names another, {SPACE_ARN}; ",
        ),
        ((SPACE_ARN, *ACCOUNT, "--generation", "preview"), "", "--agent-role-arn: the generation 'preview' trusts"),
        ((SPACE_ARN, "--all", "--generation", "preview"), "", "--agent-role-arn: the generation 'preview' trusts"),
        ((SPACE_ARN,), "", "doctor: one of --account, --all and --failed-from says which accounts; "),
        ((SPACE_ARN, *ACCOUNT, "--all"), "", "doctor: one of --account, --all and --failed-from says which"),
    ],
    ids=[
        "id",
        "account",
        "no file",
        "bad file",
        "option",
        "other space",
        "no agent role",
        "no agent role for all",
        "no account",
        "two ways",
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], text: str | None, beginning: str) -> None:
    """One line and exit code 252, and no call is made: there are no credentials."""
    if text:
        (tmp_path / "devops-agent.yaml").write_text(text, encoding="utf-8")
    result = run_piped("doctor", *arguments, environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path)
    assert (result.returncode, result.stdout) == (252, "")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"error: {beginning}")


def test_account_that_the_file_lacks(tmp_path: Path) -> None:
    """It is not compared with somebody else's role."""
    (tmp_path / "a.yaml").write_text(f'agent_space_arn: {SPACE_ARN}\naccounts: ["333333333333"]\n', encoding="utf-8")
    result = run_piped("doctor", *ACCOUNT, "--config", "a.yaml", environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path)
    assert result.stderr == (
        "error: a.yaml: it does not have account 222222222222; add the account, or name another file with --config\n"
    )
    assert result.returncode == 252


def test_neither_cdk_nor_node_for_the_accounts_file(tmp_path: Path) -> None:
    """Reading it takes milliseconds, and no Node."""
    (tmp_path / "a.yaml").write_text(f'agent_space_arn: {SPACE_ARN}\naccounts: ["222222222222"]\n', encoding="utf-8")
    code = (
        "import sys; from devops_agent_constructs.cli.app import run;"
        "print(run(['doctor', '--account', '333333333333', '--config', 'a.yaml']),"
        "sorted({'aws_cdk', 'jsii', 'constructs'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == "252 []\n"


def test_control_policies(connected: ConnectedAccounts) -> None:
    """A delegated administrator sees those of every level above it; another member is told what it cannot see."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    unit = organization.add_unit("Workloads", unit_id="ou-a1b2-11112222")
    organization.add_account(unit, account_id="222222222222")
    iam = connected.emulator.client("iam", "222222222222")
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=GA_POLICY)

    result = doctor(connected, SPACE_ARN, *ACCOUNT)
    lines = result.stdout.splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("not seen    the association"))
    unseen = "service and resource control policies, which could block something: only the management account"
    assert lines[number + 1].strip().startswith(unseen)

    deny = {"Effect": "Deny", "Action": "athena:*", "Resource": "*"}
    organization.attach_service_control_policy(unit, "NoAthena", json.dumps({**ALL, "Statement": [deny]}))
    organization.register_delegated_administrator("222222222222")
    difference = found(connected)["serviceControlPolicy"]
    assert difference["what"].startswith(
        "the service control policies of the organizational unit ou-a1b2-11112222 (FullAWSAccess, NoAthena): together "
        "they block "
    )
    assert "athena:GetDataCatalog" in difference["what"]
