"""Organization: a value that exists is a value that can be deployed."""

from typing import Any

import pytest

from devops_agent_constructs import (
    CallAs,
    CustomStatement,
    OnboardingInputError,
    Organization,
    ServiceManagedDeployment,
)

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
        (
            {"call_as": CallAs.DELEGATED_ADMIN, "include_management_account": True},
            "include_management_account",
            "the stack is a delegated administrator's",
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
