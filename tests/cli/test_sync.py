"""`sync`: the associations follow the organization."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from devops_agent_constructs.cli.app import run
from tests.cli.client_models import knowing_units, not_knowing_units
from tests.cli.conftest import use
from tests.cli.programs import run_piped
from tests.cli.sync_scene import MOVED, NEWCOMER, ORDERS, ROLE, UNITS, Scene, kinds, role_arn
from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PAYMENTS,
    PRIMARY,
    REACHED,
    SANDBOX,
    SUSPENDED,
    WORKLOADS,
)
from tests.emulator.trusting_roles import SPACE_ARN, by_service

pytestmark = pytest.mark.end_to_end


def test_from_nothing_to_in_step(scene: Scene) -> None:
    """The plan changes nothing; applied, all accounts with the role are connected and valid; then there is no more."""
    code, planned, errors = scene.sync()
    assert code == 1, errors
    assert kinds(planned) == dict.fromkeys(REACHED, "associate")
    assert scene.connected() == {}

    code, done, errors = scene.sync("--apply", "--wait", "1")
    assert code == 0, errors
    assert [(entry["result"], entry["error"]) for entry in done["actions"]] == [("done", None)] * 9
    assert {one["accountId"]: one["status"] for one in done["associations"]} == dict.fromkeys(REACHED, "valid")
    assert scene.connected() == dict.fromkeys(REACHED, ROLE)

    code, after, errors = scene.sync()
    assert (code, after["actions"], after["inStep"]) == (0, [], 9)
    assert errors == "9 accounts in step\n"


def test_accounts_join_leave_move_and_are_suspended(scene: Scene) -> None:
    """Who joined is connected; who moved out, left or was suspended is not any longer; the reasons say which."""
    assert scene.sync("--apply")[0] == 0
    scene.come_and_go()
    scene.example.organization.move(SANDBOX[0], scene.example.workloads)
    scene.example.organization.close(ORDERS)
    scene.example.organization.remove(SANDBOX[1])
    code, done, errors = scene.sync("--apply", "--max-removal-percentage", "50")
    assert code == 0, errors
    assert {entry["accountId"]: (entry["action"], entry["reason"]) for entry in done["actions"]} == {
        NEWCOMER: ("associate", "not connected"),
        MOVED: ("disassociate", "in none of the units"),
        ORDERS: ("disassociate", "suspended"),
        SANDBOX[1]: ("disassociate", "in none of the units"),
    }
    assert set(scene.connected()) == {*REACHED, NEWCOMER} - {MOVED, ORDERS, SANDBOX[1]}
    assert scene.sync()[0] == 0


def test_more_leave_than_the_limits_admit(scene: Scene) -> None:
    """A wrong unit would disconnect half of the accounts: none is, who joined is connected, and the code says it."""
    assert scene.sync("--apply")[0] == 0
    scene.come_and_go()
    code, done, errors = scene.sync("--apply", units=("--ou", scene.example.sandbox, "--exclude", EXCLUDED))
    assert code == 3
    assert (
        "error: nothing is disconnected or updated: 7 would be disconnected, and 25 % of 9, rounded up to 3, is the"
        " most" in errors
    )
    assert "run; look at the plan; for one run, raise --max-removals or --max-removal-percentage\n" in errors
    assert done["failure"].startswith("nothing is disconnected or updated: 7")
    assert set(scene.connected()) == {*REACHED, NEWCOMER}


def test_stack_that_failed(scene: Scene) -> None:
    """The account waits for its role, and says so; the others do not wait for it."""
    scene.emulator.client("iam", NEWCOMER).create_role(RoleName=ROLE, AssumeRolePolicyDocument=by_service())
    scene.come_and_go()
    code, done, errors = scene.sync("--apply")
    assert code == 0, errors
    [waiting] = [entry for entry in done["actions"] if entry["action"] == "leave-alone"]
    assert waiting["accountId"] == NEWCOMER
    assert waiting["reason"] == "its role may not be deployed: its stack is OUTDATED (FAILED)"
    assert set(scene.connected()) == {*REACHED} - {MOVED}


def test_associations_of_others(scene: Scene) -> None:
    """Another role in an account stays, unless it is adopted; the primary account's own stays whatever is said."""
    scene.primary.associate(ORDERS, role_arn(ORDERS, "Console"))
    scene.primary.associate("900000000000", role_arn("900000000000", "Console"))
    code, done, _ = scene.sync("--apply")
    assert code == 0
    assert kinds(done)[ORDERS] == kinds(done)["900000000000"] == "leave-alone"
    assert scene.connected()[ORDERS] == "Console"

    code, done, errors = scene.sync("--apply", "--adopt", ORDERS, "--adopt", PRIMARY, "--adopt-role", "/Former")
    assert code == 0, errors
    assert kinds(done) == {ORDERS: "update", "900000000000": "leave-alone"}
    assert scene.connected()[ORDERS] == ROLE
    assert PRIMARY in scene.primary.associations()


def test_former_role(scene: Scene) -> None:
    """After a new name of the role its associations follow, if the former name is said to be sync's own."""
    for account_id in REACHED:
        scene.primary.associate(account_id, role_arn(account_id, "team/Former"))
    assert scene.sync("--apply")[0] == 0
    assert set(scene.connected().values()) == {"team/Former"}
    former = ("--apply", "--adopt-role", "team/Former")
    code, _, errors = scene.sync(*former)
    assert code == 3
    assert "error: nothing is disconnected or updated: 9 would be updated, and 25 % of 9, rounded up to 3, is" in errors
    assert set(scene.connected().values()) == {"team/Former"}
    assert scene.sync(*former, "--max-removal-percentage", "100")[0] == 0
    assert set(scene.connected().values()) == {ROLE}


def test_new_name_before_it_is_deployed(scene: Scene) -> None:
    """No stack has the role of the new name yet: nobody is connected through it, nor moved to it."""
    assert scene.sync("--apply")[0] == 0
    scene.come_and_go()
    for former in ((), ("--adopt-role", ROLE)):
        _, done, errors = scene.sync("--apply", "--role-name", "NewName", *former, "--max-removal-percentage", "0")
        reasons = {entry["reason"] for entry in done["actions"] if entry["accountId"] != MOVED}
        assert reasons == {
            f"the StackSet DevOpsAgentSecondary makes the role {ROLE}, and not NewName: deploy it, or correct the name"
        }, errors
        assert scene.connected() == dict.fromkeys(REACHED, ROLE)


def test_single_account(scene: Scene) -> None:
    """The management account, which no StackSet reaches, and one outside of the organization."""
    assert scene.sync("--apply", "--account", MANAGEMENT, "--account", "900000000000")[0] == 0
    assert set(scene.connected()) == {*REACHED, MANAGEMENT, "900000000000"}
    code, planned, _ = scene.sync()
    assert (code, kinds(planned)) == (1, dict.fromkeys([MANAGEMENT, "900000000000"], "disassociate"))


@pytest.mark.parametrize("model", [knowing_units, not_knowing_units])
def test_organization_mode(scene: Scene, tmp_path: Path, model: Callable[[Path], dict[str, str]]) -> None:
    """AWS connects the accounts of such a space; nothing is planned, whether botocore knows the mode or not."""
    scene.primary.connect_unit(scene.example.workloads)
    environment = {**scene.emulator.environment(PRIMARY, "us-east-1"), **model(tmp_path)}
    result = run_piped("sync", SPACE_ARN, *UNITS, "--apply", environment=environment)
    assert (result.returncode, result.stdout) == (3, "")
    assert "AWS connects its accounts by itself (the organization mode), by roles of its own" in result.stderr
    assert "see devops-agent-accounts list arn:aws:aidevops" in result.stderr
    assert scene.connected() == {}


def test_organization_mode_without_a_unit(scene: Scene, tmp_path: Path) -> None:
    """A space that was switched and has none yet is in that mode, too, where botocore tells."""
    scene.primary.connect_unit(scene.example.workloads)
    of_space = {"agentSpaceId": scene.primary.space.agent_space_id}
    *_, unit = scene.primary.api.list_associations(**of_space)["associations"]
    scene.primary.api.disassociate_service(**of_space, associationId=unit["associationId"])
    environment = {**scene.emulator.environment(PRIMARY, "us-east-1"), **knowing_units(tmp_path)}
    result = run_piped("sync", SPACE_ARN, *UNITS, environment=environment)
    assert result.returncode == 3
    assert "(the organization mode)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--ou", "ou-a1b2-99999999"), "error: nothing is disconnected, as not all was read: AWS Organizations: "),
        (("--stack-set", "Other"), "not all was read: StackSet Other: StackSetNotFoundException"),
    ],
)
def test_slip_in_a_name(scene: Scene, arguments: tuple[str, ...], message: str) -> None:
    """A unit or StackSet that is not there disconnects nobody."""
    assert scene.sync("--apply")[0] == 0
    code, done, errors = scene.sync("--apply", *arguments, units=())
    assert code == 3
    assert message in errors
    assert set(scene.connected()) == set(REACHED)
    assert "disassociate" not in kinds(done).values()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--exclude", "1"), "--exclude='1': an AWS account id has 12 digits"),
        (("--adopt", "Console"), "--adopt='Console': an AWS account id has 12 digits"),
        (("--adopt-role", "a//b"), "--adopt-role='/a//': a path begins and ends with '/'"),
        (("--role-name", "a b"), "--role-name='a b': a role name is"),
        (("--account", ORDERS, "--exclude", ORDERS), f"--account {ORDERS}: --exclude names the account, too"),
        (("--wait", "1"), "--wait: nothing is changed, so there is nothing new to validate; add --apply"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str) -> None:
    """Refused before any call."""
    assert run(["sync", SPACE_ARN, *arguments]) == 252
    assert message in capsys.readouterr().err


def test_member_account(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of another account than the Agent Space's are told apart."""
    use(scene.emulator.environment(ORDERS, "us-east-1"), monkeypatch)
    code, _, errors = scene.sync()
    assert code == 3
    assert "it is in account 111111111111, but these credentials are of account 222222222222" in errors


def test_table(scene: Scene) -> None:
    """A line an account, with the result once there is one."""
    run(["sync", SPACE_ARN, "--ou", "ou-a1b2-77778888"])
    planned = scene.capsys.readouterr().out.splitlines()
    assert [line.split() for line in planned] == [
        ["ACCOUNT", "ACTION", "REASON"],
        *([account_id, "associate", "not", "connected"] for account_id in PAYMENTS),
    ]
    run(["sync", SPACE_ARN, "--ou", "ou-a1b2-77778888", "--apply", "--wait", "1"])
    done = scene.capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in done] == [
        ["ACCOUNT", "ACTION", "RESULT"],
        *([account_id, "associate", "done"] for account_id in PAYMENTS),
        ["ACCOUNT", "STATUS", "ROLE"],
        *([account_id, "valid", role_arn(account_id)] for account_id in PAYMENTS),
    ]


def test_accounts_file(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says units, exclusions and the role; who is in `associate` is left to its stack, but for who is gone."""
    for account_id in ("444444444444", MOVED):
        scene.primary.associate(account_id, role_arn(account_id))
    associate = ("444444444444", MOVED, "666666666666")
    file = scene.example.accounts_file(agent_space_arn=SPACE_ARN, settings="primary: {}\n", associate=associate)
    (tmp_path / "devops-agent.yaml").write_text(file, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scene.come_and_go()
    arguments = ["sync", "--apply", "--output", "json", "--max-removal-percentage", "50"]
    code = run(arguments)
    output, errors = scene.capsys.readouterr()
    assert code == 0, errors
    found = kinds(json.loads(output))
    assert found.pop(MOVED) == "disassociate"
    assert found.pop("666666666666") == "leave-alone"
    assert found == dict.fromkeys({*REACHED, NEWCOMER} - {*associate}, "associate")
    assert "note: accounts and Agent Space as devops-agent.yaml in this folder says" in errors
    assert f"note: remove {MOVED} from associate in devops-agent.yaml, and deploy" in errors
    assert set(scene.connected()) == {*REACHED, NEWCOMER} - {MOVED, "666666666666"}
    assert SUSPENDED not in scene.connected()
    assert WORKLOADS[0] in scene.connected()


def test_accounts_file_and_options(scene: Scene, tmp_path: Path) -> None:
    """What the file says is not said again; a file whose stack makes all associations has no use for sync."""
    path = tmp_path / "accounts.yaml"
    path.write_text(scene.example.accounts_file(agent_space_arn=SPACE_ARN), encoding="utf-8")
    assert run(["sync", "--config", str(path), "--ou", "ou-a1b2-11112222"]) == 252
    assert "leave out the option or --config" in scene.capsys.readouterr().err
    path.write_text(f'agent_space_arn: {SPACE_ARN}\nprimary: {{}}\naccounts: ["{ORDERS}"]\n', encoding="utf-8")
    assert run(["sync", "--config", str(path)]) == 3
    assert "the stack DevOpsAgentPrimary makes all associations of this file" in scene.capsys.readouterr().err
