"""PrimaryAccountAccess: an association per account, after a grant that is exact, or an error before anything exists."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import (
    AgentSpaceArn,
    Generation,
    OnboardingInputError,
    PrimaryAccountAccess,
    SecondaryAccount,
    TopologyScope,
)
from devops_agent_constructs.nag import acknowledge_findings
from devops_agent_constructs.policies.primary_account import GrantForm
from tests.conftest import AGENT_ROLE_ARN, SPACE, lint_findings, nag_findings, template_of

TWO = SecondaryAccount(account_id="222222222222")
THREE = SecondaryAccount(account_id="333333333333", role_name="Agent", path="/operations/")


@pytest.fixture
def primary(app: App) -> Stack:
    """Return a stack of the primary account, in the Agent Space's Region."""
    return Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))


@pytest.fixture
def agent_role(primary: Stack) -> iam.IRole:
    """Return the agent role, imported."""
    return iam.Role.from_role_arn(primary, "AgentRole", AGENT_ROLE_ARN)


def many(count: int) -> list[SecondaryAccount]:
    """Return so many accounts."""
    return [SecondaryAccount(account_id=f"{200_000_000_000 + number}") for number in range(count)]


def of_type(stack: Stack, kind: str) -> dict[str, dict[str, Any]]:
    """Return logical id -> resource, of one type."""
    resources = template_of(stack)["Resources"]
    return {logical_id: resource for logical_id, resource in resources.items() if resource["Type"] == kind}


def test_one_association_per_account(primary: Stack) -> None:
    """The whole resources: always SourceAws and source, under ids made of the account."""
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[THREE, TWO])
    assert template_of(primary)["Resources"] == {
        f"AccessSource{account}{suffix}": {
            "Type": "AWS::DevOpsAgent::Association",
            "Properties": {
                "AgentSpaceId": "8f6187a7-0388-4926-8217-3a0fe32f757c",
                "ServiceId": "aws",
                "Configuration": {
                    "SourceAws": {"AccountId": account, "AccountType": "source", "AssumableRoleArn": arn}
                },
            },
        }
        for account, suffix, arn in [
            ("222222222222", "BBBBE794", "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"),
            ("333333333333", "B4C1EFF3", "arn:aws:iam::333333333333:role/operations/Agent"),
        ]
    }


def test_ids_do_not_depend_on_the_other_accounts(app: App) -> None:
    """An account that joins or leaves touches no other: AWS refuses to associate one twice.

    Promise: Ids stay.
    """
    env = Environment(account="111111111111", region="us-east-1")
    before, after = Stack(app, "Before", env=env), Stack(app, "After", env=env)
    PrimaryAccountAccess(before, "Access", agent_space=SPACE, accounts=many(5))
    PrimaryAccountAccess(after, "Access", agent_space=SPACE, accounts=[*reversed(many(5)[1:]), THREE, TWO])
    old, new = template_of(before)["Resources"], template_of(after)["Resources"]
    assert {key: new[key] for key in old if key in new} == {key: old[key] for key in list(old)[1:]}


def test_elevated_role_and_topology(primary: Stack) -> None:
    """Both go with the account."""
    account = SecondaryAccount(
        account_id="222222222222",
        elevated_role_arn="arn:aws:iam::222222222222:role/DevOpsAgent-ElevatedAction-Orders",
        topology=TopologyScope(tags={"b": "2", "a": "1"}, resource_arns=["arn:aws:s3:::orders"]),
    )
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[account])
    [resource] = of_type(primary, "AWS::DevOpsAgent::Association").values()
    assert resource["Properties"]["Configuration"]["SourceAws"] == {
        "AccountId": "222222222222",
        "AccountType": "source",
        "AssumableRoleArn": "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
        "AgentElevatedRoleArn": "arn:aws:iam::222222222222:role/DevOpsAgent-ElevatedAction-Orders",
        "Resources": [{"ResourceArn": "arn:aws:s3:::orders"}],
        "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
    }


def test_grant_to_an_imported_role(primary: Stack, agent_role: iam.IRole) -> None:
    """A real policy, attached to the role, on exactly the secondary roles; every association waits for it.

    Promise: The agent role's permission.
    """
    access = PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO, THREE], agent_role=agent_role)
    assert access.assume_role_grant is not None
    assert access.assume_role_grant.form is GrantForm.EXACT
    [(logical_id, policy)] = of_type(primary, "AWS::IAM::ManagedPolicy").items()
    assert policy["Properties"]["Roles"] == ["DevOpsAgentRole-AgentSpace"]
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Sid": "AssumeSecondaryRoles",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": [
                "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
                "arn:aws:iam::333333333333:role/operations/Agent",
            ],
        }
    ]
    assert [association["DependsOn"] for association in of_type(primary, "AWS::DevOpsAgent::Association").values()] == [
        [logical_id],
        [logical_id],
    ]


def test_grant_to_a_new_role(primary: Stack) -> None:
    """The same for a role of this stack, by reference."""
    role = iam.Role(primary, "AgentRole", assumed_by=iam.ServicePrincipal("aidevops.amazonaws.com"))
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO], agent_role=role)
    [policy] = of_type(primary, "AWS::IAM::ManagedPolicy").values()
    assert policy["Properties"]["Roles"] == [primary.resolve(role.role_name)]


def test_others_can_wait_for_the_grant(primary: Stack, agent_role: iam.IRole) -> None:
    """Like `iam.Grant.apply_before`."""
    access = PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO], agent_role=agent_role)
    later = iam.Role(primary, "Later", assumed_by=iam.ServicePrincipal("aidevops.amazonaws.com"))
    assert access.assume_role_grant is not None
    access.assume_role_grant.apply_before(later)
    [role] = of_type(primary, "AWS::IAM::Role").values()
    assert role["DependsOn"] == list(of_type(primary, "AWS::IAM::ManagedPolicy"))


@pytest.mark.parametrize(("accounts", "form", "policies"), [(100, "exact", 2), (490, "exact", 6)])
def test_grant_is_spread_over_policies(
    primary: Stack, agent_role: iam.IRole, accounts: int, form: str, policies: int
) -> None:
    """Each policy tells its form; every association waits for the one that names its role."""
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=many(accounts), agent_role=agent_role)
    found = of_type(primary, "AWS::IAM::ManagedPolicy")
    assert [policy["Properties"]["Description"] for policy in found.values()] == [
        f"Lets AWS DevOps Agent assume its roles in secondary accounts ({form} form)"
    ] * policies
    waited_for = set()
    for association in of_type(primary, "AWS::DevOpsAgent::Association").values():
        [policy] = association["DependsOn"]
        role_arn = association["Properties"]["Configuration"]["SourceAws"]["AssumableRoleArn"]
        [statement] = found[policy]["Properties"]["PolicyDocument"]["Statement"]
        assert role_arn in statement["Resource"]
        waited_for.add(policy)
    assert waited_for == set(found)


def test_organization(primary: Stack, agent_role: iam.IRole) -> None:
    """Chosen by its id, without a warning."""
    access = PrimaryAccountAccess(
        primary,
        "Access",
        agent_space=SPACE,
        accounts=[TWO],
        agent_role=agent_role,
        organization_id="o-a1b2c3d4e5",
    )
    assert access.assume_role_grant is not None
    assert access.assume_role_grant.form is GrantForm.ORGANIZATION
    [policy] = of_type(primary, "AWS::IAM::ManagedPolicy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Sid": "AssumeSecondaryRoles",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": "arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount",
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}},
        }
    ]
    assert Annotations.from_stack(primary).find_warning("*", Match.any_value()) == []


def test_organization_by_size_warns(primary: Stack, agent_role: iam.IRole) -> None:
    """What was not asked for is said: here long paths, which fill eight policies with few accounts."""
    accounts = [SecondaryAccount(account_id=account.account_id, path=f"/{'a' * 150}/") for account in many(300)]
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=accounts, agent_role=agent_role)
    warning = Match.string_like_regexp(r"300 roles do not fit.*\[ack: devops-agent-constructs:grantByOrganization\]")
    Annotations.from_stack(primary).has_warning("/Primary/Access", warning)


@pytest.mark.parametrize("generation", [Generation.PREVIEW, Generation.TRANSITION])
def test_agent_role_is_needed(primary: Stack, generation: Generation) -> None:
    """Where the agent role assumes the secondary roles, an association without the grant would never be valid.

    Promise: The agent role's permission.
    """
    with pytest.raises(OnboardingInputError, match="the agent role assumes the secondary roles; none is given"):
        PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO], generation=generation)
    assert primary.node.children == []


def test_role_of_another_account_is_refused(primary: Stack) -> None:
    """CDK would report success and emit nothing; the error says what its owner must add.

    Promise: No grant is dropped.
    """
    role = iam.Role.from_role_arn(primary, "AgentRole", "arn:aws:iam::999999999999:role/Agent")
    with pytest.raises(OnboardingInputError, match=r"belongs to account 999999999999.*sts:AssumeRole.*222222222222"):
        PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO], agent_role=role)


@pytest.mark.parametrize(
    ("account", "region", "why"),
    [
        ("222222222222", "us-east-1", "account, 111111111111; the stack's is 222222222222"),
        ("111111111111", "eu-west-1", "Region, us-east-1; the stack's is eu-west-1"),
    ],
)
def test_wrong_place_is_refused(app: App, account: str, region: str, why: str) -> None:
    """An association exists only in the account and Region of its Agent Space."""
    stack = Stack(app, "Wrong", env=Environment(account=account, region=region))
    with pytest.raises(OnboardingInputError, match=why):
        PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=[THREE])


@pytest.mark.parametrize(
    ("arguments", "field", "why"),
    [
        ({"accounts": [TWO, TWO]}, "accounts[1].account_id", "accounts[0] is this account already"),
        ({"accounts": [THREE, TWO, TWO]}, "accounts[2].account_id", "accounts[1] is this account already"),
        ({"accounts": [SecondaryAccount(account_id="111111111111")]}, "accounts[0].account_id", "primary account"),
        ({"accounts": []}, "accounts", "no account"),
        ({"accounts": many(501)}, "accounts", "501 resources; a CloudFormation stack holds 500"),
        ({"organization_id": "r-abcd"}, "organization_id", "not the id of an organization"),
        (
            {"agent_space": AgentSpaceArn.any_in_account("111111111111", region="us-east-1")},
            "agent_space",
            "this stands for all of an account",
        ),
    ],
)
def test_bad_argument(primary: Stack, arguments: dict[str, Any], field: str, why: str) -> None:
    """One error that names the argument; nothing is in the tree afterwards."""
    with pytest.raises(OnboardingInputError) as caught:
        PrimaryAccountAccess(primary, "Access", **{"agent_space": SPACE, "accounts": [TWO], **arguments})
    assert caught.value.field == field
    assert why in caught.value.why
    assert primary.node.children == []


def test_as_many_as_a_stack_holds(primary: Stack) -> None:
    """The other side of the limit."""
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=many(500))
    assert len(template_of(primary)["Resources"]) == 500


def test_grant_associate(primary: Stack) -> None:
    """A deployer gets the association actions on this space, and the PassRole that the API asks for."""
    deployer = iam.Role(primary, "Deployer", assumed_by=iam.ServicePrincipal("cloudformation.amazonaws.com"))
    access = PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO])
    assert access.grant_associate(deployer).success
    [policy] = of_type(primary, "AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert [(statement["Action"], statement["Resource"], statement.get("Condition")) for statement in statements] == [
        (
            [
                "aidevops:AssociateService",
                "aidevops:GetAgentSpace",
                "aidevops:ListAssociations",
                "aidevops:ValidateAwsAssociations",
            ],
            SPACE.arn,
            None,
        ),
        (
            ["aidevops:DisassociateService", "aidevops:GetAssociation", "aidevops:UpdateAssociation"],
            [SPACE.arn, f"{SPACE.arn}/association/*"],
            None,
        ),
        (
            "iam:PassRole",
            "arn:aws:iam::111111111111:role/*",
            {"StringEquals": {"iam:PassedToService": "aidevops.amazonaws.com"}},
        ),
    ]


def test_grant_associate_to_another_account_is_refused(primary: Stack) -> None:
    """Instead of a grant that CDK drops in silence.

    Promise: No grant is dropped.
    """
    access = PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO])
    foreign = iam.Role.from_role_arn(primary, "Foreign", "arn:aws:iam::999999999999:role/Pipeline")
    with pytest.raises(OnboardingInputError, match=r"account 999999999999.*its owner must add.*iam:PassRole"):
        access.grant_associate(foreign)


def test_template(primary: Stack, agent_role: iam.IRole, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the stack, and cfn-lint's opinion.

    Promise: Ids stay.
    """
    PrimaryAccountAccess(
        primary,
        "Access",
        agent_space=SPACE,
        accounts=[TWO, THREE],
        generation=Generation.PREVIEW,
        agent_role=agent_role,
    )
    template = template_of(primary)
    assert template == snapshot
    assert lint_findings(template) == []


def test_cdk_nag(app: App, primary: Stack, agent_role: iam.IRole) -> None:
    """The one wildcard is the organization's, and acknowledged with its reason.

    Promise: Nothing for the linters to find.
    """
    access = PrimaryAccountAccess(
        primary, "Access", agent_space=SPACE, accounts=[TWO], agent_role=agent_role, organization_id="o-a1b2c3d4e5"
    )
    assert nag_findings(app) == ["AwsSolutions-IAM5[Resource::arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount]"]
    acknowledge_findings(access)
    assert nag_findings(app) == []


def test_cdk_nag_finds_nothing_in_exact_arns(app: App, primary: Stack, agent_role: iam.IRole) -> None:
    """Nothing to acknowledge."""
    PrimaryAccountAccess(primary, "Access", agent_space=SPACE, accounts=[TWO], agent_role=agent_role)
    assert nag_findings(app) == []
