"""What a role with limits can and cannot do: its policies, AWS's own and the boundary, evaluated together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.iam.aws_managed_policies import aws_managed_policies_data

from devops_agent_constructs import (
    AccessLimits,
    Capability,
    CustomStatement,
    Generation,
    LogRecords,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
)
from devops_agent_constructs.policies.permissions import inline_policy, managed_policy_names
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.size import policy_size
from tests.iam_reference import access_allowed

ACCOUNT = RoleAccount(partition="aws", account_id="222222222222")
ONE_REGION = AccessLimits(restrict_to_regions=["eu-west-1"])
NO_DATA = AccessLimits(deny_data_reads=True)
TWO_SERVICES = AccessLimits(allowed_services=["ec2", "logs"])
NO_IAM = AccessLimits(deny_actions=["iam:get*", "iam:List?oles"])
ALL = AccessLimits(
    restrict_to_regions=["eu-west-1"], deny_actions=["ec2:DescribeInstances"], allowed_services=["ec2", "logs"]
)
LIMITS = [ONE_REGION, NO_DATA, TWO_SERVICES, AccessLimits(deny_actions=["iam:Get*", "iam:ListRoles"]), ALL]
RESOURCE_EXPLORER = (
    "arn:aws:iam::222222222222:role/aws-service-role/"
    "resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
)


@cache
def aws_policies() -> dict[str, Any]:
    """Return name -> document of AWS's managed policies of DevOps Agent, as AWS publishes them."""
    loaded = json.loads(aws_managed_policies_data)
    return {name: loaded[name]["Document"] for name in ("AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy")}


@dataclass(frozen=True, kw_only=True)
class AccessRequest:
    """What a session of the role asks for, and with which condition keys."""

    action: str
    resource: str
    context: dict[str, str | list[str]]


def asked(action: str, region: str = "eu-west-1", resource: str = "*", **context: str) -> AccessRequest:
    """Return a request in a Region."""
    return AccessRequest(action=action, resource=resource, context={"aws:RequestedRegion": region, **context})


def is_allowed(
    limits: AccessLimits | None,
    request: AccessRequest,
    *,
    capabilities: tuple[Capability, ...] = (),
    generation: Generation = Generation.GA,
    boundary: AccessLimits | None = None,
) -> bool:
    """Ask the reference about a request of a role with limits: AWS's policies, ours, and the boundary."""
    inline = inline_policy(capabilities, account=ACCOUNT, generation=generation, access_limits=limits)
    managed = [aws_policies()[name] for name in managed_policy_names(generation)]
    return is_allowed_by(request, *managed, *([inline] if inline else []), boundary=boundary)


def is_allowed_by(request: AccessRequest, *identity: object, boundary: AccessLimits | None = None) -> bool:
    """Ask the reference about a request of a role with these policies."""
    return access_allowed(
        request.action,
        request.resource,
        identity=identity,
        boundary=None if boundary is None else boundary.boundary(ACCOUNT),
        context=request.context,
    )


# Setting, request, whether it is allowed.
TABLE = [
    (None, asked("ec2:DescribeInstances", "us-east-1"), True),
    (ONE_REGION, asked("ec2:DescribeInstances", "eu-west-1"), True),
    (ONE_REGION, asked("ec2:DescribeInstances", "us-east-1"), False),
    (ONE_REGION, asked("logs:FilterLogEvents", "eu-west-2"), False),
    (ONE_REGION, asked("kms:DescribeKey", "us-east-1"), False),
    # Global services answer from us-east-1, wherever they are asked.
    (ONE_REGION, asked("iam:GetRole", "us-east-1"), True),
    (ONE_REGION, asked("organizations:DescribeOrganization", "us-east-1"), True),
    (ONE_REGION, asked("route53:ListHostedZones", "us-east-1"), True),
    (ONE_REGION, asked("cloudfront:GetDistribution", "us-east-1"), True),
    (ONE_REGION, asked("support:DescribeCases", "us-east-1"), True),
    (ONE_REGION, asked("health:DescribeEvents", "us-east-1"), True),
    (ONE_REGION, asked("ce:GetCostAndUsage", "us-east-1"), True),
    (ONE_REGION, asked("globalaccelerator:ListAccelerators", "us-west-2"), True),
    (ONE_REGION, asked("ec2:DescribeRegions", "us-east-1"), True),
    (ONE_REGION, asked("s3:ListAllMyBuckets", "us-east-1"), True),
    (ONE_REGION, asked("aidevops:ListKnowledgeItems", "us-east-1"), True),
    (NO_DATA, asked("logs:FilterLogEvents"), False),
    (NO_DATA, asked("logs:StartQuery"), False),
    (NO_DATA, asked("logs:DescribeLogGroups"), True),
    (NO_DATA, asked("ssm:GetParameters"), False),
    (NO_DATA, asked("ssm:DescribeParameters"), True),
    (NO_DATA, asked("ssm:GetCommandInvocation"), False),
    (NO_DATA, asked("states:GetExecutionHistory"), False),
    (NO_DATA, asked("eks:AccessKubernetesApi"), False),
    # Granted by wildcards such as ssm:List*.
    (NO_DATA, asked("ssm:ListCommandInvocations"), False),
    (NO_DATA, asked("states:DescribeExecution"), False),
    (NO_DATA, asked("logs:ListAnomalies"), False),
    (NO_DATA, asked("codecommit:BatchDescribeMergeConflicts"), False),
    (NO_DATA, asked("cloudwatch:GetMetricData"), True),
    (NO_DATA, asked("xray:BatchGetTraces"), True),
    (NO_DATA, asked("cloudtrail:LookupEvents"), True),
    (NO_DATA, asked("lambda:GetFunctionConfiguration"), True),
    (TWO_SERVICES, asked("ec2:DescribeInstances"), True),
    (TWO_SERVICES, asked("logs:FilterLogEvents"), True),
    (TWO_SERVICES, asked("iam:GetRole", "us-east-1"), False),
    (TWO_SERVICES, asked("rds:DescribeDBInstances"), False),
    (NO_IAM, asked("iam:GetRole", "us-east-1"), False),
    (NO_IAM, asked("iam:ListRoles", "us-east-1"), False),
    (NO_IAM, asked("iam:ListUsers", "us-east-1"), True),
    (ALL, asked("ec2:DescribeInstances"), False),
    (ALL, asked("ec2:DescribeVolumes"), True),
    (ALL, asked("ec2:DescribeVolumes", "us-east-1"), False),
]
IDS = [f"{index}-{request.action}" for index, (_, request, _) in enumerate(TABLE)]


@pytest.mark.parametrize("generation", [Generation.GA, Generation.TRANSITION])
@pytest.mark.parametrize(("limits", "request_", "expected"), TABLE, ids=IDS)
def test_effect(limits: AccessLimits | None, request_: AccessRequest, expected: bool, generation: Generation) -> None:
    """By Denies in the inline policy, with AWS's policy attached; the same for both policies of the transition."""
    assert is_allowed(limits, request_, generation=generation) is expected


@pytest.mark.parametrize(("limits", "request_", "expected"), TABLE, ids=IDS)
def test_effect_of_a_boundary(limits: AccessLimits | None, request_: AccessRequest, expected: bool) -> None:
    """The boundary alone has the effect of the Denies; it caps a policy that somebody attaches later, too."""
    assert is_allowed(None, request_, boundary=limits) is expected
    if limits is not None:
        document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        assert is_allowed_by(request_, document, boundary=limits) is expected


def test_an_allow_narrows_nothing() -> None:
    """What AWS's guide shows as an example for a Region has no effect while AWS's policy is attached."""
    own = CustomStatement(
        sid="OneRegion",
        actions=["ec2:Describe*"],
        resources=["*"],
        conditions={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    )
    request = asked("ec2:DescribeInstances", "us-east-1")
    assert is_allowed(None, request, capabilities=(own,))
    assert not is_allowed_by(request, inline_policy([own], account=ACCOUNT))


def test_a_condition_on_tags_matches_nothing() -> None:
    """A Describe action has no resource, so its request has no tag: that is why no limit goes by tags."""
    tagged = {"StringEquals": {"aws:ResourceTag/Environment": "production"}}
    own = CustomStatement(sid="Tagged", actions=["ec2:Describe*"], resources=["*"], conditions=tagged)
    assert not is_allowed_by(asked("ec2:DescribeInstances"), inline_policy([own], account=ACCOUNT))


@pytest.mark.parametrize("boundary", [None, TWO_SERVICES])
def test_resource_explorer_can_be_set_up(boundary: AccessLimits | None) -> None:
    """Among allowed services, as AWS's guides ask for it; and for Resource Explorer only."""
    explorer = {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}
    request = asked("iam:CreateServiceLinkedRole", "us-east-1", RESOURCE_EXPLORER, **explorer)
    assert is_allowed(TWO_SERVICES, request, boundary=boundary)
    other = asked("iam:CreateServiceLinkedRole", "us-east-1", RESOURCE_EXPLORER, **{"iam:AWSServiceName": "x.y"})
    assert not is_allowed(TWO_SERVICES, other, boundary=boundary)


ACTIONS = st.sampled_from(sorted({request.action for _, request, _ in TABLE}))


@given(limits=st.sampled_from(LIMITS), boundary=st.sampled_from([None, *LIMITS]), action=ACTIONS)
def test_limits_never_allow_more(limits: AccessLimits, boundary: AccessLimits | None, action: str) -> None:
    """Whatever is allowed with limits is allowed without them."""
    for region in ("eu-west-1", "us-east-1"):
        request = asked(action, region)
        if is_allowed(limits, request, boundary=boundary):
            assert is_allowed(None, request)


@pytest.mark.parametrize(
    ("limits", "capability", "action", "why"),
    [
        (NO_DATA, S3Objects(buckets=["orders"]), "s3:GetObject", "S3Objects allows this action, but DenyDataReads"),
        (NO_DATA, LogRecords(log_groups=["/orders"]), "logs:GetLogRecord", "drop the capability"),
        (TWO_SERVICES, S3Objects(buckets=["orders"]), "s3:ListBucket", "DenyOtherServices takes it away"),
        (
            AccessLimits(deny_actions=["iam:*"]),
            ResourceExplorerSetup(),
            "iam:CreateServiceLinkedRole",
            r"add ResourceExplorerSetup\(enabled=False\)",
        ),
    ],
)
def test_a_capability_that_a_limit_takes_away(
    limits: AccessLimits, capability: Capability, action: str, why: str
) -> None:
    """The two contradict each other, so nobody would get what they asked for."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        inline_policy([capability], account=ACCOUNT, access_limits=limits)
    assert (caught.value.field, caught.value.value) == ("access_limits", action)


def test_a_capability_beside_limits() -> None:
    """What no limit touches goes on to work."""
    capability = S3Objects(buckets=["orders"])
    request = asked("s3:GetObject", resource="arn:aws:s3:::orders/a")
    assert is_allowed(ONE_REGION, request, capabilities=(capability,))
    assert not is_allowed(ONE_REGION, request)


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({}, "access_limits", "it limits nothing"),
        ({"restrict_to_regions": "eu-west-1"}, "restrict_to_regions", "must be a list"),
        ({"restrict_to_regions": ["Ireland"]}, "restrict_to_regions[0]", "not the name of an AWS Region"),
        ({"restrict_to_regions": ["eu-west-1", "eu-west-1"]}, "restrict_to_regions[1]", "is the same"),
        ({"deny_actions": ["*"]}, "deny_actions[0]", "a service prefix, a colon and a name"),
        ({"deny_actions": ["s3:Get*", "GetObject"]}, "deny_actions[1]", "a service prefix, a colon and a name"),
        ({"allowed_services": ["ec2:*"]}, "allowed_services[0]", "not the prefix of a service's actions"),
        ({"allowed_services": ["EC2"]}, "allowed_services[0]", "not the prefix of a service's actions"),
    ],
)
def test_refused(fields: dict[str, Any], field: str, why: str) -> None:
    """Each malformed value by its place."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        AccessLimits(**fields)
    assert caught.value.field == field


def test_the_boundary_fits_into_a_managed_policy() -> None:
    """Or it is refused, with the size."""
    fitting = AccessLimits(deny_actions=[f"ec2:Describe{number:03}" for number in range(300)])
    assert policy_size(fitting.boundary(ACCOUNT)).at_most <= 6_144
    longer = AccessLimits(deny_actions=[f"ec2:Describe{number:03}" for number in range(400)])
    with pytest.raises(OnboardingInputError, match="IAM admits 6,144"):
        longer.boundary(ACCOUNT)


def test_order_does_not_matter() -> None:
    """The same document for every order, so that a redeploy changes nothing."""
    limits = AccessLimits(restrict_to_regions=["eu-west-1", "us-east-1"], allowed_services=["ec2", "logs"])
    other = AccessLimits(restrict_to_regions=["us-east-1", "eu-west-1"], allowed_services=["logs", "ec2"])
    assert limits.statements() == other.statements()
    assert limits.boundary(ACCOUNT) == other.boundary(ACCOUNT)
