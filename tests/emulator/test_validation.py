"""An association is valid if the service can really assume its role, else the reason is known to the tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.emulator.primary_account import AGENT_ROLE, PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import (
    EUROPEAN_ARN,
    ROLE_ARN,
    SPACE_ARN,
    by_chaining,
    by_service,
    status,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

NOT_ADMITTED = (
    f"{ROLE_ARN} does not admit service aidevops.amazonaws.com for sts:AssumeRole "
    f"with aws:SourceAccount 111111111111 and aws:SourceArn {SPACE_ARN}"
)


def test_the_service_may_assume_the_role(primary: PrimaryAccount, iam: IAMClient) -> None:
    """A trust policy that names the exact space is what validation wants; the role's name and path are free."""
    iam.create_role(RoleName="Agent", Path="/agents/", AssumeRolePolicyDocument=by_service())
    primary.associate("222222222222", "arn:aws:iam::222222222222:role/agents/Agent")

    assert status(primary) == ("valid", "")


@pytest.mark.parametrize(
    ("trust", "reason"),
    [
        (by_service(account_id="222222222222"), NOT_ADMITTED),
        (by_service(source_arn=EUROPEAN_ARN), NOT_ADMITTED),
        (by_chaining(), NOT_ADMITTED),
        ("{}", "the trust policy of arn:aws:iam::222222222222:role/Agent means nothing"),
    ],
    ids=["wrong account", "wrong Region", "other generation", "no policy"],
)
def test_a_wrong_trust_policy_is_found_and_repaired(
    primary: PrimaryAccount, iam: IAMClient, trust: str, reason: str
) -> None:
    """The association is invalid, the reason says who was refused, and once it is repaired it is valid."""
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=trust)
    primary.associate("222222222222", ROLE_ARN)
    found, why = status(primary)
    assert found == "invalid"
    assert reason in why

    iam.update_assume_role_policy(RoleName="Agent", PolicyDocument=by_service())
    assert primary.associations()["222222222222"].status == "invalid"
    assert status(primary) == ("valid", "")


def test_a_missing_role_is_found_and_repaired(primary: PrimaryAccount, iam: IAMClient) -> None:
    """The role may come after its association; it may also go, which only the next validation sees."""
    primary.associate("222222222222", ROLE_ARN)
    assert status(primary) == ("invalid", f"{ROLE_ARN} does not exist")

    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_service())
    assert status(primary) == ("valid", "")
    iam.delete_role(RoleName="Agent")
    assert primary.associations()["222222222222"].status == "valid"
    assert status(primary) == ("invalid", f"{ROLE_ARN} does not exist")


def test_the_path_is_part_of_the_role(primary: PrimaryAccount, iam: IAMClient) -> None:
    """An association without the role's path names no role."""
    iam.create_role(RoleName="Agent", Path="/agents/", AssumeRolePolicyDocument=by_service())
    primary.associate("222222222222", ROLE_ARN)

    assert status(primary) == ("invalid", f"{ROLE_ARN} does not exist")


def test_the_role_must_be_in_the_account(primary: PrimaryAccount, iam: IAMClient) -> None:
    """An association for one account with the role of another is invalid."""
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_service())
    primary.associate("333333333333", ROLE_ARN)

    reason = f"the association is for account 333333333333, but {ROLE_ARN} is a role of another"
    assert status(primary, "333333333333") == ("invalid", reason)


def test_the_real_region_counts(emulator: Emulator, iam: IAMClient) -> None:
    """A space in Europe is not let in by a trust policy for its like in Virginia, nor the other way round.

    Promise: One caller.
    """
    european = PrimaryAccount(emulator, EUROPEAN_ARN)
    european.associate("222222222222", ROLE_ARN)
    iam.create_role(RoleName="Agent", AssumeRolePolicyDocument=by_service())
    assert status(european)[0] == "invalid"

    iam.update_assume_role_policy(RoleName="Agent", PolicyDocument=by_service(source_arn=EUROPEAN_ARN))
    assert status(european) == ("valid", "")


def test_the_monitor_role_is_validated_too(primary: PrimaryAccount) -> None:
    """By the same rules, but without role chaining."""
    primary.create_agent_role()
    assert status(primary, "111111111111") == ("valid", "")

    primary.iam.update_assume_role_policy(RoleName=AGENT_ROLE, PolicyDocument=by_service(account_id="222222222222"))
    assert status(primary, "111111111111")[0] == "invalid"


def test_an_elevated_role_has_a_status_of_its_own(primary: PrimaryAccount, iam: IAMClient) -> None:
    """It needs three actions; an association without it, or with a bad one, is valid all the same."""
    primary.api.update_agent_space(
        agentSpaceId=primary.space.agent_space_id, preferences={"elevatedActionsEnabled": True}
    )
    elevated = json.loads(by_service())
    for name, actions in (("Agent", "sts:AssumeRole"), ("Elevated", ["sts:AssumeRole", "sts:TagSession"])):
        elevated["Statement"][0]["Action"] = actions
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(elevated))
    association_id = primary.associate(
        "222222222222", ROLE_ARN, agentElevatedRoleArn="arn:aws:iam::222222222222:role/Elevated"
    )

    def elevated_status() -> str:
        request = {"agentSpaceId": primary.space.agent_space_id, "associationId": association_id}
        settings = primary.api.get_association(**request)["association"]["configuration"]["sourceAws"]
        return str(settings["agentElevatedRoleArnStatus"])

    assert elevated_status() == "pending-confirmation"
    assert status(primary) == ("valid", "")
    assert elevated_status() == "invalid"

    elevated["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    iam.update_assume_role_policy(RoleName="Elevated", PolicyDocument=json.dumps(elevated))
    primary.validate()
    assert elevated_status() == "valid"
