"""What the sessions of a function or a deployer may do: each call with them is judged by the policies of their role.

Everybody else is an administrator of the account that the credentials are for. A session that such a session assumes
is judged, too, and so are CloudFormation's handlers, by `handler_permissions`. The words are AWS's:
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.iam.models import Role
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tests import iam_reference
from tests.emulator.credentials import Credentials
from tests.emulator.devops_agent.organizations import organization_keys
from tests.emulator.devops_agent.permissions import why_not_permitted
from tests.emulator.operation_permissions import Needed, needed_for
from tests.emulator.role_use import Caller, find_role

_judged: set[str] = set()
"""The access keys of judged sessions."""

_making_a_request: ContextVar[tuple[str, Role] | None] = ContextVar("making_a_request", default=None)
_asked: list[tuple[str, Needed]] = []


class Denied(ServiceException):
    """What a service answers whom IAM does not let do something."""

    code = "AccessDeniedException"


class DeniedByQueryService(Denied):
    """The same, of an older service."""

    code = "AccessDenied"


def session_of(role_arn: str, name: str, region: str) -> Credentials:
    """Credentials of a role for a function or a deployer; the calls with them are judged."""
    account_id, partition = role_arn.split(":")[4], get_partition(region)
    session = sts_backends[account_id][partition].assume_role(region, name, role_arn, "", 3600, "")
    _judged.add(session.access_key_id)
    return Credentials(
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key,
        session_token=session.session_token,
    )


def forget_sessions() -> None:
    """Judge nobody any more."""
    _judged.clear()
    _asked.clear()


def asked() -> list[tuple[str, Needed]]:
    """Return who needed what since the emulator's start or the last call: the ARN of the role, and the permission."""
    found = list(_asked)
    _asked.clear()
    return found


def judged_role() -> tuple[str, Role] | None:
    """Return the session that makes the present request, and its role; None if it is not judged."""
    return _making_a_request.get()


def why_not(who: str, role: Role | None, needed: Needed, region: str) -> str | None:
    """Say in AWS's words that a session may not do something; None if it may."""
    context = {"aws:RequestedRegion": region, **needed.context}
    if role is not None:
        _asked.append((role.arn, needed))
    if role is not None and not why_denied(role, needed.action, needed.resource, context):
        return None
    return (
        f"User: {who} is not authorized to perform: {needed.action} on resource: {needed.resource} "
        f"because no identity-based policy allows the {needed.action} action"
    )


def judging(call_action: Callable[[BaseResponse], Any]) -> Callable[[BaseResponse], Any]:
    """Make every operation of every service refuse a judged session what its role may not do."""

    def call(response: BaseResponse) -> Any:
        if response.get_access_key() not in _judged:
            return call_action(response)
        try:
            _check(response)
        except Denied as denied:
            status, headers, body = response.serialized(ActionResult(denied))
            return status, {**headers, "status": str(status)}, body
        caller = Caller.of(response)
        role = find_role(caller.principal_arn)
        token = _making_a_request.set(None if role is None else (caller.arn, role))
        try:
            answer = call_action(response)
        finally:
            _making_a_request.reset(token)
        _judge_assumed(response)
        return answer

    return call


def check_caller(needed: Needed, region: str) -> None:
    """Refuse what the session that makes the present request may not do, if it is judged."""
    judged = judged_role()
    if judged is not None and (why := why_not(*judged, needed, region)):
        raise DeniedByQueryService(why)


def why_denied(role: Role, action: str, resource: str, context: dict[str, str] | None = None) -> str | None:
    """Say why a session of a role may not do something; None if it may."""
    keys = {
        **iam_reference.role(role.arn).keys,
        **organization_keys({"aws:PrincipalOrgID": role.account_id}),
        **(context or {}),
    }
    return why_not_permitted(role, action, resource, keys)


def _check(response: BaseResponse) -> None:
    caller = Caller.of(response)
    role = find_role(caller.principal_arn)
    for needed in needed_for(response):
        if why := why_not(caller.arn, role, needed, response.region):
            is_query = response.boto3_service_name in {"cloudformation", "sts", "iam", "sns", "cloudwatch"}
            raise (DeniedByQueryService if is_query else Denied)(why)


def _judge_assumed(response: BaseResponse) -> None:
    """Judge the session that a judged one has assumed just now, if it has."""
    if response.boto3_service_name == "sts" and response._get_action() == "AssumeRole":
        account_id = str(response._get_param("RoleArn")).split(":")[4]
        for session in sts_backends[account_id][response.partition].assumed_roles[-1:]:
            _judged.add(session.access_key_id)
