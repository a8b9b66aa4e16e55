"""Which permissions an operation of an API needs, on what: as far as sessions that are judged call it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from moto.cloudformation.models import cloudformation_backends
from moto.core.responses import BaseResponse
from moto.devopsagent.models import devopsagent_backends
from moto.organizations.models import organizations_backends

from tests.emulator.devops_agent.organizations import organization_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """A permission that a request needs."""

    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)


def needed_for(response: BaseResponse) -> Iterator[Needed]:
    """Yield what a request needs."""
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


def _of_anything(response: BaseResponse, operation: str) -> Iterator[Needed]:
    yield Needed(action=f"{response.boto3_service_name}:{operation}", resource="*")


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
        stack = response._get_param("StackName")
        # Of a stack that is given by its name, with any id: so AWS's own refusals name it.
        arn = stack if stack is None or ":" in stack else _arn(response, "cloudformation", f"stack/{stack}/*")
        yield Needed(action=f"cloudformation:{operation}", resource=arn or "*")
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


def _of_ssm(response: BaseResponse, operation: str) -> Iterator[Needed]:
    name = response._get_param("Name").removeprefix("/")
    yield Needed(action=f"ssm:{operation}", resource=_arn(response, "ssm", f"parameter/{name}"))


def _of_events(response: BaseResponse, operation: str) -> Iterator[Needed]:
    for entry in json.loads(response.body).get("Entries", []):
        bus = entry.get("EventBusName", "default")
        resource = bus if bus.startswith("arn:") else _arn(response, "events", f"event-bus/{bus}")
        yield Needed(action=f"events:{operation}", resource=resource)


_OF_SERVICES: dict[str, Callable[[BaseResponse, str], Iterator[Needed]]] = {
    "cloudformation": _of_cloudformation,
    "cloudtrail": _of_anything,
    "cloudwatch": _of_cloudwatch,
    "devops-agent": _of_devops_agent,
    "events": _of_events,
    "lambda": _of_lambda,
    "organizations": _of_organizations,
    "sns": _of_sns,
    "sqs": _of_sqs,
    "ssm": _of_ssm,
    "sts": _of_sts,
}
"""Service -> what its operations need."""
