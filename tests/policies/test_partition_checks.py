"""IAM does not cross partitions: what is of another one than the Agent Space is refused before anything is defined."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs import (
    AccessBoundary,
    AccessLimits,
    AgentSpaceArn,
    CallAs,
    ElevatedActionsRole,
    Onboarding,
    OnboardingInputError,
    Organization,
    OrganizationRollout,
    PrimaryAccountAccess,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountRole,
    ServiceManagedDeployment,
    connect_accounts,
)
from devops_agent_constructs.policies.capabilities import CustomStatement
from devops_agent_constructs.templates import secondary_account_template
from tests.conftest import SPACE

CHINA = "arn:aws-cn:aidevops:cn-north-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
POLICY = "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess"
CHINA_ONLY = AccessLimits(restrict_to_regions=["cn-north-1"])
UNITS = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)


def stack(region: str = "us-east-1", account: str = "222222222222") -> Stack:
    """Return a stack of a Region."""
    return Stack(App(), "Orders", env=Environment(account=account, region=region))


def account(**settings: object) -> SecondaryAccount:
    """Return an account with one setting."""
    return SecondaryAccount(account_id="222222222222", **settings)  # type: ignore[arg-type]


REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "stack": ("agent_space", lambda: SecondaryAccountRole(stack("cn-north-1"), "Role", agent_space=SPACE)),
    "two spaces": ("agent_space", lambda: SecondaryAccountRole(stack(), "Role", agent_space=[SPACE, CHINA])),
    "managed policy": (
        "managed_policies[0]",
        lambda: SecondaryAccountRole(stack(), "Role", agent_space=SPACE, managed_policies=[POLICY]),
    ),
    "policy object": (
        "managed_policies[0]",
        lambda: SecondaryAccountRole(
            (other_stack := stack()),
            "Role",
            agent_space=SPACE,
            managed_policies=[iam.ManagedPolicy.from_managed_policy_arn(other_stack, "Policy", POLICY)],
        ),
    ),
    "boundary": (
        "permissions_boundary",
        lambda: SecondaryAccountRole(stack(), "Role", agent_space=SPACE, permissions_boundary=POLICY),
    ),
    "capability": (
        "capabilities",
        lambda: SecondaryAccountRole(
            stack(), "Role", agent_space=SPACE, capabilities=[S3Objects(buckets=["arn:aws-cn:s3:::orders"])]
        ),
    ),
    "limits of a role": (
        "access_limits.restrict_to_regions[0]",
        lambda: SecondaryAccountRole(stack(), "Role", agent_space=SPACE, access_limits=CHINA_ONLY),
    ),
    "limits of a template": (
        "access_limits.restrict_to_regions[0]",
        lambda: secondary_account_template(agent_space=SPACE, access_limits=CHINA_ONLY),
    ),
    "limits of a boundary": (
        "access_limits.restrict_to_regions[0]",
        lambda: AccessBoundary(stack(), "Boundary", access_limits=CHINA_ONLY),
    ),
    "limits of an account": (
        "access_limits.restrict_to_regions[0]",
        lambda: account(region="us-east-1", access_limits=CHINA_ONLY),
    ),
    "limits of one of several accounts": (
        "accounts[0].access_limits.restrict_to_regions[0]",
        lambda: connect_accounts(App(), Onboarding(agent_space=SPACE, accounts=[account(access_limits=CHINA_ONLY)])),
    ),
    "limits of an organization": (
        "organization.access_limits.restrict_to_regions[0]",
        lambda: connect_accounts(
            App(),
            Onboarding(
                agent_space=SPACE,
                accounts=[],
                organization=Organization(account_id="999999999999", deployment=UNITS, access_limits=CHINA_ONLY),
            ),
        ),
    ),
    "agent role": (
        "agent_role_arn",
        lambda: SecondaryAccountRole(
            stack(),
            "Role",
            agent_space=SPACE,
            generation="preview",
            agent_role_arn="arn:aws-us-gov:iam::111111111111:role/Agent",
        ),
    ),
    "elevated statement": (
        "statements",
        lambda: ElevatedActionsRole(
            stack(),
            "Role",
            agent_space=SPACE,
            statements=[CustomStatement(sid="A", actions=["s3:GetObject"], resources=["arn:aws-cn:s3:::orders/*"])],
        ),
    ),
    "Region of an account": (
        "accounts[0].region",
        lambda: connect_accounts(App(), Onboarding(agent_space=SPACE, accounts=[account(region="us-gov-west-1")])),
    ),
    "elevated role": (
        "accounts[0].elevated_role_arn",
        lambda: PrimaryAccountAccess(
            stack(account="111111111111"),
            "Access",
            agent_space=SPACE,
            accounts=[account(elevated_role_arn="arn:aws-cn:iam::222222222222:role/Act")],
        ),
    ),
    "within an account": (
        "permissions_boundary",
        lambda: account(region="cn-north-1", permissions_boundary="arn:aws:iam::222222222222:policy/Cap"),
    ),
    "rollout": (
        "region",
        lambda: OrganizationRollout(stack(), "Rollout", agent_space=SPACE, deployment=UNITS, region="cn-northwest-1"),
    ),
    "template": (
        "managed_policies[0]",
        lambda: secondary_account_template(agent_space=SPACE, managed_policies=[POLICY]),
    ),
    "within the ARN": (
        "agent_space_arn",
        lambda: AgentSpaceArn.from_arn(CHINA.replace("aws-cn", "aws")),
    ),
    "any in account": (
        "region",
        lambda: AgentSpaceArn.any_in_account("111111111111", region="cn-north-1", partition="aws"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_another_partition(case: str) -> None:
    """The error names the argument and both partitions."""
    field, define = REFUSED[case]
    with pytest.raises(OnboardingInputError, match="partition") as caught:
        define()
    assert caught.value.field == field


def test_all_in_one_other_partition() -> None:
    """An Agent Space, an account and policies of China go together."""
    other = stack("cn-north-1")
    SecondaryAccountRole(
        other, "Role", agent_space=CHINA, managed_policies=["arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "Own"]
    )
    space = AgentSpaceArn.any_in_account("111111111111", region="cn-north-1")
    assert space.arn == "arn:aws-cn:aidevops:cn-north-1:111111111111:agentspace/*"
