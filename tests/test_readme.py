"""Every code block of the README is run, and what pages below docs/ say in tables is compared with the code."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path

import botocore.session
import botocore.validate
import pytest
import yaml
from moto.iam.aws_managed_policies import aws_managed_policies_data
from typer.core import TyperGroup
from typer.main import get_command

from devops_agent_constructs import OnboardingInputError, config
from devops_agent_constructs.accounts_file.function_format import HealthEntry, SyncEntry, ValidationEntry
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES
from devops_agent_constructs.cli.app import NAME as PROGRAM
from devops_agent_constructs.cli.app import app
from tests.conftest import SPACE_ARN, lint_findings, templates_of_script
from tests.emulator.cdk import settings
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.profiles import write_profiles
from tests.emulator.server import Emulator
from tests.markdown import ROOT, blocks, commands

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
BLOCKS = blocks(ROOT / "README.md")
PYTHON = [code for language, code in BLOCKS if language == "python"]
COMMANDS = commands(ROOT / "README.md")


def one(blocks: list[str], text: str) -> str:
    """Return the only block that contains a text."""
    [block] = [block for block in blocks if text in block]
    return block


[ACCOUNTS_FILE] = [code for language, code in BLOCKS if language == "yaml"]
SHORT, EVERY_SETTING, EVERY_FUNCTION = [
    code for language, code in blocks(DOCS / "accounts_file.md") if language == "yaml"
]


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    """A block in another language, or another command, needs a test here first."""
    assert {language for language, _ in BLOCKS} == {"python", "sh", "yaml", "text"}
    known = ("make ", "cdk deploy ", "python3 -m pip install ", PROGRAM)
    assert [command for command in COMMANDS if not command.startswith(known)] == []


def test_first_screen() -> None:
    """Within 25 lines: the shortest app, its way to a verified connection, what appears where, what it will not do."""
    screen = "\n".join(README.splitlines()[:25])
    for part in ("app.synth()", "cdk deploy", "accounts verify", "111111111111, primary", "It will not"):
        assert part in screen, part
    assert len(README.splitlines()) <= 200


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: code.splitlines()[-2][:30])
def test_python(code: str, tmp_path: Path) -> None:
    """It runs as it stands, and cfn-lint accepts the templates."""
    (tmp_path / "app.py").write_text(code, encoding="utf-8")
    templates = templates_of_script(tmp_path / "app.py").values()
    assert [lint_findings(template) for template in templates] == [[], []]


@pytest.mark.parametrize("text", [ACCOUNTS_FILE, EVERY_SETTING], ids=["short", "every setting"])
def test_accounts_file(text: str, tmp_path: Path) -> None:
    """The files in the README and on its page are good ones, and the short one is the same on both."""
    assert SHORT == ACCOUNTS_FILE
    path = tmp_path / "devops-agent.yaml"
    path.write_text(text, encoding="utf-8")
    assert [account.account_id for account in config.from_file(path).accounts] == ["222222222222", "333333333333"]


def test_every_setting_of_what_runs_by_itself(tmp_path: Path) -> None:
    """The page says all keys of `sync`, `health` and `validate`, in a file that is a good one."""
    path = tmp_path / "devops-agent.yaml"
    path.write_text(EVERY_FUNCTION, encoding="utf-8")
    assert config.from_file(path).sync is not None
    said = yaml.safe_load(EVERY_FUNCTION)
    entries = {"sync": SyncEntry, "health": HealthEntry, "validate": ValidationEntry}
    assert {key: set(said[key]) for key in entries} == {
        key: set(entry.__struct_encode_fields__) for key, entry in entries.items()
    }


def test_capabilities_in_the_table_are_all_there_are() -> None:
    """Each one, under its names in Python and in the accounts file."""
    page = (DOCS / "what_the_agent_may_do.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)\(.*?\)` \| `(\w+): (\{.*\})` \|", page, re.MULTILINE)
    assert {file_name: python_name for python_name, file_name, _ in rows} == {
        name: kind.__name__ for name, kind in CAPABILITIES.items()
    }


def test_what_the_managed_policy_writes() -> None:
    """It names what AWS's policy allows beyond reading, and the line that takes a part away does."""
    document = json.loads(aws_managed_policies_data)["AIDevOpsAgentAccessPolicy"]["Document"]
    [actions] = [statement["Action"] for statement in document["Statement"] if "Write" in statement.get("Sid", "")]
    may_do = (DOCS / "what_the_agent_may_do.md").read_text(encoding="utf-8").partition("## What it may do")[2]
    assert [action for action in actions if f"`{action}`" not in may_do] == []
    [denied] = re.findall(r"`access_limits: \{deny_actions: \[(.*?)\]\}`", may_do)
    assert denied in actions


def test_make_targets_exist() -> None:
    """What the README tells to make can be made."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {command.split()[1] for command in COMMANDS if command.startswith("make ")}
    assert named | set(re.findall(r"`make ([a-z-]+)`", README)) <= targets
    assert {"demo", "test"} <= named


def test_install_command() -> None:
    """The package has the name and the extras, also from a clone."""
    package = metadata("devops-agent-constructs")
    commands = re.findall(r"python3 -m pip install '(.*?)\[([a-z,]+)\]'", README)
    assert {name for name, _ in commands} == {package["Name"], "."}
    for _, extras in commands:
        assert set(extras.split(",")) <= set(package.get_all("Provides-Extra") or [])


def test_command_line() -> None:
    """Its table has all commands there are, and its example only options that the command has."""
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    table = README.partition("| command | what it does |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert named == ["init", "list", "verify", "spaces", "doctor", "migrate", "sync", "accounts", "template"]
    assert set(command.commands) == set(named)
    for example in [shlex.split(line) for line in COMMANDS if line.startswith(PROGRAM)]:
        options = {option for parameter in command.commands[example[1]].params for option in parameter.opts}
        assert {word for word in example if word.startswith("--")} <= options


def test_output_of_the_command_line() -> None:
    """It stands in docs/command_line.md too, where a test plays the command and compares."""
    shown = one([code for language, code in BLOCKS if language == "text"], "ACCOUNT")
    played = [code for language, code in blocks(ROOT / "docs" / "command_line.md") if language == "console"]
    assert sum(shown in code for code in played) == 1


def test_associate_service_command() -> None:
    """The AWS CLI's command fits AWS's own model of the operation, parameter by parameter."""
    [command] = [command for command in commands(DOCS / "primary_account.md") if command.startswith("aws ")]
    words = shlex.split(command)[3:]
    options = dict(zip(words[::2], words[1::2], strict=True))
    model = botocore.session.Session().get_service_model("devops-agent").operation_model("AssociateService")
    parameters = {
        "agentSpaceId": options["--agent-space-id"],
        "serviceId": options["--service-id"],
        "configuration": json.loads(options["--configuration"]),
    }
    assert model.input_shape is not None
    report = botocore.validate.ParamValidator().validate(parameters, model.input_shape)
    assert report.generate_report() == ""
    assert set(options) == {"--region", "--agent-space-id", "--service-id", "--configuration"}


def test_error_message(tmp_path: Path) -> None:
    """The mistake in the README gives the message in the README."""
    page = (DOCS / "accounts_file.md").read_text(encoding="utf-8")
    [expected] = re.findall(r"^error: (.*)$", page, re.MULTILINE)
    path = tmp_path / "devops-agent.yaml"
    path.write_text(ACCOUNTS_FILE.replace('"222222222222"', "012345670123"), encoding="utf-8")
    with pytest.raises(OnboardingInputError) as caught:
        config.from_file(path)
    assert str(caught.value).replace(f"{tmp_path}{os.sep}", "") == expected


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Return AWS with the README's Agent Space."""
    with Emulator() as running:
        PrimaryAccount(running, SPACE_ARN).date_validations()
        yield running


@pytest.fixture
def profiles(tmp_path: Path, emulator: Emulator) -> dict[str, str]:
    """Return an environment with the README's profiles, each with the credentials of its account."""
    accounts = {"orders": "222222222222", "billing": "333333333333", "operations": "111111111111"}
    write_profiles(tmp_path / "aws-config", emulator, accounts)
    return {
        **os.environ,
        **settings(),
        "AWS_CONFIG_FILE": str(tmp_path / "aws-config"),
        "AWS_ENDPOINT_URL": emulator.endpoint_url,
        "CDK_HOME": str(tmp_path / "cdk-home"),
        "CI": "true",
    }


@pytest.mark.end_to_end
def test_deploy_commands(tmp_path: Path, emulator: Emulator, profiles: dict[str, str]) -> None:
    """The deployments of the README and its pages, to the letter, by the real CDK CLI: an app, then accounts files.

    Of several commands for one accounts file the first runs the app; the others go on with what it made, as a second
    run makes the same (tests/test_app.py).

    Promise: What you read is run.
    """
    role, association, *three = [command for command in COMMANDS if command.startswith("cdk deploy ")]
    (tmp_path / "first").mkdir()
    [code] = PYTHON
    (tmp_path / "first" / "app.py").write_text(code, encoding="utf-8")
    for command in (role, association):
        shell(command, tmp_path / "first", profiles)
    [verify] = [command for command in COMMANDS if command.startswith(f"{PROGRAM} verify arn:")]
    assert run_shell(verify, tmp_path / "first", profiles).splitlines()[-1].startswith("222222222222  valid ")
    for account_id, stack in (("111111111111", "Primary"), ("222222222222", "Secondary-222222222222")):
        emulator.client("cloudformation", account_id).delete_stack(StackName=f"DevOpsAgent{stack}")

    write_app(tmp_path / "many", ACCOUNTS_FILE)
    assert len(three) == 3
    [again] = [line for line in commands(DOCS / "accounts_file.md") if "--parameters" in line]
    for command in [*three, again]:
        shell(command, tmp_path / "many", profiles)
        keep_assembly(tmp_path / "many")
    sync, *others = [line for line in commands(DOCS / "change_and_remove.md") if line.startswith("cdk destroy ")]
    assert "DevOpsAgentSync" in sync
    assert len(others) == len(three)
    for command in others:
        shell(command, tmp_path / "many", profiles, "--force")
    assert emulator.client("cloudformation", "222222222222").describe_stacks()["Stacks"] == []
    page = (DOCS / "primary_account.md").read_text(encoding="utf-8")
    [setting] = re.findall(r"`(primary: \{create_agent_space: .*?\}\})`", page)
    for value in ("Operations", '"111111111111"', "us-east-1"):
        setting = setting.replace("...", value, 1)
    write_app(tmp_path / "new", f'{setting}\naccounts: ["222222222222"]\n')
    [space] = [line for line in commands(DOCS / "primary_account.md") if line.startswith("cdk deploy ")]
    shell(space, tmp_path / "new", profiles)
    assert "DevOpsAgentPrimary" in shell("cdk ls", tmp_path / "new", profiles, "")


def write_app(folder: Path, accounts_file: str) -> None:
    """Write the ready-made app into a folder of its own, with an accounts file."""
    folder.mkdir()
    shutil.copy(ROOT / "cdk.json", folder / "cdk.json")
    (folder / "devops-agent.yaml").write_text(accounts_file, encoding="utf-8")


def keep_assembly(folder: Path) -> None:
    """Let the CDK CLI take the assembly that it has made in a folder, and run the app there no more."""
    cdk_json = json.loads((folder / "cdk.json").read_text(encoding="utf-8"))
    (folder / "cdk.json").write_text(json.dumps({**cdk_json, "app": "cdk.out"}), encoding="utf-8")


def shell(command: str, folder: Path, environment: dict[str, str], more: str = "--require-approval never") -> str:
    """Run a command of the CDK CLI, without CDK's metadata, which the emulator does not know; return its output."""
    return run_shell(f"{command} {more} --no-notices --no-version-reporting", folder, environment)


def run_shell(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a command as a reader would; return its output."""
    result = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert result.returncode == 0, result.stderr
    return result.stdout
