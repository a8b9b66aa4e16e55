"""Every limit of IAM, CloudFormation and DevOps Agent, from both sides; each error names number, limit and way out."""

from collections.abc import Callable, Sequence

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from devops_agent_constructs import (
    AgentSpaceArn,
    CustomStatement,
    ElevatedActionsRole,
    OnboardingInputError,
    PrimaryAccountAccess,
    S3Objects,
    SecondaryAccount,
    SecondaryAccountRole,
)
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.primary_account import GrantForm, assume_role_policies
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.size import policy_size
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.templates import secondary_account_template, template_body
from tests.conftest import SPACE, template_of

Make = Callable[[int], object]


def role(**settings: object) -> SecondaryAccountRole:
    """Define a role in a stack of its own."""
    stack = Stack(App(), "Secondary", env=Environment(account="222222222222", region="us-east-1"))
    return SecondaryAccountRole(stack, "Role", agent_space=SPACE, **settings)  # type: ignore[arg-type]


def spaces_of_length(characters: int) -> list[AgentSpaceArn]:
    """Return Agent Spaces that make a trust policy of so many characters."""
    prefix = "arn:aws:aidevops:us-east-1:111111111111:agentspace/"
    ids = [f"{number:02}" for number in range(17)]
    missing = (
        characters - policy_size(trust_policy([AgentSpaceArn.from_arn(prefix + space_id) for space_id in ids])).at_most
    )
    each, rest = divmod(missing, len(ids))
    padded = [space_id + "x" * (each + (index < rest)) for index, space_id in enumerate(ids)]
    return [AgentSpaceArn.from_arn(prefix + space_id) for space_id in padded]


def statements_of_length(characters: int) -> list[CustomStatement]:
    """Return statements that make, alone, an inline policy of so many characters."""

    def made(padding: int) -> CustomStatement:
        resources = [f"arn:aws:s3:::{number:0200}" for number in range(40)]
        return CustomStatement(sid="Own", actions=["s3:GetObject"], resources=[*resources, "y" * padding])

    account = RoleAccount(partition="aws", account_id="222222222222")
    document = inline_policy([made(1)], account=account)
    assert document is not None
    document["Statement"] = [statement for statement in document["Statement"] if statement["Sid"] == "Own"]
    return [made(1 + characters - policy_size(document).at_most)]


def capabilities_of_length(characters: int) -> list[CustomStatement]:
    """Return a capability that makes, with the default statement, an inline policy of so many characters."""
    account = RoleAccount(partition="aws", account_id="222222222222")
    alone = policy_size(inline_policy([], account=account) or {}).at_most
    empty = len('{"Version":"2012-10-17","Statement":[]}')
    return statements_of_length(characters - alone + empty - len(","))


def elevated(characters: int) -> ElevatedActionsRole:
    """Define an elevated role with an inline policy of so many characters."""
    stack = Stack(App(), "Secondary", env=Environment(account="222222222222", region="us-east-1"))
    return ElevatedActionsRole(stack, "Role", agent_space=SPACE, statements=statements_of_length(characters))


def access(accounts: int) -> PrimaryAccountAccess:
    """Connect so many accounts in one stack."""
    stack = Stack(App(), "Primary", env=Environment(account="111111111111", region="us-east-1"))
    many = [SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(accounts)]
    return PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=many)


def body_of_length(characters: int) -> str:
    """Write a child template of so many bytes."""
    template = secondary_account_template()
    template["Description"] = ""
    template["Description"] = "x" * (characters - len(template_body(template)))
    return template_body(template)


@pytest.mark.parametrize(
    ("make", "limit", "field", "parts"),
    [
        (lambda size: trust_policy(spaces_of_length(size)), 2_048, "agent_space", ["2,049", "2,048", "second role"]),
        (
            lambda size: role(capabilities=capabilities_of_length(size)),
            10_240,
            "capabilities",
            ["10,241", "10,240", "fewer resources"],
        ),
        (elevated, 10_240, "statements", ["10,241", "10,240", "fewer resources"]),
        (
            lambda count: role(managed_policies=[f"Policy{number}" for number in range(count)]),
            10,
            "managed_policies",
            ["11 managed policies", "attaches 10", "unite"],
        ),
        (lambda count: role(role_name="x" * count), 64, "role_name", ["1-64", "rename"]),
        (lambda count: role(path="/" + "x" * (count - 2) + "/", role_name="x"), 224, "path", ["256", "255", "within"]),
        (lambda count: role(description="x" * count), 1_000, "description", ["1001", "1000", "shorten"]),
        (access, 500, "accounts", ["501", "500", "split"]),
        (body_of_length, 51_200, "capabilities", ["51,201", "51,200", "fewer resources"]),
    ],
    ids=["trust", "inline", "elevated", "managed", "name", "arn", "description", "resources", "template"],
)
def test_both_sides(make: Make, limit: int, field: str, parts: Sequence[str]) -> None:
    """What just fits is accepted, one more is refused.

    Promise: Sizes.
    """
    make(limit)
    with pytest.raises(OnboardingInputError) as caught:
        make(limit + 1)
    assert caught.value.field == field
    for part in parts:
        assert part in str(caught.value)


def test_the_sizes_above_are_those_of_the_template() -> None:
    """What CDK writes has as many characters as were counted."""
    stack = Stack(App(), "Secondary", env=Environment(account="222222222222", region="us-east-1"))
    SecondaryAccountRole(stack, "Role", agent_space=SPACE, capabilities=capabilities_of_length(10_240))
    [resource] = template_of(stack)["Resources"].values()
    [inline] = resource["Properties"]["Policies"]
    # The only token, the partition, is counted as `aws`, as short as it can be.
    for statement in inline["PolicyDocument"]["Statement"]:
        if isinstance(statement["Resource"], dict):
            assert statement["Resource"]["Fn::Join"][1][1] == {"Ref": "AWS::Partition"}
            statement["Resource"] = "".join(
                part if isinstance(part, str) else "aws" for part in statement["Resource"]["Fn::Join"][1]
            )
    assert policy_size(inline["PolicyDocument"]).at_most == 10_240


def test_managed_policies_of_a_grant_fit() -> None:
    """Each of them is below 6,144 characters, and one role more makes another policy."""

    def documents(roles: int) -> list[int]:
        arns = [f"arn:aws:iam::{200_000_000_000 + number}:role/R" for number in range(roles)]
        found = assume_role_policies(arns)
        assert found.form is GrantForm.EXACT
        return [policy_size(document).at_most for document in found.documents]

    fitting = max(roles for roles in range(100, 200) if len(documents(roles)) == 1)
    assert documents(fitting)[0] <= 6_144 < documents(fitting)[0] + len('"arn:aws:iam::200000000000:role/R",')
    assert len(documents(fitting + 1)) == 2


def test_references_count_as_long_as_they_can_be() -> None:
    """Many references may become too long, so the role warns; as many names are known to fit."""
    stack = Stack(App(), "Secondary", env=Environment(account="222222222222", region="us-east-1"))
    buckets = [s3.Bucket(stack, f"Bucket{number}") for number in range(20)]
    references = [S3Objects(buckets=[bucket.bucket_name for bucket in buckets])]
    SecondaryAccountRole(stack, "Role", agent_space=SPACE, capabilities=references)
    Annotations.from_stack(stack).has_warning("/Secondary/Role", Match.string_like_regexp("IAM admits 10,240"))


def test_names_do_not_warn(secondary: Stack) -> None:
    """What is known is measured, not guessed."""
    names = [S3Objects(buckets=[f"orders-{number}" for number in range(20)])]
    SecondaryAccountRole(secondary, "Role", agent_space=SPACE, capabilities=names)
    Annotations.from_stack(secondary).has_no_warning("*", Match.any_value())
