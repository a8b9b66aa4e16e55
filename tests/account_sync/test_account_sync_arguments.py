"""AccountSync: what it warns of, and what it refuses before anything is defined."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, LegacyStackSynthesizer, Stack
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AccountSync,
    AgentSpace,
    AgentSpaceArn,
    OnboardingInputError,
    PrimaryAccountAccess,
    SecondaryAccount,
)
from tests.account_sync.constructs import MANAGEMENT, PRIMARY, SPACE_ARN, organization, stack_in, synced
from tests.conftest import SPACE

KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ORDERS = SecondaryAccount(account_id="222222222222", role_name="Orders", path="/ops/")
READ_ROLE = f"arn:aws:iam::{MANAGEMENT}:role/DevOpsAgentOrganizationRead"


def test_warns_of_an_organization_of_another_account(app: App) -> None:
    """The primary account may be a delegated administrator; nobody knows that at synthesis."""
    stack = stack_in(app)
    synced(stack, organization=organization())
    warning = Match.string_like_regexp(r"account 999999999999, a management account.*organizationReadByPrimary")
    Annotations.from_stack(stack).has_warning("*", warning)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("associated", [[], ["222222222222"]])
def test_warns_of_an_account_that_a_stack_connects(app: App, associated: list[str], *, is_first: bool) -> None:
    """Whichever is defined first; not if it is left to the stack."""
    stack = stack_in(app)
    if is_first:
        synced(stack, associated_accounts=associated)
    PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=[ORDERS])
    if not is_first:
        synced(stack, associated_accounts=associated)
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("/Access connects account 2222"))
    assert len(found) == (0 if associated else 1)


@pytest.mark.parametrize("spaces", [(SPACE, SPACE), (SPACE, AgentSpaceArn.from_arn(SPACE_ARN[:-1] + "d"))])
def test_warns_of_a_second_sync_of_one_space(app: App, spaces: tuple[AgentSpaceArn, AgentSpaceArn]) -> None:
    """Each would disconnect what the other has connected. One of another Agent Space has nothing to do with it."""
    stack = stack_in(app)
    synced(stack, agent_space=spaces[0])
    AccountSync(stack, "Second", agent_space=spaces[1], accounts=[ORDERS], name="Second")
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("agentSpaceSyncedTwice"))
    assert len(found) == (1 if spaces[0] == spaces[1] else 0)


def test_warns_of_a_second_sync_of_a_space_of_the_app(app: App) -> None:
    """Also where only deployment knows the space."""
    stack = stack_in(app)
    space = AgentSpace(stack, "Space", name="Operations")
    for name in ("First", "Second"):
        AccountSync(stack, name, agent_space=space, accounts=[ORDERS], name=name)
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("/First keeps this Agent Space"))


def test_warns_of_events_without_reserved_concurrency(app: App) -> None:
    """Each event of a rollout may start a run of its own."""
    stack = stack_in(app)
    synced(stack, management_account_id=MANAGEMENT, reserve_concurrency=False)
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("500 events.*concurrentRuns"))


def test_warns_of_a_role_of_a_third_account(app: App) -> None:
    """It may be another delegated administrator; nobody knows that at synthesis."""
    stack = stack_in(app)
    role = READ_ROLE.replace(MANAGEMENT, "777777777777")
    synced(stack, organization=organization(), organization_read_role_arn=role)
    warning = Match.string_like_regexp("names a role of account 777777777777.*organizationReadByAnotherAccount")
    Annotations.from_stack(stack).has_warning("*", warning)


@pytest.mark.parametrize("settings", [{}, {"organization": organization(), "organization_read_role_arn": READ_ROLE}])
def test_does_not_warn(app: App, settings: dict[str, Any]) -> None:
    """Its own StackSet, or a role for another account's."""
    stack = stack_in(app)
    synced(stack, **settings)
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []


EUROPEAN_KEY = kms.Key.from_key_arn(Stack(None, "Keys"), "Key", KEY_ARN.replace("us-east-1", "eu-west-1"))
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"organization": None}, "organization=None: there is nothing to keep in step"),
    ({"schedule": Duration.seconds(90)}, "schedule=1.5: 1.5 minutes; EventBridge takes whole minutes"),
    ({"schedule": Duration.seconds(0)}, "schedule=0"),
    (
        {"accounts": [SecondaryAccount(account_id=PRIMARY)]},
        r"accounts\[0\]='111111111111': this is the primary account",
    ),
    ({"accounts": [ORDERS, ORDERS]}, r"accounts\[1\]='222222222222'"),
    ({"associated_accounts": ["12"]}, r"associated_accounts\[0\]='12'"),
    ({"adopted_accounts": ["12"]}, r"adopted_accounts\[0\]='12'"),
    ({"adopted_roles": ["Former"]}, r"adopted_roles\[0\]='Former': .*; write '/Former'"),
    ({"max_removals": -1}, "max_removals=-1"),
    ({"max_removal_percentage": 101}, "max_removal_percentage=101"),
    ({"name": "with space"}, "name='with space': the name of a role, a function and an event bus"),
    ({"name": ""}, "name=''"),
    ({"name": "default"}, "name='default': each account has an event bus of this name already"),
    ({"management_account_id": "1"}, "management_account_id='1'"),
    ({"management_account_id": PRIMARY}, "management_account_id='111111111111': a delegated administrator"),
    (
        {"management_account_id": "888888888888", "organization": organization()},
        "management_account_id='888888888888': the events are in the management account, 999999999999",
    ),
    (
        {"organization_read_role_arn": READ_ROLE.replace("arn:aws:", "arn:aws-cn:")},
        "organization_read_role_arn=.*in the partition 'aws-cn'",
    ),
    (
        {"organization_read_role_arn": READ_ROLE, "organization": None, "accounts": [ORDERS]},
        "organization_read_role_arn=.*there is no organization to read",
    ),
    ({"organization_read_role_arn": "arn:aws:iam::1:role/x"}, "organization_read_role_arn="),
    ({"encryption_key": EUROPEAN_KEY}, "encryption_key=.*a key of eu-west-1; the Agent Space is in us-east-1"),
    ({"agent_space": AgentSpaceArn.any_in_account(PRIMARY, region="us-east-1")}, "stands for all of an account"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG, ids=[next(iter(one)) for one, _ in WRONG])
def test_refused(app: App, settings: dict[str, Any], message: str) -> None:
    """One clear error, and nothing is defined."""
    stack = stack_in(app)
    with pytest.raises(OnboardingInputError, match=message):
        synced(stack, **settings)
    assert stack.node.children == []


@pytest.mark.parametrize(("account_id", "region"), [("222222222222", "us-east-1"), (PRIMARY, "eu-west-1")])
def test_refused_in_another_place(app: App, account_id: str, region: str) -> None:
    """The metrics and the Agent Space are where the function is."""
    stack = stack_in(app, account_id, region)
    with pytest.raises(OnboardingInputError, match="the sync runs in the Agent Space's"):
        synced(stack)
    assert stack.node.children == []


def test_refused_without_bootstrap(app: App) -> None:
    """Its code is an asset."""
    stack = Stack(app, "Stack", synthesizer=LegacyStackSynthesizer())
    with pytest.raises(OnboardingInputError, match="deploys without `cdk bootstrap`"):
        synced(stack)
    assert stack.node.children == []


def test_refused_as_second_of_its_name(app: App) -> None:
    """IAM has one role of a name."""
    stack = stack_in(app)
    synced(stack)
    with pytest.raises(OnboardingInputError, match="name='DevOpsAgentAccountSync'"):
        synced(stack)


def test_refused_values_of_deployment(app: App) -> None:
    """The package is written before."""
    stack = stack_in(app)
    token = CfnParameter(stack, "Name").value_as_string
    account = SecondaryAccount(account_id="222222222222", role_name=token)
    for settings in ({"accounts": [account]}, {"adopted_accounts": [token]}, {"name": token}):
        with pytest.raises(OnboardingInputError, match="only deployment knows it"):
            synced(stack, **settings)
