"""Whom AWS lets use a role: assume it with STS, or pass it to CloudFormation. moto asks neither whether it exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.iam.models import Role, iam_backends
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse
from moto.utilities.utils import get_partition

from tests import iam_reference
from tests.emulator.devops_agent.organizations import organization_keys
from tests.emulator.devops_agent.permissions import why_not_permitted

AssumeRole = Callable[[TokenResponse], ActionResult]

ERRORS_OF_EVERY_SERVICE = ("AccessDenied", "InvalidClientTokenId")
"""In no service's model; moto warns of them."""

_CLOUDFORMATION = iam_reference.service("cloudformation.amazonaws.com")


class AccessDenied(ServiceException):
    """What STS and CloudFormation answer whom IAM does not let do something."""

    code = "AccessDenied"


class InvalidClientTokenId(ServiceException):
    """What STS answers to an access key that it never gave out."""

    code = "InvalidClientTokenId"

    def __init__(self) -> None:
        super().__init__("The security token included in the request is invalid.")


class RoleNotAssumable(ServiceException):
    """CloudFormation's answer to a role that it cannot assume: https://github.com/aws/aws-cdk/issues/20648 has it."""

    code = "ValidationError"

    def __init__(self, role_arn: str) -> None:
        super().__init__(f"Role {role_arn} is invalid or cannot be assumed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who made a request.

    Attributes:
        account_id: The account of the credentials.
        arn: As GetCallerIdentity says it: of the session, or of the user.
        principal_arn: Of the role, with its path, or of the user.
    """

    account_id: str
    arn: str
    principal_arn: str

    @classmethod
    def of(cls, response: BaseResponse) -> Caller:
        """Find who signed the request; raise `InvalidClientTokenId` if nobody has such an access key."""
        account_id, partition = response.current_account, get_partition(response.region)
        key: str = response.get_access_key()
        if session := sts_backends[account_id][partition].get_assumed_role_from_access_key(key):
            return cls(account_id=account_id, arn=session.arn, principal_arn=session.role_arn)
        user = iam_backends[account_id][partition].get_user_from_access_key_id(key)
        if user is None:
            raise InvalidClientTokenId
        return cls(account_id=account_id, arn=user.arn, principal_arn=user.arn)


def assuming(assume_role: AssumeRole) -> AssumeRole:
    """Make AssumeRole refuse a role that is not there, or that does not let the caller in, in the same words."""

    def assume(response: TokenResponse) -> ActionResult:
        caller, role_arn = Caller.of(response), str(response._get_param("RoleArn"))
        # A caller's own permissions are looked at where the role is passed, not here: all are administrators.
        role = find_role(role_arn)
        context = organization_keys({"aws:PrincipalOrgID": caller.account_id})
        if (external_id := response._get_param("ExternalId")) is not None:
            context["sts:ExternalId"] = str(external_id)
        if role is None or not lets_in(role, iam_reference.role(caller.principal_arn), context):
            # AWS does not tell the one from the other: https://github.com/uswitch/kiam/issues/33
            raise AccessDenied(
                f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            )
        return assume_role(response)

    return assume


def check_passed(caller: Caller, role_arn: str) -> None:
    """Refuse a role that the caller may not pass to CloudFormation, or that CloudFormation cannot assume."""
    own = find_role(caller.principal_arn)
    context = {**iam_reference.role(caller.principal_arn).keys, "iam:PassedToService": "cloudformation.amazonaws.com"}
    if own is not None and why_not_permitted(own, "iam:PassRole", role_arn, context):
        # https://github.com/aws/aws-cdk-cli/issues/1449 has the words.
        raise AccessDenied(
            f"User: {caller.arn} is not authorized to perform: iam:PassRole on resource: {role_arn} "
            "because no identity-based policy allows the iam:PassRole action"
        )
    check_assumable(role_arn)


def check_assumable(role_arn: str) -> None:
    """Refuse a role that CloudFormation cannot assume (any more)."""
    role = find_role(role_arn)
    if role is None or not lets_in(role, _CLOUDFORMATION, {}):
        raise RoleNotAssumable(role_arn)


def lets_in(role: Role, caller: iam_reference.Caller, context: Mapping[str, str]) -> bool:
    """Whether the trust policy of a role admits a caller."""
    try:
        return iam_reference.trust_admits(json.loads(role.assume_role_policy_document), caller, context=context)
    except (iam_reference.MalformedPolicyError, iam_reference.UndefinedError):  # it means nothing
        return False


def find_role(arn: str) -> Role | None:
    """Find a role by its ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("role/"):
        return None
    return next((role for role in iam_backends[parts[4]][parts[1]].roles.values() if role.arn == arn), None)
