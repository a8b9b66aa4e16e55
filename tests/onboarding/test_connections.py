"""Onboarding: accounts and an organization that an Agent Space connects go together, or there is no such value."""

from typing import Any

import pytest

from devops_agent_constructs import (
    CallAs,
    Generation,
    NewAgentSpace,
    Onboarding,
    OnboardingInputError,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    ServiceManagedDeployment,
)
from tests.conftest import AGENT_ROLE_ARN, SPACE

MANAGEMENT, PRIMARY = "999999999999", "111111111111"
OWN = [SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")]
NEW = PrimaryAccount(new_agent_space=NewAgentSpace(name="a", account_id=PRIMARY, region="us-east-1"))
ASSOCIATED = "organization.associated_accounts"


def organization(
    call_as: CallAs = CallAs.SELF, deployment: dict[str, Any] | None = None, **settings: Any
) -> Organization:
    """Return an organization whose stack is in 999999999999."""
    targets = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=call_as, **deployment or {})
    return Organization(**{"account_id": MANAGEMENT, "deployment": targets, **settings})


def check(
    tested: Organization | None,
    accounts: list[SecondaryAccount],
    primary: PrimaryAccount | None = None,
    generation: Generation = Generation.GA,
) -> None:
    """Check the organization beside the rest."""
    Onboarding(
        agent_space=SPACE,
        accounts=accounts,
        generation=generation,
        agent_role_arn=AGENT_ROLE_ARN if generation.needs_agent_role else None,
        primary=primary,
        organization=tested,
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
    check(organization(CallAs.DELEGATED_ADMIN, account_id=PRIMARY), OWN)


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
