"""The length of a template as the CDK CLI sends it, computed without writing it."""

from typing import Any

import pytest
import yaml
from aws_cdk import App, DefaultStackSynthesizer, Environment, LegacyStackSynthesizer, Stack
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    CallAs,
    CustomStatement,
    Organization,
    OrganizationStack,
    PrimaryAccountAccess,
    SecondaryAccount,
    ServiceManagedDeployment,
)
from devops_agent_constructs._constructs.template_size import sent_length
from devops_agent_constructs.primary.stack import PrimaryAccountStack
from tests.conftest import AGENT_ROLE_ARN, SPACE

# As `cdk synth` of the CLI 2.1148.1 prints it.
SENT = """\
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Path: /
      PolicyDocument:
        Statement:
          - Action: sts:AssumeRole
            Resource:
              - arn:aws:iam::200000000000:role/Agent
              - "*"
            Sid: "y"
        Version: "2012-10-17"
      Roles: []
    DependsOn:
      - Other
    Metadata:
      aws:cdk:path: Primary/Policy
  Other:
    Type: AWS::DevOpsAgent::Association
    Properties:
      AccountId: "200000000000"
      Arn:
        Fn::Join:
          - ""
          - - "arn:"
            - Ref: AWS::Partition
            - :iam::aws:policy/Any
      Description: A role (exact form)
      Empty: {}
"""


def accounts(number: int, **settings: Any) -> list[SecondaryAccount]:
    """Return as many accounts."""
    return [SecondaryAccount(account_id=f"{200_000_000_000 + index}", **settings) for index in range(number)]


def warnings(stack: Stack) -> list[Any]:
    """Return the warnings about the template's length."""
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp(".*templateAboveCliLimit.*"))
    return [message.entry.data for message in found]


def primary(number: int, synthesizer: Any = None, **settings: Any) -> PrimaryAccountStack:
    """Define the primary account's stack."""
    return PrimaryAccountStack(
        App(analytics_reporting=False),
        "DevOpsAgentPrimary",
        agent_space=SPACE,
        accounts=accounts(number),
        synthesizer=synthesizer,
        **settings,
    )


def test_sent_length() -> None:
    """Exact on a template as the CLI writes it, but for a colon at the front, for which it counts quotes."""
    assert sent_length(yaml.safe_load(SENT)) == len(SENT) + len('""')


@pytest.mark.parametrize(("number", "agent_role"), [(133, None), (93, AGENT_ROLE_ARN)])
def test_no_warning_below_the_limit(number: int, agent_role: str | None) -> None:
    """Nobody is warned of what the CLI takes."""
    assert warnings(primary(number, agent_role_arn=agent_role)) == []


@pytest.mark.parametrize(("number", "agent_role"), [(139, None), (99, AGENT_ROLE_ARN)])
def test_warning_above_the_limit(number: int, agent_role: str | None) -> None:
    """With the number of associations, the length, the limit, and the ways out."""
    [warning] = warnings(primary(number, agent_role_arn=agent_role))
    assert warning.startswith(f"With {number} associations the template has about 5")
    for part in ("51,200", "cdk bootstrap", "several stacks", "--s3-bucket"):
        assert part in warning


def test_no_warning_with_a_bootstrap() -> None:
    """The CLI uploads such a template."""
    assert warnings(primary(300, DefaultStackSynthesizer(qualifier="ours"))) == []


@pytest.mark.parametrize("synthesizer", [LegacyStackSynthesizer(), None])
def test_a_stack_of_the_reader(synthesizer: LegacyStackSynthesizer | None) -> None:
    """Also where `PrimaryAccountAccess` stands in another stack that names no bootstrap."""
    env = Environment(account="111111111111", region="us-east-1")
    stack = Stack(App(analytics_reporting=False), "Own", env=env, synthesizer=synthesizer)
    PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=accounts(200))
    assert len(warnings(stack)) == (1 if synthesizer else 0)


def organization(excluded: int, synthesizer: Any = None, *, additional: int = 0) -> OrganizationStack:
    """Define the stack of a rollout that names many accounts; with additional ones there are two StackSets."""
    deployment = ServiceManagedDeployment(
        organizational_units=["ou-a1b2-11112222"],
        call_as=CallAs.DELEGATED_ADMIN,
        exclude_accounts=[f"{300_000_000_000 + index}" for index in range(excluded)],
        additional_accounts=[f"{400_000_000_000 + index}" for index in range(additional)],
        organization_root="r-a1b2" if additional else None,
    )
    return OrganizationStack(
        App(analytics_reporting=False),
        "DevOpsAgentOrganization",
        organization=Organization(account_id="999999999999", deployment=deployment),
        agent_space=SPACE,
        synthesizer=synthesizer,
    )


# The CLI sends 30 characters of YAML for each account.
@pytest.mark.parametrize(("excluded", "additional"), [(1_480, 0), (700, 650)])
def test_no_warning_of_a_rollout_below_the_limit(excluded: int, additional: int) -> None:
    """Nobody is warned of what the CLI takes."""
    assert warnings(organization(excluded, additional=additional)) == []


@pytest.mark.parametrize(("excluded", "additional", "sets"), [(1_700, 0, "a StackSet"), (750, 700, "two StackSets")])
def test_warning_of_a_rollout_above_the_limit(excluded: int, additional: int, sets: str) -> None:
    """The role's template counts once for each StackSet."""
    [warning] = warnings(organization(excluded, additional=additional))
    assert warning.startswith(f"With the role's template in {sets} the template has about 5")


def test_no_warning_of_a_rollout_with_a_bootstrap() -> None:
    """The CLI uploads such a template."""
    assert warnings(organization(1_700, DefaultStackSynthesizer(qualifier="ours"))) == []


def test_capabilities_that_come_later_count_once() -> None:
    """One warning, however many follow."""
    stack = organization(1_400)
    for number in range(16):
        arns = [f"arn:aws:s3:::orders-{number}-{index}/*" for index in range(10)]
        stack.rollout.add_capability(CustomStatement(sid=f"Sid{number}", actions=["s3:GetObject"], resources=arns))
    assert len(warnings(stack)) == 1
