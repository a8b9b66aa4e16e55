"""connect_accounts with sync, alarms and validation: which stack has what, and the order between them."""

from typing import Any

import pytest
from aws_cdk import App, LegacyStackSynthesizer, Stack, Stage
from aws_cdk.assertions import Annotations, Match
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpaceArn,
    CallAs,
    ConnectedAccounts,
    HealthSettings,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
    SyncSettings,
    ValidationSettings,
    connect_accounts,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.onboarding.function_checks import VALIDATION_RESOURCES
from tests.account_sync.constructs import told, without_hash
from tests.conftest import SPACE, lint_findings, nag_findings, template_of

MANAGEMENT, PRIMARY, ORDERS = "999999999999", "111111111111", "222222222222"
OWN = [SecondaryAccount(account_id=ORDERS)]


def organization(account_id: str = MANAGEMENT, call_as: CallAs = CallAs.SELF, **settings: Any) -> Organization:
    """Return an organization of one unit."""
    deployment = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=call_as)
    return Organization(account_id=account_id, deployment=deployment, **settings)


def connected(app: App | Stage, **settings: Any) -> ConnectedAccounts:
    """Connect an organization with a sync, unless it is told otherwise."""
    defaults = {"accounts": [], "organization": organization(), "sync": SyncSettings(), "bootstrap_qualifier": "own"}
    return connect_accounts(app, Onboarding(agent_space=SPACE, **{**defaults, **settings}))


def ids(stack: Stack | None) -> list[str]:
    """Return the types of a stack's resources, without what the CDK makes of each."""
    assert stack is not None
    return sorted(one["Type"] for one in template_of(stack)["Resources"].values())


def test_template(app: App, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the sync's stack with everything; cfn-lint and cdk-nag have nothing to say."""
    sync = connected(app, health=HealthSettings(vended_logs=True)).sync
    assert sync is not None
    assert sync.health is not None
    acknowledge_findings(sync.sync)
    acknowledge_findings(sync.health)
    template = template_of(sync)
    assert lint_findings(template) == []
    assert [one for one in nag_findings(app) if "DevOpsAgentSync" in one] == []
    assert without_hash(template) == snapshot


def test_the_organizations_account_lets_it_read_and_tells_it(app: App) -> None:
    """As another account than the primary one: a role for that one function, and its events."""
    stacks = connected(app)
    assert stacks.organization is not None
    assert stacks.sync is not None
    template = template_of(stacks.organization)
    assert lint_findings(template) == []
    roles = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
    [read_role] = [role for role in roles if role.get("RoleName") == "DevOpsAgentOrganizationRead"]
    [statement] = read_role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{PRIMARY}:role/DevOpsAgentAccountSync"}
    }
    assert ids(stacks.organization).count("AWS::Events::Rule") == 2
    variables = str(template_of(stacks.sync))
    assert f"arn:aws:iam::{MANAGEMENT}:role/DevOpsAgentOrganizationRead" in variables
    assert stacks.sync.sync.event_bus is not None
    warnings = Annotations.from_stack(stacks.sync).find_warning("*", Match.any_value())
    assert warnings == []


@pytest.mark.parametrize(
    ("of", "sync", "in_organization", "in_sync"),
    [
        (organization(PRIMARY, CallAs.DELEGATED_ADMIN), SyncSettings(), 0, 1),
        (organization(call_as=CallAs.DELEGATED_ADMIN), SyncSettings(), 0, 1),
        (organization(), SyncSettings(events=False), 0, 1),
        (organization(), SyncSettings(events=True), 2, 2),
        (organization(region="eu-west-1"), SyncSettings(), 1, 2),
        (organization(PRIMARY), SyncSettings(), 0, 4),
        (organization(PRIMARY, region="eu-west-1"), SyncSettings(), 1, 2),
    ],
    ids=["primary delegated", "other delegated", "off", "on", "another Region", "one account", "one account, two"],
)
def test_events(app: App, of: Organization, sync: SyncSettings, in_organization: int, in_sync: int) -> None:
    """Rules are where the management account's events are; in the bus's own place they come after the bus."""
    stacks = connected(app, organization=of, sync=sync)
    assert ids(stacks.organization).count("AWS::Events::Rule") == in_organization
    assert ids(stacks.sync).count("AWS::Events::Rule") == in_sync
    # One role for all rules, and one that reads where the primary account does not.
    assert ids(stacks.organization).count("AWS::IAM::Role") == bool(in_organization) + (of.account_id != PRIMARY)


def test_order(app: App) -> None:
    """After all stacks whose work it looks at."""
    stacks = connected(app, accounts=[SecondaryAccount(account_id="333333333333")], primary=PrimaryAccount())
    assert stacks.sync is not None
    assert {stack.stack_name for stack in stacks.sync.dependencies} == {
        "DevOpsAgentSecondary-333333333333",
        "DevOpsAgentOrganization",
        "DevOpsAgentPrimary",
    }


def test_a_list_of_accounts_is_looked_at(app: App) -> None:
    """What the primary account's stack connects is left to it."""
    stacks = connected(app, accounts=OWN, organization=None, primary=PrimaryAccount(), health=HealthSettings())
    assert stacks.sync is not None
    role = told(stacks.sync).single_accounts("aws")[ORDERS]
    assert role.why_left_alone == "a stack connects it: deploy it"
    assert ids(stacks.sync).count("AWS::CloudWatch::Alarm") == 4


def test_roles_alone_are_connected_by_it(app: App) -> None:
    """Without the primary account's stack, nothing is left to one."""
    stacks = connected(app, accounts=OWN, organization=None)
    assert stacks.primary is None
    assert stacks.sync is not None
    assert told(stacks.sync).single_accounts("aws")[ORDERS].why_left_alone is None


def test_settings_arrive(app: App) -> None:
    """Those of the sync in its package and its schedule, those of the alarms in theirs; names have the prefix."""
    sync = SyncSettings(
        schedule_minutes=30, adopted_accounts=[ORDERS], adopted_roles=["/Former"], max_removals=3, events=False
    )
    topic_arn = f"arn:aws:sns:us-east-1:{PRIMARY}:operations"
    health = HealthSettings(invalid_minutes=90, topic_arn=topic_arn, dashboard=False)
    stacks = connected(app, sync=sync, health=health, stack_prefix="Orders-")
    assert stacks.sync is not None
    configuration, template = told(stacks.sync), template_of(stacks.sync)
    assert (configuration.adopted_accounts, configuration.adopted_roles) == ([ORDERS], ["/Former"])
    assert configuration.max_removals == 3
    assert configuration.organization is not None
    assert list(configuration.organization.stack_set_names) == ["Orders-DevOpsAgentSecondary"]
    properties = {one["Type"]: one["Properties"] for one in template["Resources"].values()}
    assert properties["AWS::Events::Rule"]["ScheduleExpression"] == "rate(30 minutes)"
    assert properties["AWS::Lambda::Function"]["FunctionName"] == "Orders-DevOpsAgentAccountSync"
    assert "AWS::CloudWatch::Dashboard" not in properties
    resources = template["Resources"].values()
    alarms = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"]
    periods = {"InvalidAccounts": 3, "MissingAccounts": 3, "PendingAccounts": 6, "SuccessfulRuns": 3}
    assert {alarm["MetricName"]: alarm["EvaluationPeriods"] for alarm in alarms} == periods
    assert [alarm["AlarmActions"] for alarm in alarms] == [[topic_arn]] * 4
    assert f"arn:aws:iam::{MANAGEMENT}:role/Orders-DevOpsAgentOrganizationRead" in str(template)


def test_validation(app: App) -> None:
    """After the associations, in their stack; the rest of it is what it was."""
    without = connected(App(), accounts=OWN, organization=None, sync=None, primary=PrimaryAccount()).primary
    assert without is not None
    plain = template_of(without)
    settings = ValidationSettings(timeout_minutes=13, fail_deployment=False)
    stacks = connected(app, accounts=OWN, organization=None, sync=None, primary=PrimaryAccount(), validate=settings)
    assert stacks.sync is None
    assert stacks.primary is not None
    resources = template_of(stacks.primary)["Resources"]
    assert plain["Resources"].items() <= resources.items()
    assert len(resources) - len(plain["Resources"]) == VALIDATION_RESOURCES
    [validation] = [one for one in resources.values() if one["Type"] == "Custom::DevOpsAgentAssociationValidation"]
    assert validation["Properties"]["TimeoutSeconds"] == "780"
    assert validation["Properties"]["FailDeployment"] == "false"
    assert "ConnectedAccounts" in template_of(stacks.primary)["Outputs"]
    assert validation["DependsOn"] == [next(iter(plain["Resources"]))]


def test_validation_takes_room_in_its_stack() -> None:
    """So many associations fit without it; the first that does not is named."""
    accounts = [SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(496)]
    Onboarding(agent_space=SPACE, accounts=accounts, primary=PrimaryAccount())
    with pytest.raises(OnboardingInputError, match=r"^accounts\[495\].account_id=501: 501 resources"):
        Onboarding(agent_space=SPACE, accounts=accounts, primary=PrimaryAccount(), validate=ValidationSettings())


def test_a_new_agent_space_comes_first(app: App) -> None:
    """The rest waits for its ARN; what cannot be uploaded is said before anything is deployed."""
    new = PrimaryAccount(new_agent_space=NewAgentSpace(name="a", account_id=PRIMARY, region="us-east-1"))
    settings: dict[str, Any] = {"agent_space": None, "accounts": OWN, "primary": new, "sync": SyncSettings()}
    stacks = connect_accounts(app, Onboarding(**settings, bootstrap_qualifier="own"))
    assert (stacks.primary, stacks.sync) == (None, None)
    with pytest.raises(OnboardingInputError, match="cdk bootstrap aws://111111111111/us-east-1"):
        connect_accounts(App(), Onboarding(**settings))


@pytest.mark.parametrize("name", ["sync", "validate"])
def test_without_bootstrap(name: str) -> None:
    """Also where the app's own synthesizer takes no assets; nothing is defined."""
    settings: dict[str, Any] = {"sync": SyncSettings(), "validate": ValidationSettings()}
    onboarding = Onboarding(agent_space=SPACE, accounts=OWN, primary=PrimaryAccount(), **{name: settings[name]})
    for app in (App(), App(default_stack_synthesizer=LegacyStackSynthesizer())):
        with pytest.raises(OnboardingInputError, match=f"^{name}: its Lambda function's code"):
            connect_accounts(app, onboarding)
        assert app.node.children == []


def test_a_name_that_is_taken(app: App) -> None:
    """Before anything is defined."""
    Stack(app, "DevOpsAgentSync")
    with pytest.raises(OnboardingInputError, match="DevOpsAgentSync is defined here already"):
        connected(app)


def test_one_agent_space() -> None:
    """Nobody keeps all of an account in step."""
    space = AgentSpaceArn.any_in_account(PRIMARY, region="us-east-1")
    with pytest.raises(OnboardingInputError, match=r"^agent_space=.*: a sync looks at the accounts of one Agent Space"):
        Onboarding(agent_space=space, accounts=OWN, sync=SyncSettings())


def test_alarms_need_the_sync() -> None:
    """They are on its metrics."""
    with pytest.raises(OnboardingInputError, match=r"^health: its alarms are on the metrics of the sync"):
        Onboarding(agent_space=SPACE, accounts=OWN, health=HealthSettings())
