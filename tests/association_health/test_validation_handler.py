"""The custom resource of `AssociationValidation`: what CloudFormation is told, and when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.account_sync.fake_clients import refusal
from tests.association_health.scene import BILLING, ORDERS, SPACE_ARN, STACK_ID, URL, Scene, denied, role_of

SUCCESS = {
    "Status": "SUCCESS",
    "PhysicalResourceId": "0a1b2c3d/Validation",
    "StackId": STACK_ID,
    "RequestId": "request-1",
    "LogicalResourceId": "Validation",
}


def billing_is(status: str) -> Scene:
    """Return a scene in which one of two accounts has a status, whenever it is validated."""
    return Scene(status_at=lambda account_id, _: status if account_id == BILLING else "valid")


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_success(kind: str) -> None:
    """One validation is enough."""
    scene = Scene()
    assert scene.handle(kind) == {**SUCCESS, "Data": {"Summary": "2 valid"}}
    assert scene.validations == [0]


def test_late_success() -> None:
    """A role that appears during the wait: it is validated again, after pauses that grow."""
    scene = Scene(status_at=lambda account_id, now: "invalid" if account_id == BILLING and now < 60 else "valid")
    assert scene.handle()["Data"] == {"Summary": "2 valid"}
    assert scene.validations == [0, 5, 15, 35, 75]


def test_failure() -> None:
    """The deployment fails when the time is over, with a line an account; what needs doing comes first."""
    scene = billing_is("invalid")
    answer = scene.handle()
    assert answer == {**SUCCESS, "Status": "FAILED", "Reason": answer["Reason"]}
    summary, billing, orders = answer["Reason"].splitlines()
    assert (summary, orders) == ("after 300 seconds: 1 valid, 1 invalid", f"{ORDERS} valid")
    assert billing == (
        f"{BILLING} invalid: AWS DevOps Agent cannot assume {role_of(BILLING)}: it is missing, is too new to be known "
        "everywhere, or its trust policy or a control policy of the organization keeps this Agent Space out; the "
        "status does not tell which. Fix: what "
        f"this says, with credentials of the account: devops-agent-accounts doctor {SPACE_ARN} --account {BILLING}"
    )
    assert scene.now == 300


def test_pending() -> None:
    """An account that AWS says nothing about is no success; the validation is asked for again."""
    scene = billing_is("pending-confirmation")
    [_, billing, _] = scene.handle()["Reason"].splitlines()
    assert billing.startswith(f"{BILLING} pending: AWS has not validated {role_of(BILLING)} yet; ")
    assert billing.endswith(f"devops-agent-accounts verify {SPACE_ARN} --account {BILLING} --wait 15")
    assert (len(scene.validations), scene.now) == (4, 300)


def test_account_without_association() -> None:
    """It is a line, too; that of an association which appears late is a success."""
    scene = Scene(accounts={ORDERS: role_of(ORDERS)})
    [summary, billing, _] = scene.handle()["Reason"].splitlines()
    assert summary == "after 300 seconds: 1 valid, 1 not associated"
    assert billing.startswith(f"{BILLING} not associated: the Agent Space has no association of it")
    assert Scene(missing_until={BILLING: 20}).handle()["Data"] == {"Summary": "2 valid"}


def test_removed_in_the_meantime() -> None:
    """An association that goes while it is waited for is one that is not there."""
    scene = Scene()

    def goes(_account: str, _now: float) -> str:
        scene.accounts = {ORDERS: role_of(ORDERS)}
        return "valid"

    scene.status_at = goes
    assert "1 valid, 1 not associated" in scene.handle()["Reason"]


def test_changed_by_somebody() -> None:
    """Where the cause can be told, it is."""
    scene = billing_is("invalid")
    scene.accounts[BILLING] = f"arn:aws:iam::{BILLING}:role/Console"
    [_, billing, _] = scene.handle()["Reason"].splitlines()
    assert f"names arn:aws:iam::{BILLING}:role/Console, and the stack {role_of(BILLING)}: somebody" in billing


def test_another_name_and_a_role_for_directed_actions() -> None:
    """The command names a role that is not the usual one; an invalid second role is said, and fails nothing."""
    role = f"arn:aws:iam::{BILLING}:role/ops/Agent"
    scene = billing_is("invalid")
    scene.accounts[BILLING] = role
    [_, billing, _] = scene.handle(Accounts=_accounts({ORDERS: role_of(ORDERS), BILLING: role}))["Reason"].splitlines()
    assert billing.endswith(f"--account {BILLING} --role-name=Agent --path=/ops/")
    elevated = {"agentElevatedRoleArn": "arn:aws:iam::1:role/E", "agentElevatedRoleArnStatus": "invalid"}
    scene = Scene(elevated=elevated)
    assert scene.handle()["Status"] == "SUCCESS"


def _accounts(roles: dict[str, str]) -> list[dict[str, str]]:
    return [{"AccountId": account_id, "RoleArn": role} for account_id, role in roles.items()]


def test_warn_only(capsys: pytest.CaptureFixture[str]) -> None:
    """The deployment goes on; the numbers are the attribute, the lines are in the log."""
    assert billing_is("invalid").handle(FailDeployment="false")["Data"] == {"Summary": "1 valid, 1 invalid"}
    assert f"{BILLING} invalid: AWS DevOps Agent cannot assume" in capsys.readouterr().out
    gone = refusal("ListAssociations", "ResourceNotFoundException", "not found", status=404)
    answer = Scene().handle(FailDeployment="false", client=Raising(gone))
    assert (answer["Status"], answer["Data"]["Summary"]) == (
        "SUCCESS",
        "not validated: ResourceNotFoundException: not found",
    )


class Raising:
    """A client that raises."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def list_associations(self, **_: Any) -> None:
        """Raise."""
        raise self._error


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
def test_update_that_is_a_rollback(status: str) -> None:
    """What brings the stack back to where it was never fails: it would be stuck there. Another update does."""
    scene = billing_is("invalid")
    scene.stack_status = status
    is_rollback = status == "UPDATE_ROLLBACK_IN_PROGRESS"
    assert scene.handle("Update")["Status"] == ("SUCCESS" if is_rollback else "FAILED")
    assert bool(scene.validations) is not is_rollback


THROTTLED = refusal("DescribeStacks", "Throttling", "Rate exceeded")


@pytest.mark.parametrize(("refusals", "expected"), [(3, "the stack is being rolled back"), (99, "Rate exceeded")])
def test_rollback_while_cloudformation_is_throttled(refusals: int, expected: str) -> None:
    """It is asked again; while nobody knows whether it is a rollback, the update does not fail, and says so."""
    scene = billing_is("invalid")
    scene.stack_status, scene.refusal, scene.refusals = "UPDATE_ROLLBACK_IN_PROGRESS", THROTTLED, refusals
    answer = scene.handle("Update")
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"]["Summary"].startswith("not validated: ")
    assert answer["Data"]["Summary"].endswith(expected)
    assert scene.validations == []


def test_update_while_cloudformation_is_throttled() -> None:
    """A throttled call is no reason to leave the validation out."""
    scene = billing_is("invalid")
    scene.stack_status, scene.refusal, scene.refusals = "UPDATE_IN_PROGRESS", THROTTLED, 3
    assert scene.handle("Update")["Status"] == "FAILED"


def test_delete() -> None:
    """Nothing is called, whatever the properties are, also of a resource that was never made."""
    scene = billing_is("invalid")
    assert scene.handle("Delete", AgentSpaceArn=None, Accounts=None, FailDeployment=None)["Status"] == "SUCCESS"
    assert scene.validations == []
    assert scene.answers[-1]["PhysicalResourceId"] == "0a1b2c3d/Validation"


def test_new_permissions() -> None:
    """The function's own role is minutes old: a refusal counts only when the time is over."""
    scene = Scene(status_at=lambda account_id, now: denied(account_id, now) if now < 30 else "valid")
    assert scene.handle()["Status"] == "SUCCESS"
    answer = Scene(status_at=denied).handle()
    assert answer["Reason"] == "AccessDeniedException: no identity-based policy allows"


def test_half_an_answer() -> None:
    """What AWS has not said itself may pass: the network, or an answer that ends in the middle."""

    def breaks(_account: str, now: float) -> str:
        if now < 10:
            raise ValueError("Unterminated string")
        return "valid"

    assert Scene(status_at=breaks).handle()["Data"] == {"Summary": "2 valid"}


def test_throttling_at_the_end() -> None:
    """What was found before is told."""

    def throttled(_account: str, now: float) -> str:
        if now > 100:
            raise refusal("ValidateAwsAssociations", "ThrottlingException", "Rate exceeded", status=429)
        return "invalid"

    assert "2 invalid" in Scene(status_at=throttled).handle()["Reason"]


@pytest.mark.parametrize("properties", [{"Accounts": None}, {"TimeoutSeconds": "soon"}, {"AgentSpaceArn": "space"}])
def test_crash(properties: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """CloudFormation is told at once; the URL of the answer is in no log."""
    answer = Scene().handle(**properties)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"]
    assert URL not in capsys.readouterr().out + answer["Reason"]


def test_too_many_lines() -> None:
    """As many as fit in 4,096 bytes; the answer names the log that has the others."""
    accounts = {f"2{number:011d}": role_of(f"2{number:011d}") for number in range(490)}
    scene = Scene(accounts=accounts, status_at=lambda _account, _now: "invalid")
    lines = scene.handle(Accounts=_accounts(accounts))["Reason"].splitlines()
    assert lines[0] == "after 300 seconds: 490 invalid"
    assert len(lines) > 6
    assert lines[-1] == f"{490 - len(lines) + 2} more lines are in the log group Primary-Log"


def test_too_long_reason() -> None:
    """Its beginning, and the log."""
    answer = Scene().handle(client=Raising(ValueError("ä" * 5_000)))
    assert answer["Reason"].endswith(" ... see the log group Primary-Log")


def test_function_ends_earlier(capsys: pytest.CaptureFixture[str]) -> None:
    """There is a minute for the answer, whatever the properties say."""
    scene = billing_is("invalid")
    scene.remaining_seconds = 180
    assert scene.handle(TimeoutSeconds="3600")["Reason"].startswith("after 120 seconds")
    assert capsys.readouterr().err == ""


def test_answer_that_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent again; then Lambda runs the function again, as the error says, without the URL."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    scene = Scene(failing_puts=2)
    assert scene.handle()["Status"] == "SUCCESS"
    with pytest.raises(ConnectionError) as raised:
        Scene(failing_puts=3).handle()
    assert str(raised.value) == "CloudFormation could not be answered: OSError"
    assert raised.value.__cause__ is None
