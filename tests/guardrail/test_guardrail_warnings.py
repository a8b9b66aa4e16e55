"""Permissions without effect, or granted already, warn where the role is defined, and can be acknowledged."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from aws_cdk import Acknowledgment, App, Environment, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from devops_agent_constructs import (
    AgentSpace,
    CallAs,
    Capability,
    CustomStatement,
    DynamoDBItems,
    Generation,
    GluePartitions,
    OrganizationRollout,
    S3Objects,
    SecondaryAccountRole,
    ServiceManagedDeployment,
)
from tests.conftest import AGENT_ROLE_ARN, SPACE

PUT = CustomStatement(sid="Put", actions=["s3:PutObject"], resources=["arn:aws:s3:::orders/*"])
DESCRIBE = CustomStatement(sid="Describe", actions=["ec2:DescribeInstances"], resources=["*"])
OUTSIDE = "devops-agent-constructs:outsideGuardrail"
REDUNDANT = "devops-agent-constructs:redundantPermission"

Define = Callable[[Stack, Sequence[Capability]], Construct]


def role(stack: Stack, capabilities: Sequence[Capability], generation: Generation = Generation.GA) -> Construct:
    """Define a secondary role."""
    return SecondaryAccountRole(
        stack,
        "Made",
        agent_space=SPACE,
        capabilities=capabilities,
        generation=generation,
        agent_role_arn=AGENT_ROLE_ARN,
    )


def space(stack: Stack, capabilities: Sequence[Capability]) -> Construct:
    """Define an Agent Space with its agent role."""
    return AgentSpace(stack, "Made", name="Operations", capabilities=capabilities)


def rollout(stack: Stack, capabilities: Sequence[Capability], include: bool = False) -> Construct:
    """Define a rollout from the management account."""
    units = ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF if include else CallAs.DELEGATED_ADMIN
    )
    made = OrganizationRollout(
        stack,
        "Made",
        agent_space=SPACE,
        deployment=units,
        capabilities=capabilities,
        include_management_account=include,
    )
    left_out = "Annotation::devops-agent-constructs:managementAccountLeftOut"
    Validations.of(made).acknowledge(Acknowledgment(id=left_out, reason="known"))
    return made


DEFINED = [role, partial(role, generation=Generation.TRANSITION), space, rollout, partial(rollout, include=True)]


@pytest.fixture
def stack(app: App) -> Stack:
    """Return a stack of any account."""
    return Stack(app, "Stack", env=Environment(account="222222222222", region="us-east-1"))


def warnings(stack: Stack) -> list[str]:
    """Return the texts of all warnings."""
    return [str(message.entry.data) for message in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


@pytest.mark.parametrize("define", DEFINED)
def test_warned_once_each(stack: Stack, define: Define) -> None:
    """Each by its id, with the action and what to do; useful capabilities and what the library adds do not warn."""
    define(stack, [PUT, DESCRIBE, S3Objects(buckets=["orders"]), DynamoDBItems(tables=["orders"])])
    outside, redundant = sorted(warnings(stack), key=lambda text: OUTSIDE not in text)
    assert outside.startswith("Put: s3:PutObject has no effect")
    assert f"[ack: {OUTSIDE}]" in outside
    assert redundant.startswith("Describe: AIDevOpsAgentAccessPolicy")
    assert f"[ack: {REDUNDANT}]" in redundant


@pytest.mark.parametrize("define", DEFINED)
def test_added_later(stack: Stack, define: Define) -> None:
    """What `add_capability` brings is looked at, too, and what was there does not warn again."""
    made = define(stack, [DESCRIBE])
    made.add_capability(PUT)  # type: ignore[attr-defined]
    assert len(warnings(stack)) == 2


def test_acknowledged(stack: Stack) -> None:
    """By id, each on its own."""
    made = role(stack, [PUT, DESCRIBE])
    Validations.of(made).acknowledge(Acknowledgment(id=f"Annotation::{OUTSIDE}", reason="the list has grown"))
    [left] = warnings(stack)
    assert REDUNDANT in left


def test_preview(stack: Stack) -> None:
    """Whether the guardrail applies to the preview's sessions is unconfirmed, so nothing is said."""
    role(stack, [PUT, DESCRIBE], generation=Generation.PREVIEW)
    assert warnings(stack) == []


def test_partitions_are_in_the_managed_policy(stack: Stack) -> None:
    """A capability that AWS's policy has caught up with can be dropped."""
    role(stack, [GluePartitions(tables=["sales/orders"])])
    [text] = warnings(stack)
    assert text.startswith("GluePartitions: ")
    assert REDUNDANT in text


@pytest.mark.parametrize("kind", ["name", "object"])
def test_other_managed_policies(stack: Stack, kind: str) -> None:
    """Without AWS's policy nothing is granted already; the guardrail stays."""
    policy: iam.IManagedPolicy | str = "Own"
    if kind == "object":
        policy = iam.ManagedPolicy.from_managed_policy_name(stack, "Own", "Own")
    SecondaryAccountRole(stack, "Made", agent_space=SPACE, capabilities=[PUT, DESCRIBE], managed_policies=[policy])
    [text] = warnings(stack)
    assert OUTSIDE in text


def test_aws_policy_by_object(stack: Stack) -> None:
    """It is recognized by its ARN."""
    policy = iam.ManagedPolicy.from_aws_managed_policy_name("AIDevOpsAgentAccessPolicy")
    SecondaryAccountRole(stack, "Made", agent_space=SPACE, capabilities=[DESCRIBE], managed_policies=[policy])
    [text] = warnings(stack)
    assert REDUNDANT in text
