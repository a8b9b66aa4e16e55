"""RoleSettings: a role's settings, checked and computed in one place, whoever defines the role."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack

from devops_agent_constructs import (
    AccessLimits,
    Generation,
    OnboardingInputError,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountRole,
    SecondaryAccountStack,
    _validators,
)
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.secondary.role_settings import RoleSettings
from tests.conftest import SPACE

ACCOUNT = RoleAccount(partition="aws", account_id="222222222222")


def test_computes_the_role_in_an_account() -> None:
    """Names of policies, the role's name and a bucket's name become ARNs of the account."""
    settings = RoleSettings(
        path="/operations/",
        capabilities=[S3Objects(buckets=["orders"])],
        managed_policies=["ReadOrders", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        permissions_boundary="Boundary",
    )
    document = settings.inline_policy(ACCOUNT, generation=Generation.GA, partition="aws")
    assert settings.role_arn(ACCOUNT) == ("arn:aws:iam::222222222222:role/operations/DevOpsAgentRole-SecondaryAccount")
    assert settings.permissions_boundary_arn(ACCOUNT) == "arn:aws:iam::222222222222:policy/Boundary"
    assert settings.managed_policy_arns(ACCOUNT, generation=Generation.GA) == (
        "arn:aws:iam::222222222222:policy/ReadOrders",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    )
    assert document is not None
    assert ["arn:aws:s3:::orders/*"] in [statement["Resource"] for statement in document["Statement"]]


def test_defaults() -> None:
    """AWS's policies of the generation, and no boundary."""
    arns = RoleSettings().managed_policy_arns(ACCOUNT, generation=Generation.TRANSITION)
    assert [arn.rpartition("/")[2] for arn in arns] == ["AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy"]
    assert RoleSettings().permissions_boundary_arn(ACCOUNT) is None


def test_one_capability_more() -> None:
    """The value itself does not change."""
    settings, bucket = RoleSettings(), S3Objects(buckets=["orders"])
    assert settings.with_capability(bucket) == RoleSettings(capabilities=(bucket,))
    assert settings == RoleSettings()


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("permissions_boundary", {"permissions_boundary": "arn:aws:iam::333333333333:policy/Boundary"}),
        ("managed_policies[0]", {"managed_policies": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]}),
        ("access_limits.restrict_to_regions[0]", {"access_limits": AccessLimits(restrict_to_regions=["cn-north-1"])}),
        ("capabilities", {"capabilities": [S3Objects(buckets=["arn:aws-cn:s3:::orders"])]}),
    ],
)
def test_checked_against_the_account(field: str, settings: dict[str, Any]) -> None:
    """What another account or partition owns is refused where the policy is computed."""
    with pytest.raises(OnboardingInputError) as caught:
        RoleSettings(**settings).inline_policy(ACCOUNT, generation=Generation.GA, partition="aws")
    assert caught.value.field == field


def test_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack of an account passes the settings on; they are not checked again, but they make the same role."""
    names: list[str] = []
    check = _validators.role_name

    def counted(value: str, *, field: str) -> str:
        names.append(value)
        return check(value, field=field)

    monkeypatch.setattr(_validators, "role_name", counted)
    app = App(analytics_reporting=False)
    stack = SecondaryAccountStack(
        app, "Orders", account=SecondaryAccount(account_id="222222222222", role_name="Agent"), agent_space=SPACE
    )
    assert names == ["Agent"]
    assert isinstance(stack.secondary_role, SecondaryAccountRole)
    own = Stack(app, "Own", env=Environment(account="333333333333", region="us-east-1"))
    SecondaryAccountRole(own, "Role", agent_space=SPACE, role_name="Agent")
    assert names == ["Agent", "Agent"]
