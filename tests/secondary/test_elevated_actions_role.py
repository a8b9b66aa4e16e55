"""ElevatedActionsRole: exactly the listed actions, for one Agent Space, after an approval."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    CustomStatement,
    ElevatedActionsRole,
    OnboardingInputError,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.policies.trust import elevated_trust_policy
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from tests.conftest import SPACE, SPACE_ARN, lint_findings, nag_findings, role_of, template_of
from tests.policies.trust_requests import AGENT

SERVICE = "arn:aws:ecs:us-east-1:222222222222:service/orders/web"
SCALE = CustomStatement(sid="ScaleOrders", actions=["ecs:UpdateService"], resources=[SERVICE])
ELEVATED = "arn:aws:iam::222222222222:role/DevOpsAgent-ElevatedAction-SecondaryAccount"


def test_the_whole_role(secondary: Stack, app: App) -> None:
    """One statement of trust as AWS's page has it, and the listed action; nothing that a linter finds."""
    made = ElevatedActionsRole(secondary, "Elevated", agent_space=SPACE, statements=[SCALE])
    acknowledge_findings(made)
    assert role_of(secondary) == {
        "RoleName": "DevOpsAgent-ElevatedAction-SecondaryAccount",
        "Description": "Lets AWS DevOps Agent take approved actions in this account",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "aidevops.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": "111111111111"},
                        "ArnLike": {"aws:SourceArn": SPACE_ARN},
                    },
                }
            ],
        },
        "Policies": [
            {
                "PolicyName": "DevOpsAgentElevatedActions",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "ScaleOrders",
                            "Effect": "Allow",
                            "Action": "ecs:UpdateService",
                            "Resource": SERVICE,
                        }
                    ],
                },
            }
        ],
    }
    assert lint_findings(template_of(secondary)) == []
    assert nag_findings(app) == []


def test_a_statement_of_trust_added_later_stays(secondary: Stack) -> None:
    """The three actions are those of the first statement alone."""
    made = ElevatedActionsRole(secondary, "Elevated", agent_space=SPACE, statements=[SCALE])
    assert made.role.assume_role_policy is not None
    made.role.assume_role_policy.add_statements(
        iam.PolicyStatement(actions=["sts:AssumeRole"], principals=[iam.ArnPrincipal(ELEVATED)])
    )
    statements = role_of(secondary)["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in statements] == [
        ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
        "sts:AssumeRole",
    ]


@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])
@pytest.mark.parametrize("external_id", [{}, {"sts:ExternalId": "7d1b5a7e-4a6f-4f0e-9f5b-2b8f6d1f0c55"}])
def test_only_the_agent_space_gets_in(action: str, external_id: dict[str, str]) -> None:
    """With any approval's external id; not another space, not for another account, not another service's action."""
    trust = elevated_trust_policy(SPACE)
    context = {"aws:SourceAccount": "111111111111", "aws:SourceArn": SPACE_ARN, **external_id}

    def admits(changed: dict[str, str]) -> bool:
        return decide(trust, AssumeRoleRequest(caller=AGENT, context={**context, **changed}, action=action)).is_allowed

    assert admits({})
    assert not admits({"aws:SourceArn": SPACE_ARN[:-1] + "0"})
    assert not admits({"aws:SourceAccount": "222222222222"})


def test_two_roles_of_one_account(secondary: Stack) -> None:
    """One reads, one acts; each under its own name."""
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE)
    ElevatedActionsRole(secondary, "Elevated", agent_space=SPACE, statements=[SCALE])
    names = [resource["Properties"]["RoleName"] for resource in template_of(secondary)["Resources"].values()]
    assert names == ["DevOpsAgentRole-SecondaryAccount", "DevOpsAgent-ElevatedAction-SecondaryAccount"]


def test_actions_policy(secondary: Stack) -> None:
    """AWS's policy comes with a boundary and a warning."""
    made = ElevatedActionsRole(
        secondary, "Elevated", agent_space=SPACE, attach_actions_policy=True, permissions_boundary="WorkloadBoundary"
    )
    Annotations.from_stack(secondary).has_warning(
        "/Secondary/Elevated", Match.string_like_regexp("grew from 10 actions")
    )
    assert made.inline_policy is None
    role = role_of(secondary)
    assert "Policies" not in role
    assert role["ManagedPolicyArns"] == [
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AIDevOpsAgentActionsPolicy"]]}
    ]
    assert role["PermissionsBoundary"] == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::222222222222:policy/WorkloadBoundary"]]
    }


@pytest.mark.parametrize(
    ("settings", "field", "why"),
    [
        ({}, "statements", "could do nothing"),
        ({"attach_actions_policy": True}, "permissions_boundary", "nearly everything"),
        ({"attach_actions_policy": True, "statements": [SCALE]}, "permissions_boundary", "nearly everything"),
        (
            {"statements": [SCALE], "agent_space": AgentSpaceArn.any_in_account("111111111111", region="us-east-1")},
            "agent_space",
            "whoever may create an Agent Space",
        ),
        ({"statements": [SCALE], "role_name": "x" * 65}, "role_name", "1-64"),
        ({"statements": [SCALE], "path": "none"}, "path", "begins and ends"),
        ({"statements": [SCALE], "description": "an em dash \u2014"}, "description", "refuses the character"),
        (
            {
                "statements": [SCALE],
                "permissions_boundary": "arn:aws:iam::333333333333:policy/Other",
            },
            "permissions_boundary",
            "the role's own account",
        ),
        (
            {"statements": [SCALE, CustomStatement(sid="ScaleOrders", actions=["ecs:RunTask"], resources=["*"])]},
            "sid",
            "other actions",
        ),
    ],
)
def test_refused(secondary: Stack, settings: dict[str, Any], field: str, why: str) -> None:
    """One clear error, and nothing in the stack."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        ElevatedActionsRole(secondary, "Elevated", **{"agent_space": SPACE, **settings})
    assert caught.value.field == field
    assert secondary.node.children == []


def test_name_is_taken(secondary: Stack) -> None:
    """Two elevated roles of one account need two names."""
    ElevatedActionsRole(secondary, "One", agent_space=SPACE, statements=[SCALE])
    with pytest.raises(OnboardingInputError, match="has this name"):
        ElevatedActionsRole(secondary, "Two", agent_space=SPACE, statements=[SCALE])


def test_a_new_space_is_not_known_in_another_account(app: App, secondary: Stack) -> None:
    """A reference to another account's stack could not deploy."""
    space = AgentSpace(primary_stack(app), "Space", name="Operations", elevated_actions_enabled=True)
    with pytest.raises(OnboardingInputError, match="only deployment knows"):
        ElevatedActionsRole(secondary, "Elevated", agent_space=space.agent_space_arn, statements=[SCALE])


def primary_stack(app: App) -> Stack:
    """Return a stack of the primary account."""
    return Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))


@pytest.mark.parametrize("enabled", [True, False])
def test_the_space_must_permit_directed_actions(app: App, enabled: bool) -> None:
    """Where the space is of this app, it is known whether AWS will take the elevated role."""
    stack = primary_stack(app)
    space = AgentSpace(stack, "Space", name="Operations", elevated_actions_enabled=enabled)
    accounts = [SecondaryAccount(account_id="222222222222", elevated_role_arn=ELEVATED)]

    def connect() -> PrimaryAccountAccess:
        return PrimaryAccountAccess(stack, "Access", agent_space=space.agent_space_arn, accounts=accounts)

    if enabled:
        assert list(connect().associations) == ["222222222222"]
    else:
        with pytest.raises(OnboardingInputError, match=r"enable them there \(elevated_actions_enabled\)"):
            connect()


def test_an_existing_space_may_permit_directed_actions(app: App) -> None:
    """Nobody here knows; its owner does."""
    accounts = [SecondaryAccount(account_id="222222222222", elevated_role_arn=ELEVATED)]
    access = PrimaryAccountAccess(primary_stack(app), "Access", agent_space=SPACE, accounts=accounts)
    assert list(access.associations) == ["222222222222"]
