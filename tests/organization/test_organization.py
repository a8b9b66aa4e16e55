"""Organization: a value that exists is a value that can be deployed, alone and beside everything else."""

from typing import Any

import pytest

from devops_agent_constructs import (
    CallAs,
    CustomStatement,
    Generation,
    NewAgentSpace,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
)
from devops_agent_constructs.organization.organization import check_connections

UNIT = "ou-a1b2-11112222"
MANAGEMENT, PRIMARY = "999999999999", "111111111111"
KEY_ARN = "arn:aws:iam::222222222222:policy/Boundary"


def organization(
    call_as: CallAs = CallAs.SELF, deployment: dict[str, Any] | None = None, **settings: Any
) -> Organization:
    """Return an organization whose stack is in 999999999999."""
    targets = ServiceManagedDeployment(organizational_units=[UNIT], call_as=call_as, **deployment or {})
    return Organization(**{"account_id": MANAGEMENT, "deployment": targets, **settings})


def test_defaults() -> None:
    """The role is that of a secondary account; everybody in the units gets it, nobody is associated."""
    deployment = ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.SELF)
    assert organization() == Organization(
        account_id="999999999999",
        deployment=deployment,
        region=None,
        include_management_account=False,
        operation_preferences=None,
        associated_accounts=(),
        role_name="DevOpsAgentRole-SecondaryAccount",
        path="/",
        description="Lets AWS DevOps Agent investigate this account",
        capabilities=(),
        managed_policies=None,
        permissions_boundary=None,
        max_session_seconds=None,
    )


def test_management_account_is_known_only_if_the_stack_is_there() -> None:
    """A delegated administrator is a member account."""
    assert organization(CallAs.SELF).management_account_id == "999999999999"
    assert organization(CallAs.DELEGATED_ADMIN).management_account_id is None


def test_policies_by_name_or_of_aws() -> None:
    """Both mean something in every account."""
    found = organization(managed_policies=["A", "arn:aws:iam::aws:policy/ReadOnlyAccess"], permissions_boundary="B")
    assert found.managed_policies == ["A", "arn:aws:iam::aws:policy/ReadOnlyAccess"]


CLASH = [
    CustomStatement(sid="Own", actions=["s3:GetObject"], resources=["*"]),
    CustomStatement(sid="Own", actions=["s3:PutObject"], resources=["*"]),
]


@pytest.mark.parametrize(
    ("settings", "field", "why"),
    [
        ({"account_id": "99999999999"}, "account_id", "has 12 digits"),
        ({"region": "us_east_1"}, "region", "not the name of an AWS Region"),
        ({"role_name": "Dev Ops"}, "role_name", "a role name is 1-64"),
        ({"path": "operations"}, "path", "a path begins and ends with '/'"),
        ({"path": "/" + "a" * 230 + "/"}, "path", "the role's ARN would have"),
        ({"description": "\u2014"}, "description", "IAM refuses the character"),
        ({"managed_policies": ["A", KEY_ARN]}, "managed_policies[1]", "this policy belongs to one account"),
        ({"managed_policies": ["a b"]}, "managed_policies[0]", "neither the name nor the ARN"),
        ({"permissions_boundary": KEY_ARN}, "permissions_boundary", "this policy belongs to one account"),
        ({"max_session_seconds": 60}, "max_session_seconds", "IAM admits 3600 to 43200 seconds"),
        ({"capabilities": CLASH}, "sid", "another statement of the policy has this Sid"),
        ({"associated_accounts": "222222222222"}, "associated_accounts", "must be a list"),
        ({"associated_accounts": ["2222"]}, "associated_accounts[0]", "has 12 digits"),
        (
            {"associated_accounts": ["222222222222", "222222222222"]},
            "associated_accounts[1]",
            "[0] of the list is the same",
        ),
        (
            {"associated_accounts": ["999999999999"]},
            "associated_accounts[0]",
            "it gets no role: StackSets never deploys to the management account",
        ),
        (
            {"deployment": {"exclude_accounts": ["222222222222"]}, "associated_accounts": ["222222222222"]},
            "associated_accounts[0]",
            "it gets no role: it is excluded",
        ),
        (
            {
                "deployment": {"only_accounts": ["333333333333"]},
                "associated_accounts": ["333333333333", "222222222222"],
            },
            "associated_accounts[1]",
            "it gets no role: the accounts to deploy to are named, and it is not among them",
        ),
        (
            {"deployment": {"only_accounts": ["222222222222", "999999999999"]}},
            "deployment.only_accounts[1]",
            "this is the management account",
        ),
        (
            {"deployment": {"additional_accounts": ["999999999999"], "organization_root": "r-a1b2"}},
            "deployment.additional_accounts[0]",
            "this is the management account",
        ),
    ],
)
def test_bad_values(settings: dict[str, Any], field: str, why: str) -> None:
    """Each is refused under its own name."""
    with pytest.raises(OnboardingInputError) as caught:
        organization(**settings)
    assert caught.value.field == field
    assert why in caught.value.why


@pytest.mark.parametrize(
    ("call_as", "settings"),
    [
        (CallAs.SELF, {"associated_accounts": ["222222222222"]}),
        (CallAs.SELF, {"associated_accounts": ["999999999999"], "include_management_account": True}),
        (CallAs.DELEGATED_ADMIN, {"associated_accounts": ["999999999999"]}),
        (CallAs.DELEGATED_ADMIN, {"deployment": {"only_accounts": ["999999999999"]}}),
        (
            CallAs.SELF,
            {
                "deployment": {
                    "only_accounts": ["222222222222"],
                    "additional_accounts": ["333333333333"],
                    "organization_root": "r-a1b2",
                },
                "associated_accounts": ["333333333333", "222222222222", "999999999999"],
                "include_management_account": True,
            },
        ),
    ],
)
def test_accounts_that_get_a_role_can_be_associated(call_as: CallAs, settings: dict[str, Any]) -> None:
    """Those of the units may all be among them; a delegated administrator is an account like others."""
    assert organization(call_as, **settings).account_id == "999999999999"


OWN = [SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")]
NEW = PrimaryAccount(new_agent_space=NewAgentSpace(name="a", account_id=PRIMARY, region="us-east-1"))
ASSOCIATED = "organization.associated_accounts"


def check(
    tested: Organization | None,
    accounts: list[SecondaryAccount],
    primary: PrimaryAccount | None = None,
    primary_account_id: str = PRIMARY,
    generation: Generation = Generation.GA,
) -> None:
    """Check the organization beside the rest."""
    check_connections(
        accounts, tested, primary=primary, primary_account_id=primary_account_id, partition="aws", generation=generation
    )


@pytest.mark.parametrize(
    ("settings", "primary", "field", "why"),
    [
        (
            {"deployment": {"only_accounts": ["444444444444", PRIMARY]}},
            None,
            "organization.deployment.only_accounts[1]",
            "this is the primary account",
        ),
        (
            {"deployment": {"additional_accounts": [PRIMARY], "organization_root": "r-a1b2"}},
            None,
            "organization.deployment.additional_accounts[0]",
            "this is the primary account",
        ),
        ({"associated_accounts": [PRIMARY]}, PrimaryAccount(), f"{ASSOCIATED}[0]", "this is the primary account"),
        (
            {"associated_accounts": ["444444444444", "333333333333"]},
            PrimaryAccount(),
            f"{ASSOCIATED}[1]",
            "accounts[1] is this account already",
        ),
        ({"associated_accounts": ["444444444444"]}, None, ASSOCIATED, "nothing associates them"),
        (
            {"deployment": {"only_accounts": ["333333333333"]}},
            None,
            "accounts[1].account_id",
            "the StackSet of the organization gives this account the role, too",
        ),
        (
            {"deployment": {"additional_accounts": ["222222222222"], "organization_root": "r-a1b2"}},
            None,
            "accounts[0].account_id",
            "the StackSet of the organization gives this account the role, too",
        ),
        (
            {"account_id": "333333333333", "include_management_account": True},
            None,
            "accounts[1].account_id",
            "include_management_account gives this account the role, too",
        ),
        (
            {"account_id": PRIMARY, "include_management_account": True},
            None,
            "organization.include_management_account",
            "this is the primary account",
        ),
    ],
)
def test_what_does_not_go_together(
    settings: dict[str, Any], primary: PrimaryAccount | None, field: str, why: str
) -> None:
    """An account gets one role, and one association."""
    with pytest.raises(OnboardingInputError) as caught:
        check(organization(**settings), OWN, primary)
    assert caught.value.field == field
    assert why in caught.value.why


def test_management_account_with_a_stack_of_its_own() -> None:
    """The other way to give it the role, and the only one for a delegated administrator."""
    management = [SecondaryAccount(account_id=MANAGEMENT)]
    check(organization(), management)
    check(organization(CallAs.DELEGATED_ADMIN, account_id="222222222222"), management)


def test_primary_account_may_administer_the_stack_set() -> None:
    """As management account or as delegated administrator."""
    check(organization(account_id=PRIMARY), OWN)
    check(organization(CallAs.DELEGATED_ADMIN, account_id=PRIMARY, include_management_account=True), OWN)


def test_primary_stack_needs_something_to_do() -> None:
    """CloudFormation refuses a stack without resources; a new Agent Space is one."""
    with pytest.raises(OnboardingInputError, match="the primary account's stack would be empty") as caught:
        check(organization(), [], PrimaryAccount())
    assert caught.value.field == "organization.associated_accounts"
    check(organization(), [], NEW)
    check(organization(), [])
    check(organization(), OWN, PrimaryAccount())


@pytest.mark.parametrize("generation", [Generation.PREVIEW, Generation.TRANSITION])
def test_agent_role_needs_the_organization_id(generation: Generation) -> None:
    """It must assume roles in accounts that nobody has listed; in GA the service does it."""
    associating = organization(associated_accounts=["444444444444"])
    with pytest.raises(OnboardingInputError, match="aws organizations describe-organization") as caught:
        check(associating, [], PrimaryAccount(), generation=generation)
    assert caught.value.field == "primary.organization_id"
    check(associating, [], PrimaryAccount(organization_id="o-a1b2c3d4e5"), generation=generation)
    check(associating, [], PrimaryAccount())
    check(organization(), [], None, generation=generation)


def test_grant_by_name_needs_an_account_with_that_name() -> None:
    """The grant has the names of the associated roles; without the organization's the others could not be assumed."""
    primary = PrimaryAccount(organization_id="o-a1b2c3d4e5")
    with pytest.raises(OnboardingInputError, match="none has the organization's") as caught:
        check(organization(role_name="Agent"), OWN, primary, generation=Generation.PREVIEW)
    assert caught.value.field == "organization.associated_accounts"
    check(organization(), OWN, primary, generation=Generation.PREVIEW)
    associating = organization(role_name="Agent", associated_accounts=["444444444444"])
    check(associating, OWN, primary, generation=Generation.PREVIEW)


def test_accounts_are_checked_alone_and_beside() -> None:
    """None is an error without an organization; a repeated one, or the primary, always."""
    with pytest.raises(OnboardingInputError, match="there is no account to connect"):
        check(None, [])
    for tested in (None, organization()):
        with pytest.raises(OnboardingInputError, match=r"accounts\[0\] is this account already"):
            check(tested, [OWN[0], OWN[0]])
        with pytest.raises(OnboardingInputError, match="this is the primary account"):
            check(tested, [SecondaryAccount(account_id=PRIMARY)])
