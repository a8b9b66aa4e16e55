"""OrganizationRollout and the management account, which no StackSet reaches."""

from __future__ import annotations

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    CallAs,
    OnboardingInputError,
    S3Objects,
    ServiceManagedDeployment,
)
from tests.conftest import SPACE_ARN, role_of
from tests.organization.rollouts import BY_MANAGEMENT, DELEGATED, LEFT_OUT, ROOT, UNIT, rolled_out, stack_of, stack_sets


def test_the_management_account_can_be_included(stack: Stack) -> None:
    """Its own stack has the same role; nothing is left to warn of."""
    rollout = rolled_out(stack, include_management_account=True, capabilities=[S3Objects(buckets=["orders-logs"])])
    assert rollout.management_account_role is not None
    [statement] = role_of(stack)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": SPACE_ARN},
    }
    assert role_of(stack)["RoleName"] == "DevOpsAgentRole-SecondaryAccount"
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


@pytest.mark.parametrize(
    ("deployment", "advice"),
    [(BY_MANAGEMENT, "include_management_account=True"), (DELEGATED, "SecondaryAccountStack")],
)
def test_the_management_account_left_out_warns(stack: Stack, deployment: ServiceManagedDeployment, advice: str) -> None:
    """AWS says SUCCEEDED and skips it."""
    rolled_out(stack, deployment=deployment)
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp(f"{advice}.*ack: {LEFT_OUT}"))


def test_no_warning_where_there_is_nothing_to_do(app: App) -> None:
    """The management account is the primary account, which nobody needs to leave out either."""
    stack = stack_of(app, "111111111111")
    rolled_out(stack)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    [group] = stack_sets(stack)[0]["StackInstancesGroup"]
    assert group["DeploymentTargets"] == {"OrganizationalUnitIds": [UNIT]}


def test_no_warning_for_chosen_accounts(stack: Stack) -> None:
    """Whoever names accounts has not forgotten one."""
    deployment = ServiceManagedDeployment(
        organizational_units=[ROOT], call_as=CallAs.DELEGATED_ADMIN, only_accounts=["222222222222"]
    )
    rolled_out(stack, deployment=deployment)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_a_delegated_administrator_includes_no_management_account(stack: Stack) -> None:
    """Its stack is its own account's; dropping the argument would leave the account without a role, unsaid."""
    with pytest.raises(OnboardingInputError, match=r"a delegated administrator's.*SecondaryAccountStack there"):
        rolled_out(stack, deployment=DELEGATED, include_management_account=True)


def test_the_primary_account_is_not_included(app: App) -> None:
    """It has the agent role for itself."""
    with pytest.raises(OnboardingInputError, match="the primary account too"):
        rolled_out(stack_of(app, "111111111111"), include_management_account=True)
