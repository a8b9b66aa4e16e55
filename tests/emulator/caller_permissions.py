"""What the sessions of a function may do: each call with them is judged by the policies of their role.

Everybody else is an administrator of the account that the credentials are for. A session that such a session assumes
is judged, too. The words are AWS's:
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.devopsagent.models import devopsagent_backends
from moto.iam.models import Role
from moto.organizations.models import organizations_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tests import iam_reference
from tests.emulator.credentials import Credentials
from tests.emulator.devops_agent.organizations import organization_keys
from tests.emulator.devops_agent.permissions import why_not_permitted
from tests.emulator.role_use import Caller, find_role

_judged: set[str] = set()
"""The access keys of judged sessions."""


class Denied(ServiceException):
    """What a service answers whom IAM does not let do something."""

    code = "AccessDeniedException"


class DeniedByQueryService(Denied):
    """The same, of an older service."""

    code = "AccessDenied"


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """A permission that a request needs."""

    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)


def session_of(role_arn: str, name: str, region: str) -> Credentials:
    """Credentials of a role for a function; the calls with them are judged."""
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
        answer = call_action(response)
        _judge_assumed(response)
        return answer

    return call


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
    for needed in _needed(response):
        context = {"aws:RequestedRegion": response.region, **needed.context}
        if role is None or why_denied(role, needed.action, needed.resource, context):
            message = (
                f"User: {caller.arn} is not authorized to perform: {needed.action} on resource: {needed.resource} "
                f"because no identity-based policy allows the {needed.action} action"
            )
            is_query = response.boto3_service_name in {"cloudformation", "sts", "iam", "sns", "cloudwatch"}
            raise (DeniedByQueryService if is_query else Denied)(message)


def _judge_assumed(response: BaseResponse) -> None:
    """Judge the session that a judged one has assumed just now, if it has."""
    if response.boto3_service_name == "sts" and response._get_action() == "AssumeRole":
        account_id = str(response._get_param("RoleArn")).split(":")[4]
        for session in sts_backends[account_id][response.partition].assumed_roles[-1:]:
            _judged.add(session.access_key_id)


def _needed(response: BaseResponse) -> Iterator[Needed]:
    service, operation = response.boto3_service_name, response._get_action()
    if (service, operation) == ("sts", "GetCallerIdentity"):
        return
    if service not in _OF_SERVICES:
        raise NotImplementedError(f"which permissions {service}:{operation} needs is missing in {__name__}")
    yield from _OF_SERVICES[service](response, operation)


def _arn(response: BaseResponse, service: str, resource: str, *, account: str | None = None) -> str:
    owner = response.current_account if account is None else account
    return f"arn:{response.partition}:{service}:{response.region}:{owner}:{resource}"


def _of_devops_agent(response: BaseResponse, operation: str) -> Iterator[Needed]:
    # On the Agent Space, and of an association on both: `facts/trust-and-policies.md` has the observation.
    space_id = response._get_param("agentSpaceId")
    space = _arn(response, "aidevops", f"agentspace/{space_id}")
    yield Needed(action=f"aidevops:{operation}", resource=space)
    if association := response._get_param("associationId"):
        yield Needed(action=f"aidevops:{operation}", resource=f"{space}/association/{association}")
    if operation in {"AssociateService", "UpdateAssociation"}:
        # Of the caller's own account, whatever role is passed: so the API's model says, and so AWS was seen to do.
        roles = f"arn:{response.partition}:iam::{response.current_account}:role/*"
        passed_to = {"iam:PassedToService": "aidevops.amazonaws.com"}
        yield Needed(action="iam:PassRole", resource=roles, context=passed_to)
    # AWS's page "Encryption at rest": the caller uses a customer managed key, through the service. Which of the page's
    # actions each operation takes is unconfirmed.
    spaces = devopsagent_backends[response.current_account][response.region].agent_spaces
    if space_id in spaces and (key := spaces[space_id].kms_key_arn):
        through = {"kms:ViaService": f"aidevops.{response.region}.amazonaws.com"}
        for action in ("kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey"):
            yield Needed(action=action, resource=key, context=through)


def _of_organizations(response: BaseResponse, operation: str) -> Iterator[Needed]:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
    parameters = ("ParentId", "OrganizationalUnitId", "ChildId", "AccountId")
    about = next(filter(None, (response._get_param(name) for name in parameters)), None)
    owner, _ = organizations_backends.master_accounts.get(response.current_account, (response.current_account, ""))
    organization = organizations_backends[owner][response.partition].org
    resource = "*"
    if about and organization:
        kind = "root" if about.startswith("r-") else "ou" if about.startswith("ou-") else "account"
        resource = f"arn:{response.partition}:organizations::{owner}:{kind}/{organization.id}/{about}"
    yield Needed(action=f"organizations:{operation}", resource=resource)


def _of_cloudformation(response: BaseResponse, operation: str) -> Iterator[Needed]:
    name = response._get_param("StackSetName")
    if not name:
        yield Needed(action=f"cloudformation:{operation}", resource=str(response._get_param("StackName") or "*"))
        return
    accounts = [response.current_account]
    if response._get_param("CallAs") == "DELEGATED_ADMIN":
        # Whose account IAM takes for the ARN is unconfirmed: a policy that admits both is right in either case.
        owner, _ = organizations_backends.master_accounts.get(response.current_account, ("", ""))
        accounts.append(owner)
    found = [
        one for one in cloudformation_backends[accounts[0]][response.region].stacksets.values() if one.name == name
    ]
    identity = name if ":" in name else found[0].id if found else f"{name}:*"
    for account in filter(None, accounts):
        arn = _arn(response, "cloudformation", f"stackset/{identity}", account=account)
        yield Needed(action=f"cloudformation:{operation}", resource=arn)


def _of_sts(response: BaseResponse, operation: str) -> Iterator[Needed]:
    role_arn = str(response._get_param("RoleArn"))
    keys = organization_keys({"aws:ResourceOrgID": role_arn.split(":")[4]})
    yield Needed(action=f"sts:{operation}", resource=role_arn, context=keys)


def _of_sqs(response: BaseResponse, operation: str) -> Iterator[Needed]:
    account, name = str(response._get_param("QueueUrl")).split("/")[-2:]
    yield Needed(action=f"sqs:{operation}", resource=_arn(response, "sqs", name, account=account))


def _of_sns(response: BaseResponse, operation: str) -> Iterator[Needed]:
    yield Needed(action=f"sns:{operation}", resource=str(response._get_param("TopicArn")))


def _of_cloudwatch(response: BaseResponse, operation: str) -> Iterator[Needed]:
    namespace = {"cloudwatch:namespace": str(response._get_param("Namespace"))}
    yield Needed(action=f"cloudwatch:{operation}", resource="*", context=namespace)


def _of_lambda(response: BaseResponse, operation: str) -> Iterator[Needed]:
    action = "InvokeFunction" if operation == "Invoke" else operation
    name = str(response.uri_match.get("FunctionName", "")).split(":function:")[-1]
    yield Needed(action=f"lambda:{action}", resource=_arn(response, "lambda", f"function:{name}"))


def _of_events(response: BaseResponse, operation: str) -> Iterator[Needed]:
    for entry in json.loads(response.body).get("Entries", []):
        bus = entry.get("EventBusName", "default")
        resource = bus if bus.startswith("arn:") else _arn(response, "events", f"event-bus/{bus}")
        yield Needed(action=f"events:{operation}", resource=resource)


_OF_SERVICES: dict[str, Callable[[BaseResponse, str], Iterator[Needed]]] = {
    "cloudformation": _of_cloudformation,
    "cloudwatch": _of_cloudwatch,
    "devops-agent": _of_devops_agent,
    "events": _of_events,
    "lambda": _of_lambda,
    "organizations": _of_organizations,
    "sns": _of_sns,
    "sqs": _of_sqs,
    "sts": _of_sts,
}
"""Service -> what its operations need."""
