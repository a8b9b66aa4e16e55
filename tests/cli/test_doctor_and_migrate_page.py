"""docs/doctor_and_migrate.md shows real output, every difference that there is, and the permissions that are used."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.client
import pytest

from devops_agent_constructs.cli.app import run
from tests.cli.conftest import ROLE_NAME, ConnectedAccounts, use
from tests.cli.console_blocks import played, prepare
from tests.diagnosis.roles import GA_INLINE, GA_POLICY, PREVIEW_POLICY, policy
from tests.emulator.audit_role import create_audit_role
from tests.emulator.organization import Organization
from tests.emulator.trusting_roles import SPACE_ARN, by_chaining, by_service, grant
from tests.library_source import modules
from tests.markdown import ROOT, blocks

pytestmark = pytest.mark.end_to_end

PAGE = ROOT / "docs" / "doctor_and_migrate.md"
BLOCKS = blocks(PAGE)
ROLES = [f"arn:aws:iam::{account_id}:role/{ROLE_NAME}" for account_id in ("222222222222", "333333333333")]
LEFT_OUT = "[...]\n"


@pytest.fixture
def scene(connected: ConnectedAccounts) -> ConnectedAccounts:
    """Return the page's accounts: one with the usual slip, one of the preview."""
    connected.primary.create_agent_role()
    connected.primary.iam.put_role_policy(
        RoleName="DevOpsAgentRole-AgentSpace",
        PolicyName="DevOpsAgentCrossAccountAccess",
        PolicyDocument=grant(Resource=ROLES),
    )
    orders = connected.emulator.client("iam", "222222222222")
    trust = by_service(account_id="222222222222")
    orders.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=trust)
    orders.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=GA_POLICY)
    inline = json.dumps(policy(GA_INLINE))
    orders.put_role_policy(RoleName=ROLE_NAME, PolicyName="DevOpsAgentInlinePolicy", PolicyDocument=inline)
    billing = connected.emulator.client("iam", "333333333333")
    billing.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=by_chaining())
    billing.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=PREVIEW_POLICY)
    for account_id in ("222222222222", "333333333333"):
        create_audit_role(connected.emulator, account_id)
    return connected


def test_output(scene: ConnectedAccounts, tmp_path: Path) -> None:
    """Every command prints what the page shows; `[...]` stands for lines that it leaves out."""
    environment = prepare(scene, tmp_path)
    shown = [code for language, code in BLOCKS if language == "console"]
    assert len(shown) == 5
    for block in shown:
        real = played(block, scene, environment, tmp_path)
        for part in block.split(LEFT_OUT):
            before, found, real = real.partition(part)
            assert found, part
            assert before == "" or LEFT_OUT in block
        assert real == ""


def test_table_of_symptoms() -> None:
    """Every id that the code can give is in it, and no other."""
    ids = set()
    for path, nodes in modules().items():
        for node in nodes if path.startswith("diagnosis/") else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                ids |= {node.value} if re.fullmatch("[a-z]+([A-Z][a-z]+)+", node.value) else set()
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall("`([a-z]+(?:[A-Z][a-z]+)+)`", row.split("|")[2])}
    assert named == ids


def actions_of(document: dict[str, Any]) -> set[str]:
    """Return the actions of a policy on the page."""
    found = (statement["Action"] for statement in document["Statement"])
    return {action for actions in found for action in ([actions] if isinstance(actions, str) else actions)}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Return the actions of the calls that are made, which fill up as they are made."""
    found = set[str]()
    call: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def recorded(client: Any, operation: str, parameters: Any) -> Any:
        found.add(f"{client.meta.service_model.signing_name}:{operation}")
        return call(client, operation, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)
    yield found
    monkeypatch.undo()


def test_permissions_of_doctor(
    scene: ConnectedAccounts, called: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it calls is what the page allows; who calls needs no permission to ask."""
    organization = Organization(scene.emulator, management_account_id="999999999999")
    organization.add_account(organization.root_id, account_id="222222222222")
    organization.register_delegated_administrator("222222222222")
    use(scene.emulator.environment("222222222222", "us-east-1"), monkeypatch)
    called.clear()
    assert run(["doctor", SPACE_ARN, "--account", "222222222222"]) == 1
    assert run(["doctor", SPACE_ARN, "--account", "222222222222", "--role-name", "Other"]) == 1
    assert capsys.readouterr().err == ""
    allowed, *_ = [json.loads(code) for language, code in BLOCKS if language == "json"]
    assert called - {"sts:GetCallerIdentity"} == actions_of(allowed)


def test_permissions_of_migrate(
    scene: ConnectedAccounts, called: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In both accounts together: the primary account's own, and those of the role that it assumes."""
    iam = scene.emulator.client("iam", "333333333333")
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="Old", PolicyDocument=json.dumps(policy(GA_INLINE)))
    use(scene.environment, monkeypatch)
    called.clear()
    assert run(["migrate", SPACE_ARN, "--assume-role-name", "Audit"]) == 0
    assert "nothing left" not in capsys.readouterr().out
    _, primary, secondary = [json.loads(code) for language, code in BLOCKS if language == "json"]
    assert called == actions_of(primary) | actions_of(secondary)
