"""Managed policies and the inline policy of each generation, compared with AWS's guides."""

import json

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from devops_agent_constructs import CustomStatement, Generation, OnboardingInputError, ResourceExplorerSetup, S3Objects
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.document import Statement
from devops_agent_constructs.policies.permissions import inline_policy, managed_policy_names
from devops_agent_constructs.policies.resources import RoleAccount

ACCOUNT = RoleAccount(partition="aws", account_id="222222222222")
RESOURCE_EXPLORER = {
    "Sid": "AllowCreateServiceLinkedRoles",
    "Effect": "Allow",
    "Action": ["iam:CreateServiceLinkedRole"],
    "Resource": [
        "arn:aws:iam::222222222222:role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
    ],
    "Condition": {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}},
}
PREVIEW = [
    {
        "Sid": "AllowAwsSupportActions",
        "Effect": "Allow",
        "Action": ["support:CreateCase", "support:DescribeCases"],
        "Resource": ["*"],
    },
    {
        "Sid": "AllowExpandedAIOpsAssistantPolicy",
        "Effect": "Allow",
        "Action": [
            "aidevops:GetKnowledgeItem",
            "aidevops:ListKnowledgeItems",
            "eks:AccessKubernetesApi",
            "resource-explorer-2:Search",
            "route53:GetHealthCheckStatus",
            "synthetics:GetCanaryRuns",
        ],
        "Resource": ["*"],
    },
]


def statements(generation: Generation, *capabilities: Capability) -> list[Statement]:
    """Return the statements of the inline policy."""
    policy = inline_policy(capabilities, account=ACCOUNT, generation=generation)
    assert policy is not None
    assert policy["Version"] == "2012-10-17"
    return policy["Statement"]


@pytest.mark.parametrize(
    ("generation", "names"),
    [
        (Generation.GA, ("AIDevOpsAgentAccessPolicy",)),
        (Generation.PREVIEW, ("AIOpsAssistantPolicy",)),
        (Generation.TRANSITION, ("AIDevOpsAgentAccessPolicy", "AIOpsAssistantPolicy")),
    ],
)
def test_managed_policies(generation: Generation, names: tuple[str, ...]) -> None:
    """AWS's policy of the generation, under a name that AWS really has.

    Promise: No more than AWS asks for.
    """
    assert managed_policy_names(generation) == names
    assert set(names) <= set(aws_managed_policies())


@pytest.mark.parametrize(
    ("generation", "expected"),
    [
        (Generation.GA, [RESOURCE_EXPLORER]),
        (Generation.PREVIEW, PREVIEW),
        (Generation.TRANSITION, [PREVIEW[0], RESOURCE_EXPLORER, PREVIEW[1]]),
    ],
)
def test_whole_inline_policy_of_each_generation(generation: Generation, expected: list[Statement]) -> None:
    """Nothing but AWS's statements, with our condition on the service-linked role.

    Promise: No more than AWS asks for.
    """
    assert statements(generation) == expected


def test_resource_explorer_can_be_turned_off() -> None:
    """A role without any statement has no inline policy: IAM refuses an empty one."""
    assert inline_policy([ResourceExplorerSetup(enabled=False)], account=ACCOUNT) is None


def test_resource_explorer_can_be_asked_for_in_the_preview_setup() -> None:
    """There it is not on by default, as the page of that time does not have it."""
    assert RESOURCE_EXPLORER in statements(Generation.PREVIEW, ResourceExplorerSetup())


@pytest.mark.parametrize("generation", list(Generation))
def test_capabilities_come_in_every_generation(generation: Generation) -> None:
    """They are the Agent Space's settings, which do not depend on the generation."""
    sids = {statement["Sid"] for statement in statements(generation, S3Objects(buckets=["orders-logs"]))}
    assert {"S3Buckets", "S3Objects"} < sids


def test_capabilities_of_a_kind_are_united() -> None:
    """Two lists of buckets give the statements of one longer list."""
    split = statements(Generation.GA, S3Objects(buckets=["b-logs"]), S3Objects(buckets=["a-logs", "b-logs"]))
    assert split == statements(Generation.GA, S3Objects(buckets=["a-logs", "b-logs"]))


def test_a_custom_sid_cannot_hide_behind_ours() -> None:
    """A statement of one's own never becomes part of AWS's."""
    custom = CustomStatement(sid="S3Objects", actions=["s3:PutObject"], resources=["*"])
    with pytest.raises(OnboardingInputError, match="sid='S3Objects'"):
        statements(Generation.GA, S3Objects(buckets=["orders-logs"]), custom)


def test_preview_actions_are_part_of_the_later_managed_policy() -> None:
    """So that leaving PREVIEW for GA loses none of the eight: read from AWS's own document."""
    document = aws_managed_policies()["AIDevOpsAgentAccessPolicy"]
    granted = {action for statement in document["Statement"] for action in statement["Action"]}
    assert {action for statement in PREVIEW for action in statement["Action"]} <= granted


def aws_managed_policies() -> dict[str, dict[str, list[dict[str, list[str]]]]]:
    """Return name -> document of AWS's managed policies, as moto ships them."""
    loaded = json.loads(aws_managed_policies_data)
    return {name: policy["Document"] for name, policy in loaded.items()}
