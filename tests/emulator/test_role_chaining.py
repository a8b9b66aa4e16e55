"""By role chaining a role is assumed if the agent role may, on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.primary_account import AGENT_ROLE, PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import (
    AGENT_ROLE_ARN,
    ROLE_ARN,
    SPACE_ARN,
    but,
    by_chaining,
    by_service,
    grant,
    status,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def test_the_agent_role_may_assume_the_role(primary: PrimaryAccount, iam: IAMClient) -> None:
    """Role chaining takes both halves: the trust policy there, the permission here."""
    primary.create_agent_role()
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining())
    primary.associate("222222222222", ROLE_ARN)
    found, why = status(primary)
    assert found == "invalid"
    assert f"{AGENT_ROLE_ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE_ARN}" in why

    primary.iam.put_role_policy(RoleName=AGENT_ROLE, PolicyName="Assume", PolicyDocument=grant())
    assert status(primary) == ("valid", "")
    iam.update_assume_role_policy(RoleName="Agent", PolicyDocument=by_chaining(external_id="something else"))
    found, why = status(primary)
    assert found == "invalid"
    assert f"{ROLE_ARN} does not admit {AGENT_ROLE_ARN} for sts:AssumeRole with sts:ExternalId {SPACE_ARN}" in why


def test_without_a_monitor_association_nothing_is_chained(primary: PrimaryAccount, iam: IAMClient) -> None:
    """A space that does not know the agent role cannot go through it; once the service cannot, nobody can."""
    primary.create_agent_role()
    primary.iam.put_role_policy(RoleName=AGENT_ROLE, PolicyName="Assume", PolicyDocument=grant())
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining())
    primary.associate("222222222222", ROLE_ARN)
    assert status(primary) == ("valid", "")

    primary.iam.update_assume_role_policy(RoleName=AGENT_ROLE, PolicyDocument=by_service(account_id="222222222222"))
    assert "the agent role cannot be assumed" in status(primary)[1]
    monitor = primary.associations()["111111111111"].association_id
    primary.api.disassociate_service(agentSpaceId=primary.space.agent_space_id, associationId=monitor)
    found, why = status(primary)
    assert found == "invalid"
    assert "agent role" not in why


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (grant(Resource="*"), "valid"),
        (grant(Resource="arn:aws:iam::*:role/Agent"), "valid"),
        (grant(Resource=[ROLE_ARN, "arn:aws:iam::333333333333:role/Agent"], Action=["s3:*", "sts:*"]), "valid"),
        (grant(Resource="arn:aws:iam::222222222222:role/Other"), "invalid"),
        (grant(Resource="arn:aws:iam::333333333333:role/*"), "invalid"),
        (grant(Action="sts:TagSession"), "invalid"),
        (grant(Effect="Deny"), "invalid"),
        (but("Resource", "arn:aws:iam::333333333333:role/Agent"), "valid"),
        (but("Resource", ROLE_ARN), "invalid"),
        (but("Action", "iam:*"), "valid"),
        (but("Action", "sts:*"), "invalid"),
        (grant(Condition={"StringEquals": {"aws:ResourceAccount": "222222222222"}}), "valid"),
        (grant(Condition={"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}), "invalid"),
        (grant(Condition={"StringNotEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}), "valid"),
    ],
)
def test_what_the_agent_role_is_permitted(primary: PrimaryAccount, iam: IAMClient, policy: str, expected: str) -> None:
    """Resources with wildcards, actions and conditions count as in IAM; 222222222222 is in no organization."""
    primary.create_agent_role()
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining())
    primary.associate("222222222222", ROLE_ARN)
    arn = primary.iam.create_policy(PolicyName="Assume", PolicyDocument=policy)["Policy"]["Arn"]
    primary.iam.attach_role_policy(RoleName=AGENT_ROLE, PolicyArn=arn)

    assert status(primary)[0] == expected


@pytest.mark.parametrize("limit", ["deny", "boundary"])
def test_a_permission_can_be_taken_away(primary: PrimaryAccount, iam: IAMClient, limit: str) -> None:
    """By a Deny of another policy, or by a permissions boundary that lacks it."""
    primary.create_agent_role()
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining())
    primary.associate("222222222222", ROLE_ARN)
    primary.iam.put_role_policy(RoleName=AGENT_ROLE, PolicyName="Assume", PolicyDocument=grant())
    assert status(primary) == ("valid", "")

    if limit == "deny":
        primary.iam.put_role_policy(RoleName=AGENT_ROLE, PolicyName="Deny", PolicyDocument=grant(Effect="Deny"))
    else:
        boundary = primary.iam.create_policy(PolicyName="Boundary", PolicyDocument=grant(Action="s3:GetObject"))
        primary.iam.put_role_permissions_boundary(RoleName=AGENT_ROLE, PermissionsBoundary=boundary["Policy"]["Arn"])
    assert status(primary)[0] == "invalid"


@pytest.mark.parametrize("organization", ["the", "another"])
def test_the_organization_of_an_account_is_known(
    emulator: Emulator, primary: PrimaryAccount, organization: str
) -> None:
    """Accounts of the agent role's own organization are covered, others are not."""
    owner = "111111111111" if organization == "the" else "999999999999"
    organizations = emulator.client("organizations", owner)
    organizations.create_organization()
    member = organizations.create_account(AccountName="m", Email="m@example.com")["CreateAccountStatus"]["AccountId"]
    if organization == "another":
        emulator.client("organizations", "111111111111").create_organization()
    primary.create_agent_role()
    own = grant(
        Resource="arn:aws:iam::*:role/Agent",
        Condition={"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
    )
    primary.iam.put_role_policy(RoleName=AGENT_ROLE, PolicyName="Assume", PolicyDocument=own)
    emulator.client("iam", member).create_role(RoleName="Agent", AssumeRolePolicyDocument=by_chaining())
    primary.associate(member, f"arn:aws:iam::{member}:role/Agent")

    assert status(primary, member)[0] == ("valid" if organization == "the" else "invalid")
