"""`sync` when AWS throttles, refuses, does not answer, and when the run ends early: the next one does the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import UnauthorizedSSOTokenError

from devops_agent_constructs.account_sync import associations_writer
from devops_agent_constructs.cli import sync
from tests.cli.sync_scene import ORDERS, Scene, kinds, role_arn, without_paths
from tests.emulator.example_organization import REACHED
from tests.emulator.faults import FAULTS

pytestmark = pytest.mark.end_to_end


def refuse(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, error: Exception, *, when: Callable[[int], bool]
) -> list[int]:
    """Let a method of the emulator raise at some of its calls; return the numbers of its calls, which fill up."""
    original, calls = getattr(owner, name), list[int]()

    def refusing(*arguments: Any, **settings: Any) -> Any:
        calls.append(len(calls))
        if when(calls[-1]):
            raise error
        return original(*arguments, **settings)

    monkeypatch.setattr(owner, name, refusing)
    return calls


def refuse_calls(
    monkeypatch: pytest.MonkeyPatch, operation: str, error: Exception, *, when: Callable[[int], bool]
) -> None:
    """Let some calls of an operation raise what botocore raises before it gets an answer."""
    original: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]
    calls = list[int]()

    def refusing(client: Any, called: str, parameters: Any) -> Any:
        if called == operation:
            calls.append(len(calls))
            if when(calls[-1]):
                raise error
        return original(client, called, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", refusing)


def test_throttling(scene: Scene) -> None:
    """The first call of each kind, and about each account, is throttled, and all is done all the same."""
    FAULTS.fail("organizations", "ListAccounts", code="TooManyRequestsException", times=1)
    for account_id in REACHED:
        FAULTS.fail("devops-agent", "AssociateService", code="ThrottlingException", times=1, account_id=account_id)
    before = FAULTS.calls("organizations", "ListAccounts")
    assert scene.sync("--apply")[0] == 0
    assert set(scene.connected()) == set(REACHED)
    assert FAULTS.calls("devops-agent", "AssociateService") == 18
    assert FAULTS.calls("organizations", "ListAccounts") - before == 2


def test_one_account_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with AWS's reason, the others are connected, and the next run needs but the one."""
    from tests.emulator.devops_agent.agent_space import AccessDeniedError, AgentSpace  # noqa: PLC0415

    refuse(monkeypatch, AgentSpace, "associate", AccessDeniedError("no iam:PassRole"), when=lambda number: number == 3)
    code, done, errors = scene.sync("--apply")
    assert code == 3
    [failed] = [entry for entry in done["actions"] if entry["result"] == "failed"]
    assert failed["error"].startswith(
        "AssociateService: these credentials lack the permission aidevops:AssociateService"
    )
    assert errors.endswith("0 accounts in step, 9 to associate; 8 done, 1 failed\n")
    code, planned, _ = scene.sync()
    assert kinds(planned) == {failed["accountId"]: "associate"}
    assert scene.sync("--apply")[0] == 0


def test_credentials_that_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done and what was not is written, and one line says to sign in; the next run does the rest."""
    error = UnauthorizedSSOTokenError()
    with monkeypatch.context() as patched:
        refuse_calls(patched, "AssociateService", error, when=lambda number: number >= 2)
        code, done, errors = scene.sync("--apply")
    assert code == 3
    assert [entry["result"] for entry in done["actions"]] == ["done", "done", "failed", *[None] * 6]
    assert errors.splitlines()[1:] == [
        "0 accounts in step, 9 to associate; 2 done, 1 failed, 6 not tried",
        "error: credentials: the sign-in has ended or cannot be used; sign in again: aws sso login",
    ]
    assert scene.sync("--apply")[0] == 0


def test_sign_in_of_the_organization_has_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is named with the profile that has to sign in again, and nothing is done."""
    config = tmp_path / "config"
    config.write_text("[profile of-organization]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for operation in ("DescribeOrganization", "ListAccounts", "ListStackInstances"):
        with monkeypatch.context() as patched:
            refuse_calls(patched, operation, UnauthorizedSSOTokenError(), when=lambda _: True)
            arguments = ("--organization-profile", "of-organization") if operation == "DescribeOrganization" else ()
            code, done, errors = scene.sync("--apply", *arguments)
        assert (code, done) == (3, {})
        profile = " --profile=of-organization" if arguments else ""
        assert errors == (
            f"error: credentials: the sign-in has ended or cannot be used; sign in again: aws sso login{profile}\n"
        )
        assert scene.connected() == {}


@pytest.mark.parametrize("number", [0, 4, 8])
def test_killed_between_two_writes(scene: Scene, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """What was done until then is written; the next run does the rest."""
    with monkeypatch.context() as patched:
        original, calls = associations_writer.apply, list[int]()

        def killed(*arguments: Any) -> Iterator[Any]:
            for result in original(*arguments):
                yield result
                calls.append(1)
                if len(calls) > number:
                    raise KeyboardInterrupt

        patched.setattr(sync, "apply_actions", killed)
        code, done, errors = scene.sync("--apply")
    assert code == 130
    assert [entry["result"] for entry in done["actions"]] == ["done"] * (number + 1) + [None] * (8 - number)
    assert "stopped by Ctrl-C" in errors
    assert len(scene.connected()) == number + 1
    assert scene.sync("--apply")[0] == 0
    assert set(scene.connected()) == set(REACHED)


def test_two_runs_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another run has done since the plan is no failure; the code says to look again."""
    original = associations_writer.apply

    def second(*arguments: Any) -> Iterator[Any]:
        scene.primary.associate(ORDERS, role_arn(ORDERS))
        return original(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(sync, "apply_actions", second)
        code, done, errors = scene.sync("--apply")
    assert code == 1
    assert {entry["accountId"]: entry["result"] for entry in done["actions"]}[ORDERS] == "changed meanwhile"
    assert "8 done, 1 changed meanwhile" in errors
    assert scene.sync()[0] == 0


def test_organization_that_cannot_be_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is taken for gone."""
    from moto.organizations.exceptions import OrganizationsClientError  # noqa: PLC0415
    from moto.organizations.models import OrganizationsBackend  # noqa: PLC0415

    assert scene.sync("--apply")[0] == 0
    scene.come_and_go()
    error = OrganizationsClientError("AccessDeniedException", "You don't have permissions to access this resource.")
    without_paths(monkeypatch)
    refuse(monkeypatch, OrganizationsBackend, "list_accounts_for_parent", error, when=lambda number: number > 0)
    code, done, errors = scene.sync("--apply")
    assert code == 3
    said = (
        "error: nothing is disconnected, as not all was read: AWS Organizations: ou-[a-z0-9-]+: AccessDeniedException"
    )
    assert re.search(said, errors)
    assert set(scene.connected()) >= set(REACHED)
    assert "disassociate" not in kinds(done).values()


@pytest.mark.parametrize("has_paths", [True, False])
def test_empty_pages_in_the_middle(scene: Scene, monkeypatch: pytest.MonkeyPatch, *, has_paths: bool) -> None:
    """AWS Organizations sends them; the list goes on behind. Whether accounts tell their units or not."""
    from moto.organizations.models import OrganizationsBackend  # noqa: PLC0415

    if not has_paths:
        without_paths(monkeypatch)
    for name in ("list_accounts", "list_accounts_for_parent", "list_organizational_units_for_parent"):
        original = getattr(OrganizationsBackend, name)

        def listed(self: Any, *, _original: Any = original, **parameters: Any) -> Any:
            token = parameters.pop("next_token") or "empty"
            if token == "empty":
                return [], "first"
            return _original(self, **parameters, next_token=None if token == "first" else token)

        monkeypatch.setattr(OrganizationsBackend, name, listed)
    code, planned, errors = scene.sync()
    assert code == 1, errors
    assert kinds(planned) == dict.fromkeys(REACHED, "associate")
