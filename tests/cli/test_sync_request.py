"""What `sync` makes of an accounts file, and of options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devops_agent_constructs import config
from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.scope import DesiredRole, OrganizationScope
from devops_agent_constructs.account_sync.sync_settings import sync_configuration
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError, UsageError
from devops_agent_constructs.cli.sync_request import ScopeOptions, SyncRequest, sync_request
from devops_agent_constructs.onboarding.sync_arguments import sync_arguments
from tests.account_sync.cases import arn, association
from tests.emulator.trusting_roles import SPACE_ARN

ORDERS, BILLING, CARDS = "222222222222", "333333333333", "444444444444"
BY_STACK = "the stack DevOpsAgentPrimary connects it: deploy it"


def of_file(folder: Path, settings: str, **arguments: str) -> SyncRequest:
    """Return the request of an accounts file."""
    path = folder / "accounts.yaml"
    path.write_text(f"agent_space_arn: {SPACE_ARN}\n{settings}", encoding="utf-8")
    profile = arguments.get("organization_profile")
    return sync_request(None, Session(profile="operations"), ScopeOptions(), config=path, organization_profile=profile)


def test_file_with_everything(tmp_path: Path) -> None:
    """Units, exclusions, both StackSets, the management account, the role, and who is connected by a stack."""
    settings = f"""\
stack_prefix: Orders-
primary: {{}}
role: {{name: Agent, path: /ops/}}
organization:
  account_id: "999999999999"
  region: eu-west-1
  call_as: self
  organizational_units: [ou-a1b2-11112222]
  exclude: ["{ORDERS}"]
  additional: ["{CARDS}"]
  root: r-a1b2
  include_management_account: true
  associate: ["{BILLING}", "999999999999"]
"""
    request = of_file(tmp_path, settings)
    held = dict.fromkeys([BILLING, "999999999999"], "the stack Orders-DevOpsAgentPrimary connects it: deploy it")
    assert request.configuration == SyncConfiguration(
        role_name="Agent",
        path="/ops/",
        organization=OrganizationScope(
            organizational_units=("ou-a1b2-11112222",),
            exclude_accounts=(ORDERS,),
            only_accounts=(),
            additional_accounts=(CARDS,),
            held_accounts=held,
            management_account_id="999999999999",
            stack_set_names=("Orders-DevOpsAgentSecondary", "Orders-DevOpsAgentSecondary-AdditionalAccounts"),
        ),
        organization_region="eu-west-1",
        held_accounts=held,
    )
    assert request.configuration.single_accounts("aws") == {
        "999999999999": DesiredRole(
            role_arn="arn:aws:iam::999999999999:role/ops/Agent", why_left_alone=held["999999999999"]
        )
    }
    assert request.associated == (BILLING, "999999999999")
    assert request.organization_session == Session(profile="operations", region="eu-west-1")
    assert request.target.session == Session(profile="operations", region="us-east-1")


def test_file_with_roles_alone(tmp_path: Path) -> None:
    """Accounts without `primary` are sync's to connect, with the role for directed actions that they have."""
    elevated = f"arn:aws:iam::{BILLING}:role/Elevated"
    settings = f"""\
accounts:
  - "{ORDERS}"
  - id: "{BILLING}"
    role: {{name: Own}}
    elevated_role_arn: {elevated}
"""
    request = of_file(tmp_path, settings, organization_profile="management")
    assert request.configuration.organization is None
    assert request.configuration.single_accounts("aws") == {
        ORDERS: DesiredRole(role_arn=f"arn:aws:iam::{ORDERS}:role/DevOpsAgentRole-SecondaryAccount"),
        BILLING: DesiredRole(role_arn=f"arn:aws:iam::{BILLING}:role/Own", elevated_role_arn=elevated),
    }
    assert request.organization_session == Session(profile="management", region="us-east-1")
    limits = request.limits(adopt=[CARDS], adopt_roles=["team/Former", "/Older"], max_removals=3)
    assert set(limits.owned_roles) == {"/team/Former", "/Older"}
    assert set(limits.owned_role_arns) == {
        f"arn:aws:iam::{ORDERS}:role/DevOpsAgentRole-SecondaryAccount",
        f"arn:aws:iam::{BILLING}:role/Own",
    }
    assert (limits.primary_account_id, set(limits.adopted_accounts), limits.max_removals) == (
        "111111111111",
        {CARDS},
        3,
    )


def test_single_accounts_beside_an_organization(tmp_path: Path) -> None:
    """With `primary` their stack connects them; they keep their own role."""
    settings = f"""\
primary: {{}}
accounts: ["{ORDERS}"]
organization:
  account_id: "111111111111"
  call_as: delegated_admin
  organizational_units: [r-a1b2]
  exclude: ["{ORDERS}"]
"""
    role_arn = f"arn:aws:iam::{ORDERS}:role/DevOpsAgentRole-SecondaryAccount"
    request = of_file(tmp_path, settings)
    assert request.configuration.single_accounts("aws") == {
        ORDERS: DesiredRole(role_arn=role_arn, why_left_alone=BY_STACK)
    }
    assert request.associated == ()


def test_the_files_limits_are_the_defaults(tmp_path: Path) -> None:
    """As its sync's function has them; what an option says wins, each by itself."""
    settings = f"""\
accounts: ["{ORDERS}"]
sync: {{adopt: ["{BILLING}"], adopt_roles: [/Former], max_removals: 3, max_removal_percentage: 7}}
"""
    request = of_file(tmp_path, settings)
    limits = request.limits()
    assert (limits.adopted_accounts, limits.owned_roles) == ({BILLING}, {"/Former"})
    assert (limits.max_removals, limits.max_removal_percentage) == (3, 7)
    limits = request.limits(adopt=[CARDS], adopt_roles=["Older"], max_removals=0, max_removal_percentage=0)
    assert (limits.adopted_accounts, limits.owned_roles) == ({CARDS}, {"/Older"})
    assert (limits.max_removals, limits.max_removal_percentage) == (0, 0)


def test_the_function_is_told_the_same(tmp_path: Path) -> None:
    """But for the name of the stack that connects some of them."""
    settings = f"""\
primary: {{}}
accounts: ["{ORDERS}"]
organization:
  account_id: "111111111111"
  call_as: delegated_admin
  organizational_units: [r-a1b2]
  exclude: ["{ORDERS}"]
  associate: ["{BILLING}"]
sync: {{max_removals: 3}}
"""
    request = of_file(tmp_path, settings)
    onboarding = config.from_file(tmp_path / "accounts.yaml")
    configuration = sync_configuration(request.agent_space, **sync_arguments(onboarding))
    told = configuration
    assert told.single_accounts("aws").keys() == request.configuration.single_accounts("aws").keys()
    assert told.limits("aws", primary_account_id="111111111111") == request.limits()
    assert told.organization is not None
    assert request.configuration.organization is not None
    held = dict.fromkeys([ORDERS, BILLING], BY_STACK)
    assert replace(told.organization, held_accounts=held) == request.configuration.organization


def test_a_file_whose_stack_makes_all_associations(tmp_path: Path) -> None:
    """With a sync, the command shows what its function looks at."""
    request = of_file(tmp_path, f'primary: {{}}\naccounts: ["{ORDERS}"]\nsync: {{}}\n')
    assert request.configuration.single_accounts("aws")[ORDERS].why_left_alone == BY_STACK


def test_role_of_one_account_is_its_own_there_only(tmp_path: Path) -> None:
    """An account of the file with another role does not make roles of that name in all accounts sync's own."""
    settings = f"""\
accounts: [{{id: "{ORDERS}", role: {{name: Console}}}}]
organization: {{account_id: "111111111111", call_as: delegated_admin, organizational_units: [ou-a1b2-11112222]}}
"""
    limits = of_file(tmp_path, settings).limits(adopt=[], adopt_roles=[])
    for account_id, role, is_owned in (
        (ORDERS, "/Console", True),
        (ORDERS, "/DevOpsAgentRole-SecondaryAccount", True),
        (BILLING, "/DevOpsAgentRole-SecondaryAccount", True),
        (BILLING, "/Console", False),
    ):
        assert limits.owns(association(1, account_id, arn(account_id, role))) is is_owned, (account_id, role)


def test_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They say the same; a file that is in the folder is not read beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "devops-agent.yaml").write_text("nonsense", encoding="utf-8")
    options = ScopeOptions(
        units=["ou-a1b2-11112222"],
        exclude=[ORDERS],
        accounts=[CARDS],
        role_name="Agent",
        path="/ops/",
        stack_set="Agents",
        stack_set_region="eu-west-1",
    )
    request = sync_request(SPACE_ARN, Session(), options, config=None, organization_profile=None)
    assert request.configuration == SyncConfiguration(
        role_name="Agent",
        path="/ops/",
        organization=OrganizationScope(
            organizational_units=["ou-a1b2-11112222"],
            exclude_accounts=[ORDERS],
            stack_set_names=("Agents",),
        ),
        organization_region="eu-west-1",
        accounts={CARDS: "/ops/Agent"},
    )
    assert request.configuration.single_accounts("aws") == {
        CARDS: DesiredRole(role_arn=f"arn:aws:iam::{CARDS}:role/ops/Agent")
    }
    assert request.organization_session == Session(region="eu-west-1")
    assert request.accounts_file is None


OTHER_SPACE = SPACE_ARN[:-1] + "e"


@pytest.mark.parametrize(
    ("argument", "variable"),
    [
        (None, None),
        (SPACE_ARN, None),
        (SPACE_ARN.rpartition("/")[2], None),
        (None, SPACE_ARN),
        (SPACE_ARN, OTHER_SPACE),
    ],
)
def test_file_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str | None, variable: str | None
) -> None:
    """It counts however its Agent Space is named: without it, accounts that it names would be in no unit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEVOPS_AGENT_SPACE", raising=False)
    if variable is not None:
        monkeypatch.setenv("DEVOPS_AGENT_SPACE", variable)
    (tmp_path / "devops-agent.yaml").write_text(f'agent_space_arn: {SPACE_ARN}\naccounts: ["{ORDERS}"]\n')
    request = sync_request(argument, Session(), ScopeOptions(), config=None, organization_profile=None)
    assert set(request.configuration.single_accounts("aws")) == {ORDERS}
    assert request.configuration.organization is None


@pytest.mark.parametrize("is_argument", [True, False])
def test_file_of_the_folder_for_another_agent_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_argument: bool
) -> None:
    """Neither the file's accounts nor all accounts there are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEVOPS_AGENT_SPACE", OTHER_SPACE)
    (tmp_path / "devops-agent.yaml").write_text(f'agent_space_arn: {SPACE_ARN}\naccounts: ["{ORDERS}"]\n')
    argument = OTHER_SPACE if is_argument else None
    with pytest.raises(UsageError, match=r"names another, .*; leave it out, or say which accounts, as with --ou"):
        sync_request(argument, Session(), ScopeOptions(), config=None, organization_profile=None)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """The advice is about accounts, and no other command's."""
    with pytest.raises(CommandError, match="correct the path, or say which accounts, as with --ou"):
        sync_request(None, Session(), ScopeOptions(), config=tmp_path / "x.yaml", organization_profile=None)
