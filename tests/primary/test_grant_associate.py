"""What deployers of associations are granted: who takes it, and the delivery of the space's log on request."""

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs import OnboardingInputError, PrimaryAccountAccess, SecondaryAccount
from tests.conftest import SPACE, SPACE_ARN, template_of

NAME = "DevOpsAgent-8f6187a7-0388-4926-8217-3a0fe32f757c"


def access(stack: Stack) -> PrimaryAccountAccess:
    """Connect an account."""
    return PrimaryAccountAccess(
        stack, "Access", agent_space=SPACE, accounts=[SecondaryAccount(account_id="222222222222")]
    )


def test_the_deployers_permission(primary: Stack) -> None:
    """What AWS asks for, on request: the source and the destination by name, `*` only where nothing narrower is."""
    deployer = iam.Role(primary, "Deployer", assumed_by=iam.ServicePrincipal("cloudformation.amazonaws.com"))
    assert access(primary).grant_associate(deployer, vended_logs=True).success
    resources = template_of(primary)["Resources"].values()
    [policy] = [one["Properties"] for one in resources if one["Type"] == "AWS::IAM::Policy"]
    added = policy["PolicyDocument"]["Statement"][3:]
    logs_arn = "arn:aws:logs:us-east-1:111111111111"
    assert [(one["Action"], one["Resource"], one.get("Condition")) for one in added] == [
        ("aidevops:AllowVendedLogDeliveryForResource", SPACE_ARN, None),
        (
            [
                "logs:CreateDelivery",
                "logs:DeleteDelivery",
                "logs:DeleteDeliveryDestination",
                "logs:DeleteDeliverySource",
                "logs:GetDelivery",
                "logs:GetDeliveryDestination",
                "logs:GetDeliveryDestinationPolicy",
                "logs:GetDeliverySource",
                "logs:PutDeliveryDestination",
                "logs:PutDeliverySource",
                "logs:UpdateDeliveryConfiguration",
            ],
            [
                f"{logs_arn}:delivery:*",
                f"{logs_arn}:delivery-source:{NAME}",
                f"{logs_arn}:delivery-destination:{NAME}",
            ],
            None,
        ),
        (
            [
                "logs:DescribeConfigurationTemplates",
                "logs:DescribeDeliveries",
                "logs:DescribeDeliveryDestinations",
                "logs:DescribeDeliverySources",
            ],
            "*",
            None,
        ),
        (
            ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"],
            f"{logs_arn}:*",
            None,
        ),
    ]


def test_a_deployer_of_another_account_is_told_what_to_add(primary: Stack) -> None:
    """With the statements for the log, if they are asked for."""
    foreign = iam.Role.from_role_arn(primary, "Foreign", "arn:aws:iam::999999999999:role/Pipeline")
    with pytest.raises(OnboardingInputError, match=r"its owner must add.*:AllowVendedLog.*:PutResourcePolicy"):
        access(primary).grant_associate(foreign, vended_logs=True)
