"""`AssociationValidation` in a template: what it may do, what it depends on, what it refuses."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    AssociationValidation,
    OnboardingInputError,
    PrimaryAccountAccess,
    SecondaryAccount,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.policies.agent_space import key_use_statement
from tests.account_sync.constructs import without_hash
from tests.conftest import SPACE, lint_findings, nag_findings, template_of

TWO = SecondaryAccount(account_id="222222222222")
THREE = SecondaryAccount(
    account_id="333333333333", elevated_role_arn="arn:aws:iam::333333333333:role/DevOpsAgent-ElevatedAction-Three"
)


@pytest.fixture
def primary(app: App) -> Stack:
    """Return a stack of the primary account that can have assets."""
    return Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))


def validated(stack: Stack, *accounts: SecondaryAccount, **settings: Any) -> AssociationValidation:
    """Define associations and their validation."""
    access = PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=accounts or [TWO])
    return AssociationValidation(stack, "Validation", access=access, **settings)


def custom_resource(template: dict[str, Any]) -> dict[str, Any]:
    """Return the one of a template."""
    [found] = [one for one in template["Resources"].values() if one["Type"].startswith("Custom::")]
    return dict(found)


def test_template(primary: Stack, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the stack, and cfn-lint's opinion."""
    validated(primary, TWO, THREE)
    template = without_hash(template_of(primary))
    assert template == snapshot
    assert lint_findings(template) == []


def test_cdk_nag(app: App, primary: Stack) -> None:
    """Nothing is left; what there is to acknowledge has a reason."""
    acknowledge_findings(validated(primary, TWO))
    assert nag_findings(app) == []


def test_times(primary: Stack) -> None:
    """The function outlives the wait, and CloudFormation waits for the function, but for no hour."""
    validated(primary, timeout=Duration.minutes(13))
    template = template_of(primary)
    [function] = [one for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    properties = custom_resource(template)["Properties"]
    times = (properties["TimeoutSeconds"], function["Properties"]["Timeout"], properties["ServiceTimeout"])
    assert times == ("780", 900, "960")


def test_after_all_associations(primary: Stack) -> None:
    """It depends on each of them, and on the grant of the agent role."""
    validated(primary, TWO, THREE)
    template = template_of(primary)
    associations = [key for key, one in template["Resources"].items() if one["Type"] == "AWS::DevOpsAgent::Association"]
    assert sorted(custom_resource(template)["DependsOn"]) == sorted(associations)


def test_what_asks_for_a_new_validation() -> None:
    """An account, its role and its elevated role; nothing else of an account."""

    def properties(**settings: Any) -> Any:
        stack = Stack(
            App(analytics_reporting=False), "Primary", env=Environment(account="111111111111", region="us-east-1")
        )
        validated(stack, SecondaryAccount(account_id="222222222222", **settings))
        return custom_resource(template_of(stack))["Properties"]["Accounts"]

    same = properties()
    assert properties(max_session_seconds=7200) == same
    for changed in (
        {"role_name": "Other"},
        {"path": "/ops/"},
        {"elevated_role_arn": "arn:aws:iam::222222222222:role/E"},
    ):
        assert properties(**changed) != same


def test_customer_managed_key(primary: Stack) -> None:
    """The function may use the Agent Space's through the service, by the space or by ARN."""
    space = AgentSpace(primary, "Space", name="Operations", encryption_key=kms.Key(primary, "Key"))
    access = PrimaryAccountAccess(primary, "Access", agent_space=space, accounts=[TWO])
    by_space = AssociationValidation(primary, "Validation", access=access)
    arn = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    access = PrimaryAccountAccess(primary, "Other", agent_space=SPACE, accounts=[TWO])
    key = kms.Key.from_key_arn(primary, "Imported", arn)
    by_arn = AssociationValidation(primary, "OfArn", access=access, encryption_key=key)
    own = space.agent_space_arn.encryption_key_arn
    assert own is not None
    for made, key_arn in ((by_space, own), (by_arn, arn)):
        assert made.inline_policy["Statement"][-1] == key_use_statement(key_arn, region="us-east-1")
    assert by_arn.function.role is not None


def test_in_a_stack_of_its_own(app: App, primary: Stack) -> None:
    """For a primary account whose stack deploys without bootstrap; it waits for that stack."""
    legacy = Stack(app, "Legacy", env=Environment(account="111111111111", region="us-east-1"))
    access = PrimaryAccountAccess(legacy, "Access", agent_space=SPACE, accounts=[TWO])
    AssociationValidation(primary, "Validation", access=access)
    template = app.synth().get_stack_by_name("Primary").template
    assert "DependsOn" not in custom_resource(template)
    assert [one.node.id for one in primary.dependencies] == ["Legacy"]


@pytest.mark.parametrize("seconds", [0, 59, 781, 90.5, 3600])
def test_timeout(primary: Stack, seconds: float) -> None:
    """From one minute to thirteen, and nothing is defined otherwise."""
    timeout = Duration.millis(int(seconds * 1000))
    with pytest.raises(OnboardingInputError, match=r"^timeout=.*1 to 13 minutes"):
        validated(primary, timeout=timeout)
    assert primary.node.try_find_child("Validation") is None


def test_without_bootstrap(app: App) -> None:
    """One error, before anything is defined."""
    env = Environment(account="111111111111", region="us-east-1")
    stack = Stack(app, "Legacy", env=env, synthesizer=LegacyStackSynthesizer())
    with pytest.raises(OnboardingInputError, match="deploys without `cdk bootstrap`"):
        validated(stack)
    assert stack.node.try_find_child("Validation") is None


def test_another_place(app: App, primary: Stack) -> None:
    """The function asks in the Agent Space's account and Region."""
    access = PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO])
    other = Stack(app, "Other", env=Environment(account="111111111111", region="eu-west-1"))
    with pytest.raises(OnboardingInputError, match="associations are validated in the Agent Space's Region, us-east-1"):
        AssociationValidation(other, "Validation", access=access)


def test_agent_space_known_by_deployment(app: App) -> None:
    """Its ARN is put together by CloudFormation, in the function's permissions as well."""
    stack = Stack(app, "Agnostic")
    space = AgentSpaceArn.from_arn(f"arn:{stack.partition}:aidevops:{stack.region}:{stack.account}:agentspace/8f6187a7")
    access = PrimaryAccountAccess(stack, "Access", agent_space=space, accounts=[TWO])
    AssociationValidation(stack, "Validation", access=access)
    assert lint_findings(template_of(stack)) == []


def test_code(app: App, primary: Stack) -> None:
    """Small, and without the CDK or another part of the library that it does not need."""
    validated(primary)
    [path] = Path(app.synth().directory).glob("asset.*.zip")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert path.stat().st_size < 150_000
    assert "devops_agent_constructs/association_health/validation_handler.py" in names
    assert not [name for name in names if "/cli/" in name or name.endswith("association_health/validation.py")]
