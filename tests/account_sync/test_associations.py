"""Associations are read to the end, and a plan is done whatever comes between."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ConnectionClosedError, ParamValidationError

from devops_agent_constructs.account_sync.associations_reader import OrganizationModeError, read_associations
from devops_agent_constructs.account_sync.associations_writer import Outcome, Result, apply, entry
from devops_agent_constructs.account_sync.plan import Plan, plan
from devops_agent_constructs.account_sync.retries import IncompleteListError, Retries
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
from tests.account_sync.cases import FORMER, OWN, PRIMARY, arn, association
from tests.account_sync.fake_clients import FOR_ALL_CALLS, FakeDevOpsAgent, refusal

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
LIMITS = SyncLimits(primary_account_id=PRIMARY, owned_roles=[OWN, FORMER], max_removal_percentage=100)
ORDERS, BILLING, CARDS, LAB, GONE = (digit * 12 for digit in "23456")
WANTED = Desired(roles={one: DesiredRole(role_arn=arn(one, OWN)) for one in (ORDERS, BILLING, CARDS, LAB)})
IN_STEP = {one: arn(one, OWN) for one in (ORDERS, BILLING, CARDS, LAB)}
WITHOUT_PAUSE = Retries(attempts=3, sleep=lambda _: None)


@pytest.fixture
def service() -> FakeDevOpsAgent:
    """Return an Agent Space: one account in step, one of a former role, one that is gone; two are missing."""
    service = FakeDevOpsAgent()
    service.add(association(1, ORDERS, arn(ORDERS, OWN)))
    service.add(association(2, BILLING, arn(BILLING, FORMER), externalId="kept", agentElevatedRoleArnStatus="valid"))
    service.add(association(3, GONE, arn(GONE, OWN)))
    return service


def planned(service: FakeDevOpsAgent) -> Plan:
    """Return the plan for what is there now."""
    return plan(WANTED, read_associations(service, SPACE_ID, WITHOUT_PAUSE), LIMITS)


def run(service: FakeDevOpsAgent) -> list[Result]:
    """Plan, and do it."""
    return list(apply(service, SPACE_ID, planned(service).actions, WITHOUT_PAUSE))


def test_in_step_after_one_run(service: FakeDevOpsAgent) -> None:
    """Two are associated, one is updated, one removed; the second run writes nothing."""
    results = run(service)
    assert [(one.action.account_id, one.outcome.value) for one in results] == [
        ("333333333333", "done"),
        ("444444444444", "done"),
        ("555555555555", "done"),
        ("666666666666", "done"),
    ]
    assert service.roles() == IN_STEP
    service.calls.clear()
    assert run(service) == []
    assert service.writes() == []


def test_reads_of_many_in_step() -> None:
    """As many as there are pages, and no write."""
    service, ids = FakeDevOpsAgent(page_size=100, empty_page=None), [f"2{number:011d}" for number in range(250)]
    for number, account_id in enumerate(ids):
        service.add(association(number, account_id, arn(account_id, OWN)))
    wanted = Desired(roles={one: DesiredRole(role_arn=arn(one, OWN)) for one in ids})
    made = plan(wanted, read_associations(service, SPACE_ID, WITHOUT_PAUSE), LIMITS)
    assert list(apply(service, SPACE_ID, made.actions, WITHOUT_PAUSE)) == []
    assert [operation for operation, _ in service.calls] == ["ListAssociations"] * 3


def test_requests(service: FakeDevOpsAgent) -> None:
    """As AWS takes them; an update sends all settings again, as AWS replaces the whole configuration."""
    run(service)
    of_account = {parameters.get("associationId", ""): parameters for _, parameters in service.calls[-4:]}
    assert of_account["a-00002"]["configuration"] == {
        "sourceAws": {
            "accountId": "333333333333",
            "accountType": "source",
            "assumableRoleArn": "arn:aws:iam::333333333333:role/DevOpsAgent",
            "externalId": "kept",
        }
    }
    assert of_account["a-00003"] == {"agentSpaceId": SPACE_ID, "associationId": "a-00003"}
    assert of_account[""] == {
        "agentSpaceId": SPACE_ID,
        "serviceId": "aws",
        "configuration": {
            "sourceAws": {
                "accountId": "555555555555",
                "accountType": "source",
                "assumableRoleArn": "arn:aws:iam::555555555555:role/DevOpsAgent",
            }
        },
    }


def test_elevated_role() -> None:
    """It is part of a new association."""
    service = FakeDevOpsAgent()
    role = DesiredRole(role_arn=arn(ORDERS, OWN), elevated_role_arn=arn(ORDERS, "/Elevated"))
    list(apply(service, SPACE_ID, plan(Desired(roles={ORDERS: role}), [], LIMITS).actions, WITHOUT_PAUSE))
    [made] = read_associations(service, SPACE_ID, WITHOUT_PAUSE)
    assert made.elevated_role_arn == "arn:aws:iam::222222222222:role/Elevated"


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("number", range(4))
def test_killed_between_any_two_writes(service: FakeDevOpsAgent, number: int, position: str) -> None:
    """The next run does the rest."""
    writes = iter(range(10))

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation != "ListAssociations" and next(writes) == number:
            service.before = lambda _operation, _parameters: None
            if position == "after":
                getattr(service, xform_name(operation))(**parameters)
            raise KeyboardInterrupt

    service.before = before
    with pytest.raises(KeyboardInterrupt):
        run(service)
    assert service.roles() != IN_STEP or (number, position) == (3, "after")
    assert {one.outcome for one in run(service)} <= {Outcome.DONE}
    assert service.roles() == IN_STEP


@pytest.mark.parametrize("operation", ["AssociateService", "UpdateAssociation", "DisassociateService"])
def test_one_account_fails(service: FakeDevOpsAgent, operation: str) -> None:
    """The others go on, and the next run needs nothing but the one."""
    refused = list[dict[str, Any]]()

    def before(called: str, parameters: dict[str, Any]) -> None:
        if called == operation and not refused:
            refused.append(parameters)
            raise refusal(operation, "ServiceQuotaExceededException", "too many", status=402)

    service.before = before
    outcomes = [one.outcome for one in run(service)]
    assert sorted(one.value for one in outcomes) == ["done", "done", "done", "failed"]
    assert len(planned(service).changes) == 1
    run(service)
    assert service.roles() == IN_STEP


@pytest.mark.parametrize("code", ["AccessDeniedException", "ServiceQuotaExceededException"])
def test_refusal_that_is_no_accounts(service: FakeDevOpsAgent, code: str) -> None:
    """After five in a row the rest of the kind is given up; a removal makes room, and others are tried again."""
    new, room = [f"7{number:011d}" for number in range(20)], [False]
    service.associations["a-00003"]["configuration"]["sourceAws"] |= {"accountId": new[12]}
    service.associations["a-00003"]["configuration"]["sourceAws"] |= {"assumableRoleArn": arn(new[12], OWN)}
    wanted = {one: DesiredRole(role_arn=arn(one, OWN)) for one in (ORDERS, BILLING, *new) if one != new[12]}

    def before(operation: str, _parameters: dict[str, Any]) -> None:
        room[0] = room[0] or operation == "DisassociateService"
        if operation == "AssociateService" and not room[0]:
            raise refusal(operation, code)

    service.before = before
    actions = plan(Desired(roles=wanted), read_associations(service, SPACE_ID, WITHOUT_PAUSE), LIMITS).actions
    results = list(apply(service, SPACE_ID, actions, WITHOUT_PAUSE))
    outcomes = [one.outcome.value for one in results]
    assert outcomes == ["done"] + ["failed"] * 5 + ["given up"] * 7 + ["done"] * 8
    assert {str(one.error) for one in results if one.error} == {str(refusal("AssociateService", code))}


def test_refusals_of_single_accounts(service: FakeDevOpsAgent) -> None:
    """However many there are, the others are tried: those would come first in each run, and the rest never."""
    new, codes = [f"7{number:011d}" for number in range(20)], itertools.cycle(["AccessDeniedException", "Other"])

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "AssociateService":
            is_late = parameters["configuration"]["sourceAws"]["accountId"] > new[10]
            raise refusal(operation, next(codes) if is_late else "ValidationException")

    service.before = before
    wanted = Desired(roles={one: DesiredRole(role_arn=arn(one, OWN)) for one in new})
    results = list(apply(service, SPACE_ID, plan(wanted, [], LIMITS).actions, WITHOUT_PAUSE))
    assert [one.outcome for one in results] == [Outcome.FAILED] * 20


def test_what_a_removal_loses(service: FakeDevOpsAgent) -> None:
    """It is in the log, as the account has it no more when it comes back; but for what nobody may read."""
    settings = service.associations["a-00003"]["configuration"]["sourceAws"]
    settings |= {"agentElevatedRoleArn": arn(GONE, "/Elevated"), "agentElevatedRoleArnStatus": "valid"}
    settings |= {"externalId": "secret", "newer": "secret"}
    *others, removed = (entry(one.action, one) for one in run(service))
    assert removed["lostSettings"] == {
        "assumableRoleArn": "arn:aws:iam::666666666666:role/DevOpsAgent",
        "agentElevatedRoleArn": "arn:aws:iam::666666666666:role/Elevated",
        "externalId": "not shown",
        "newer": "not shown",
    }
    assert [other["lostSettings"] for other in others] == [None] * 3


def test_member_that_is_newer_than_this_library(service: FakeDevOpsAgent) -> None:
    """An update sends it again, and names it if AWS refuses that: a setting that is lost would be worse."""
    service.associations["a-00002"]["configuration"]["sourceAws"]["newer"] = "kept"
    actions = [action for action in planned(service).changes if action.account_id == BILLING]
    service.before = lambda operation, _parameters: (_ for _ in ()).throw(refusal(operation, "ValidationException"))
    [refused] = apply(service, SPACE_ID, actions, WITHOUT_PAUSE)
    said = "ValidationException (sent again, as the association has it: newer)"
    assert entry(refused.action, refused)["error"] == said
    service.before = lambda _operation, _parameters: None
    list(apply(service, SPACE_ID, actions, WITHOUT_PAUSE))
    assert service.associations["a-00002"]["configuration"]["sourceAws"]["newer"] == "kept"


def test_throttling(service: FakeDevOpsAgent) -> None:
    """Each call is good the third time, after pauses of random length that grow."""
    attempts: dict[str, int] = {}
    pauses: list[float] = []

    def before(operation: str, parameters: dict[str, Any]) -> None:
        key = f"{operation} {sorted(parameters.items(), key=str)}"
        attempts[key] = attempts.get(key, 0) + 1
        if attempts[key] % 3:
            raise refusal(operation, "ThrottlingException", status=429)

    service.before = before
    retries = Retries(attempts=3, sleep=pauses.append, chance=lambda: 0.5)
    actions = plan(WANTED, read_associations(service, SPACE_ID, retries), LIMITS).actions
    assert {one.outcome for one in apply(service, SPACE_ID, actions, retries)} == {Outcome.DONE}
    assert pauses[:2] == [0.5, 1.0]


def test_throttling_without_end(service: FakeDevOpsAgent) -> None:
    """An account is given up after some attempts, and the others are tried."""
    listed = planned(service).actions
    service.before = lambda operation, _parameters: (_ for _ in ()).throw(
        refusal(operation, "ThrottlingException", status=429)
    )
    results = list(apply(service, SPACE_ID, listed, WITHOUT_PAUSE))
    assert [one.outcome for one in results] == [Outcome.FAILED] * 4


def test_answer_that_is_lost(service: FakeDevOpsAgent) -> None:
    """The association is there, its repetition is refused; that is no failure, and the next run is in step."""
    lost = list[str]()

    def before(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "AssociateService" and not lost:
            lost.append(operation)
            service.associate_service(**parameters)
            raise refusal(operation, "InternalServerException", status=500)

    service.before = before
    outcomes = {one.action.account_id: one.outcome for one in run(service)}
    assert outcomes[CARDS] is Outcome.CHANGED_MEANWHILE
    assert service.roles() == IN_STEP
    assert planned(service).changes == ()


def test_two_runs_at_once(service: FakeDevOpsAgent) -> None:
    """Both plan the same; what the first has done, the second finds done."""
    first, second = planned(service), planned(service)
    list(apply(service, SPACE_ID, first.actions, WITHOUT_PAUSE))
    results = list(apply(service, SPACE_ID, second.actions, WITHOUT_PAUSE))
    assert Outcome.FAILED not in {one.outcome for one in results}
    assert service.roles() == IN_STEP


def test_update_of_what_is_gone(service: FakeDevOpsAgent) -> None:
    """Somebody removed it: no failure of ours, and the next run connects the account anew."""
    made = planned(service)
    del service.associations["a-00002"]
    outcomes = {one.action.account_id: one.outcome for one in apply(service, SPACE_ID, made.actions, WITHOUT_PAUSE)}
    assert outcomes[BILLING] is Outcome.CHANGED_MEANWHILE
    run(service)
    assert service.roles() == IN_STEP


@pytest.mark.parametrize("error", FOR_ALL_CALLS, ids=lambda error: error.__class__.__name__)
def test_error_that_every_call_would_have(service: FakeDevOpsAgent, error: Exception) -> None:
    """Credentials that ended, and no connection: the run ends, as thousands of further calls would say the same."""

    def before(_operation: str, _parameters: dict[str, Any]) -> None:
        if len(service.writes()) > 1:
            raise error

    service.before = before
    with pytest.raises(type(error)):
        run(service)
    assert len(service.writes()) == 2


def test_account_at_which_the_run_ends(service: FakeDevOpsAgent) -> None:
    """It was tried, and is told as failed: an answer that did not come may have done it."""
    service.before = lambda _operation, _parameters: (_ for _ in ()).throw(FOR_ALL_CALLS[-1])
    results = apply(service, SPACE_ID, plan(WANTED, [], LIMITS).actions, WITHOUT_PAUSE)
    first = next(results)
    assert (first.action.account_id, first.outcome) == (ORDERS, Outcome.FAILED)
    with pytest.raises(ConnectionClosedError):
        next(results)


def test_request_that_the_client_refuses(service: FakeDevOpsAgent) -> None:
    """It is about one account: the others go on."""

    def before(operation: str, _parameters: dict[str, Any]) -> None:
        if operation == "UpdateAssociation":
            raise ParamValidationError(report="Unknown parameter in configuration")

    service.before = before
    outcomes = {result.action.account_id: result.outcome for result in run(service)}
    assert [account_id for account_id, outcome in outcomes.items() if outcome is Outcome.FAILED] == [BILLING]


def test_pages(service: FakeDevOpsAgent) -> None:
    """An empty page in the middle is not the end; associations of other services are left out."""
    service.associations["chat"] = {**service.associations["a-00001"], "configuration": {"slack": {}}, "serviceId": "x"}
    for number in range(10, 30):
        service.add(association(number, f"9{number:011d}", arn(f"9{number:011d}", OWN)))
    assert len(read_associations(service, SPACE_ID, WITHOUT_PAUSE)) == 23
    assert {parameters["maxResults"] for _, parameters in service.calls} == {100}


def test_token_that_comes_twice(service: FakeDevOpsAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without an end is an error, and not an endless run."""
    monkeypatch.setattr(service, "page", lambda key, entries, name, _token: {key: entries, name: "same"})
    with pytest.raises(IncompleteListError, match="nextToken"):
        read_associations(service, SPACE_ID, WITHOUT_PAUSE)


@pytest.mark.parametrize(
    ("configuration", "kind"),
    [
        ({"sourceAwsOrg": {"organizationalUnit": {"organizationalUnitId": "ou-a1b2-11112222"}}}, "sourceAwsOrg"),
        ({"SDK_UNKNOWN_MEMBER": {"name": "sourceAwsOrg"}}, "sourceAwsOrg"),
        ({"SDK_UNKNOWN_MEMBER": {"name": "sourceAwsRegion"}}, "sourceAwsRegion"),
    ],
)
def test_organization_mode(service: FakeDevOpsAgent, configuration: dict[str, Any], kind: str) -> None:
    """AWS connects the accounts there: refused, also by a botocore that does not know the mode."""
    service.associations["unit"] = {**service.associations["a-00001"], "configuration": configuration}
    with pytest.raises(OrganizationModeError, match=kind):
        read_associations(service, SPACE_ID, WITHOUT_PAUSE)
