"""The live check makes, tries and removes what it says, and nothing else; here in the emulator."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from scripts import live_check, live_check_run
from scripts.live_check_run import client, run_program
from scripts.live_check_step import ROLE_NAME, Outcome, Step, Target
from scripts.live_check_steps import steps
from tests.cli.programs import run_piped
from tests.emulator.cdk import settings
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.profiles import write_profiles
from tests.emulator.ready_made_app import synthesize
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template
from tests.emulator.trusting_roles import SPACE_ARN, by_service
from tests.markdown import ROOT, unknown_options

pytestmark = pytest.mark.end_to_end

ARGUMENTS = [
    *("--agent-space-arn", SPACE_ARN, "--primary-profile", "operations"),
    *("--secondary-profile", "orders", "--secondary-account", "222222222222"),
]
SECONDARY = "LiveCheck-DevOpsAgentSecondary-222222222222"
PRIMARY = "LiveCheck-DevOpsAgentPrimary"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Return AWS with an Agent Space, and profiles of two of its accounts in this process."""
    folder = tmp_path_factory.mktemp("profiles")
    with Emulator() as running, pytest.MonkeyPatch.context() as patch:
        write_profiles(folder / "config", running, {"operations": "111111111111", "orders": "222222222222"})
        for name, value in {**settings(), "AWS_CONFIG_FILE": str(folder / "config"), "CDK_HOME": str(folder)}.items():
            patch.setenv(name, value)
        patch.setattr(live_check_run, "_PAUSE_SECONDS", 0.05)
        # The CDK CLI of this project, whose folder is not on every path.
        patch.setenv("PATH", f"{ROOT / 'node_modules' / '.bin'}:/usr/bin:/bin")
        account = PrimaryAccount(running, SPACE_ARN)
        account.create_agent_role()
        account.date_validations()
        made: dict[tuple[str, ...], Any] = {}

        def clients(*names: str) -> Any:
            if names not in made:
                made[names] = Logs() if names[1] == "logs" else client.__wrapped__(*names)
            return made[names]

        patch.setattr(live_check_run, "client", clients)
        yield running


class Logs:
    """CloudWatch Logs, whose call the emulator lacks."""

    def describe_configuration_templates(self, *, service: str) -> dict[str, Any]:
        """Answer in the form of AWS's model."""
        assert service == "aidevops"
        fields = [{"name": "event_timestamp", "mandatory": True}, {"name": "optional_level"}]
        template = {"service": service, "logType": "APPLICATION_LOGS", "allowedFields": fields}
        return {"configurationTemplates": [template]}


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Take back the handlers of signals."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def fast(emulator: Emulator, *, is_deployed: bool = False) -> Callable[[Step, Path], Outcome]:
    """Return what runs programs: one deployment by the CDK CLI, all others by the change set that it would make."""

    def run(step: Step, folder: Path) -> Outcome:
        nonlocal is_deployed
        program, *words = step.words
        if program == "sleep":
            return Outcome(code="0")
        if program == "devops-agent-accounts":
            result = run_piped(*words, environment=dict(os.environ), folder=folder)
            return Outcome(code=str(result.returncode), text=result.stdout + result.stderr)
        if program == "python3":
            synthesize(folder / "devops-agent.yaml", folder / "cdk.out")
            return Outcome(code="0")
        if "--revert-drift" in words:
            return Outcome(code="1", text="the emulator has no such deployment")
        if not is_deployed:
            is_deployed = True
            return run_program(step, folder)
        account_id = "111111111111" if words[-1] == "operations" else "222222222222"
        cloudformation = emulator.client("cloudformation", account_id)
        exists = words[1] in [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
        template = (folder / "cdk.out" / f"{words[1]}.template.json").read_text("utf-8")
        status = deploy_template(cloudformation, words[1], template, change="UPDATE" if exists else "CREATE")
        return Outcome(code="1" if "ROLLBACK" in status else "0", text=status)

    return run


SPACE_ID = SPACE_ARN.rpartition("/")[2]


def what_there_is(emulator: Emulator) -> list[Any]:
    """Return all stacks and roles of both accounts, and the associations."""
    found: list[Any] = []
    for account_id in ("111111111111", "222222222222"):
        stacks = emulator.client("cloudformation", account_id).describe_stacks()["Stacks"]
        iam = emulator.client("iam", account_id)
        names = [role["RoleName"] for role in iam.list_roles()["Roles"]]
        found += [[stack["StackName"] for stack in stacks], names]
        found += [iam.list_role_policies(RoleName=name)["PolicyNames"] for name in names]
    agent = emulator.client("devops-agent", "111111111111")
    found.append([entry["associationId"] for entry in agent.list_associations(agentSpaceId=SPACE_ID)["associations"]])
    return found


def test_whole(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """All is as expected, each question has an answer, nothing is left, and no secret is printed."""
    monkeypatch.setattr(live_check_run, "run_program", fast(emulator))
    before = what_there_is(emulator)
    role = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    code = live_check.main([*ARGUMENTS, "--agent-role-arn", role, "--yes"])
    output = capsys.readouterr().out
    assert code == 0, output
    assert "UNEXPECTED" not in output
    assert what_there_is(emulator) == before
    report = output.partition("What was not known:")[2].splitlines()
    answers = {line[2:].partition(" (")[0]: answer for line, answer in zip(report[1::2], report[2::2], strict=False)}
    assert answers["does the service still accept the trust policy of the preview alone?"].strip() == "yes: valid"
    assert answers["does a drift-aware deployment repair a role that was changed by hand?"].strip().startswith("no;")
    assert "not reached" not in output
    assert output.splitlines()[-1] == "nothing is left"
    for account_id in ("111111111111", "222222222222"):
        credentials = emulator.credentials(account_id)
        assert credentials.secret_access_key not in output
        assert str(credentials.session_token) not in output


def without(arguments: list[str], option: str, value: str) -> list[str]:
    """Return the arguments with another value of an option."""
    at = arguments.index(option) + 1
    return [*arguments[:at], value, *arguments[at + 1 :]]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            without(ARGUMENTS, "--secondary-account", "333333333333"),
            "profile orders is of account 222222222222, not of 333",
        ),
        (without(ARGUMENTS, "--primary-profile", "orders"), "profile orders is of account 222222222222, not of 111"),
        (without(ARGUMENTS, "--primary-profile", "nobody"), "The config profile (nobody) could not be found"),
        (without(ARGUMENTS, "--secondary-account", "111111111111"), "--secondary-account is the Agent Space's own"),
        (without(ARGUMENTS, "--agent-space-arn", "arn"), "--agent-space-arn='arn'"),
        ([*ARGUMENTS, "--agent-role-arn", "arn:aws:iam::222222222222:role/R"], "agent_role_arn="),
    ],
)
def test_refused(emulator: Emulator, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str) -> None:
    """A slip in an argument ends it before anything is made."""
    before = what_there_is(emulator)
    assert live_check.main([*arguments, "--yes"]) == 1
    output = capsys.readouterr().out
    assert output.startswith("refused: ")
    assert why in output
    assert what_there_is(emulator) == before


def test_what_exists_is_not_touched(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    """A stack, a role or an association that is there already ends it, and stays."""
    iam, agent = emulator.client("iam", "222222222222"), emulator.client("devops-agent", "111111111111")
    cloudformation = emulator.client("cloudformation", "222222222222")
    arn = iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=by_service())["Role"]["Arn"]
    account = {"sourceAws": {"accountId": "222222222222", "accountType": "source", "assumableRoleArn": arn}}
    made = agent.associate_service(agentSpaceId=SPACE_ID, serviceId="aws", configuration=account)["association"]
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation.create_stack(StackName=SECONDARY, TemplateBody=topic)
    before = what_there_is(emulator)
    assert live_check.main([*ARGUMENTS, "--yes"]) == 1
    output = capsys.readouterr().out
    for name in (f"stack {SECONDARY} in us-east-1", f"role {arn}", f"association {made['associationId']}"):
        assert name in output
    assert what_there_is(emulator) == before
    cloudformation.delete_stack(StackName=SECONDARY)
    agent.disassociate_service(agentSpaceId=SPACE_ID, associationId=made["associationId"])
    iam.delete_role(RoleName=ROLE_NAME)


def test_it_asks(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """After all commands are shown; whatever is not `yes` is a no."""
    before = what_there_is(emulator)
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert live_check.main(ARGUMENTS) == 1
    output = capsys.readouterr().out
    assert f"cdk deploy {PRIMARY}" in output
    assert output.endswith("refused: nothing was done\n")
    assert what_there_is(emulator) == before


@pytest.mark.parametrize("how", ["failure", "ctrl-c"])
def test_it_always_removes(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    """What was made before a failure or Ctrl-C is gone, and what was not reached has no answer."""
    run = fast(emulator, is_deployed=True)

    def run_until(step: Step, folder: Path) -> Outcome:
        if step.words[:3] == ("cdk", "deploy", PRIMARY):
            assert "LiveCheckRole" in str(what_there_is(emulator))
            if how == "ctrl-c":
                raise KeyboardInterrupt
            return Outcome(code="1", text="AWS refused it")
        return run(step, folder)

    before = what_there_is(emulator)
    monkeypatch.setattr(live_check_run, "run_program", run_until)
    assert live_check.main([*ARGUMENTS, "--yes"]) == 1
    output = capsys.readouterr().out
    assert ("UNEXPECTED" in output, "\nstopped" in output) == (how == "failure", how == "ctrl-c")
    assert output.endswith("not reached\n\nnothing is left\n")
    assert what_there_is(emulator) == before


def test_removal_that_fails(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is left is listed with the reason."""
    run = fast(emulator, is_deployed=True)

    def stop(_profile: str, _region: str, _name: str) -> None:
        raise TimeoutError("DELETE_FAILED")

    def run_until(step: Step, folder: Path) -> Outcome:
        return Outcome(code="1") if PRIMARY in step.words else run(step, folder)

    with monkeypatch.context() as patch:
        patch.setattr(live_check_run, "run_program", run_until)
        patch.setattr(live_check_run, "_delete", stop)
        assert live_check.main([*ARGUMENTS, "--yes"]) == 1
    left = capsys.readouterr().out.partition("LEFT, remove it by hand:\n")[2].splitlines()
    assert left == [
        f"stack {PRIMARY} was not deleted: DELETE_FAILED",
        f"stack {SECONDARY} was not deleted: DELETE_FAILED",
        f"stack {SECONDARY} in us-east-1, by profile orders",
        f"role arn:aws:iam::222222222222:role/{ROLE_NAME}",
    ]
    live_check_run._delete("orders", "us-east-1", SECONDARY)


def test_commands() -> None:
    """What is shown of a call is a command of the AWS CLI; the places that a question names are there."""
    space = AgentSpaceArn.from_arn(SPACE_ARN)
    role = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
    target = Target(
        space=space, account_id="222222222222", primary="a", secondary="b", region="us-east-1", agent_role_arn=role
    )
    for step in steps(target):
        if not step.words:
            assert unknown_options(step.line) == set(), step.line
        for place in step.settles.marked_in.split(", ") if step.settles else ():
            assert (ROOT / place).exists() or (ROOT / "devops_agent_constructs" / place).exists(), place
