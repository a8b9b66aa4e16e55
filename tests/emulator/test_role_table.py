"""The demo's verdict, and how it shows an association that is not valid."""

from __future__ import annotations

import signal

import pytest
from rich.console import Console

from tests.emulator import demo
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import LiveAssociation
from tests.emulator.role_table import role_table

ROLE = LiveRole(
    arn="arn:aws:iam::222222222222:role/Agent",
    role_id="AROA0000000000000000",
    description="",
    max_session_seconds=3600,
    permissions_boundary_arn=None,
    trust_policy={"Statement": [{"Principal": {"Service": "aidevops.amazonaws.com"}}]},
    managed_policy_arns=[],
    inline_policies={},
    tags={},
)


def association(status: str, why_invalid: str | None = None) -> LiveAssociation:
    """An association with this status."""
    return LiveAssociation(association_id="1", role_arn=ROLE.arn, status=status, why_invalid=why_invalid)


def test_an_invalid_association_shows_its_reason() -> None:
    """An account without an association shows that too."""
    console = Console(width=80)
    with console.capture() as shown:
        console.print(
            role_table(
                {"222222222222": ROLE, "333333333333": ROLE}, {"222222222222": association("invalid", "no role")}
            )
        )
    lines = [line.strip() for line in shown.get().splitlines() if "association" in line]
    assert lines == ["association  invalid: no role", "association  none"]


@pytest.mark.parametrize(
    ("accounts", "connected"),
    [(["1"], True), (["1", "2"], False), (["1", "3"], False), (["4"], False), ([], False)],
)
def test_the_demo_needs_every_association_valid(accounts: list[str], connected: bool) -> None:
    """An account without an association, and a demo without accounts, are failures as well."""
    statuses = {"1": "valid", "2": "invalid", "3": "pending-confirmation"}
    associations = {account_id: association(status) for account_id, status in statuses.items()}
    assert demo.is_connected(accounts, associations) is connected


@pytest.mark.parametrize(("connected", "exit_code"), [(True, 0), (False, 1)])
def test_the_exit_code_tells(monkeypatch: pytest.MonkeyPatch, connected: bool, exit_code: int) -> None:
    """Scripts learn from it whether every association is valid."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert demo.run(lambda *_: connected) == exit_code
