"""An organization that `sync` follows, in an emulator that this process calls without pauses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.cli import sync
from devops_agent_constructs.cli.app import run
from tests.emulator.example_organization import EXCLUDED, PRIMARY, ExampleOrganization
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack_set_stack import deployed, stack_set, template
from tests.emulator.trusting_roles import SPACE_ARN, by_service

ROLE = "DevOpsAgentRole-SecondaryAccount"
NEWCOMER, MOVED, ORDERS = "100000000005", "555555555555", "222222222222"
UNITS = ("--ou", "ou-a1b2-11112222", "--ou", "ou-a1b2-33334444", "--exclude", EXCLUDED)


def role_arn(account_id: str, name: str = ROLE) -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{account_id}:role/{name}"


def kinds(document: dict[str, Any]) -> dict[str, str]:
    """Return account -> action."""
    return {entry["accountId"]: entry["action"] for entry in document["actions"]}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An organization whose accounts have the role by a StackSet, and an Agent Space without a secondary account."""

    emulator: Emulator
    example: ExampleOrganization
    primary: PrimaryAccount
    capsys: pytest.CaptureFixture[str]

    def sync(self, *arguments: str, units: tuple[str, ...] = UNITS) -> tuple[int, dict[str, Any], str]:
        """Run it in this process; return exit code, JSON document and what it said."""
        code = run(["sync", SPACE_ARN, *units, *arguments, "--output", "json"])
        output, errors = self.capsys.readouterr()
        return code, json.loads(output) if output else {}, errors

    def connected(self) -> dict[str, str]:
        """Return account -> name of the role, without the primary account."""
        found = self.primary.associations()
        return {key: one.role_arn.partition("/")[2] for key, one in found.items() if key != PRIMARY}

    def come_and_go(self) -> None:
        """Let one account join, and another move out of the units."""
        self.example.organization.add_account(self.example.sandbox, account_id=NEWCOMER)
        self.example.organization.move(MOVED, self.example.organization.root_id)


@contextmanager
def sync_scene(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    """Start one in an emulator of its own."""
    monkeypatch.setattr(sync, "Retries", partial(Retries, attempts=3, sleep=lambda _: None))
    with Emulator() as emulator:
        # botocore's own attempts come before ours, with pauses; the emulator hides what was set before.
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        example, primary = ExampleOrganization.create(emulator), PrimaryAccount(emulator, SPACE_ARN)
        primary.create_agent_role()
        body = template(RoleName=ROLE, AssumeRolePolicyDocument=json.loads(by_service()))
        targets = {"Accounts": [EXCLUDED], "AccountFilterType": "DIFFERENCE"}
        units = (example.workloads, example.sandbox)
        resources = stack_set(*units, targets=targets, StackSetName="DevOpsAgentSecondary", TemplateBody=body)
        assert deployed(emulator, resources) == "CREATE_COMPLETE"
        yield Scene(emulator=emulator, example=example, primary=primary, capsys=capsys)


def without_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let accounts not tell where they are in the organization, so that units are read one by one."""
    from moto.organizations.models import FakeAccount  # noqa: PLC0415  # As in `tests.emulator.server`.

    describe: Any = FakeAccount.describe
    monkeypatch.setattr(
        FakeAccount, "describe", lambda account: {k: v for k, v in describe(account).items() if k != "Paths"}
    )
