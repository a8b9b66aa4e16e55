"""What CloudFormation's handlers may do: what the role of the stack may, or else whoever deploys it.

Only for a judged session, as `caller_permissions` has them: everybody else is an administrator, and so is the role
that they pass. A handler needs all the actions that its type's schema lists for the properties that a resource has:
`handler_actions` reads them, apart from what makes the policies. On what each is allowed says IAM's own reference, and
the ARNs are those of the resource as it is. So a new one is judged when it is there, and taken away again: its name and
its id are known only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moto.cloudformation.parsing import ResourceMap, clean_json
from moto.iam.models import Role

from scripts.deployer_policies.iam_reference import resource_kinds
from tests.emulator.caller_permissions import judged_role, why_not
from tests.emulator.handler_actions import needed_actions
from tests.emulator.handler_resources import Live, arns_of
from tests.emulator.operation_permissions import Needed
from tests.emulator.role_use import find_role
from tests.emulator.stack_sets.refusal import HandlerRefused

_stack_role: ContextVar[str | None] = ContextVar("stack_role", default=None)
_is_unjudged: ContextVar[bool] = ContextVar("is_unjudged", default=False)

Handle = Callable[[str, dict[str, Any], ResourceMap, str, str], Any]
Delete = Callable[[ResourceMap, Any, dict[str, Any]], None]


@contextmanager
def acting_as(stack_role_arn: str | None) -> Iterator[None]:
    """Let the handlers act with the role of a stack; None: with the permissions of whoever makes the request."""
    token = _stack_role.set(stack_role_arn)
    try:
        yield
    finally:
        _stack_role.reset(token)


@contextmanager
def unjudged() -> Iterator[None]:
    """Let everything be done inside.

    StackSets works in each account with a role of its own. And what failed is taken back: AWS would leave a stack in
    ROLLBACK_FAILED if its deployer may not, which no test of ours looks for.
    """
    token = _is_unjudged.set(True)
    try:
        yield
    finally:
        _is_unjudged.reset(token)


def creating(create: Handle) -> Handle:
    """Take a new resource away again that its deployer may not create."""

    def created(
        logical_id: str, definition: dict[str, Any], resources: ResourceMap, account_id: str, region: str
    ) -> Any:
        if _actor() is None:
            return create(logical_id, definition, resources, account_id, region)
        if definition["Type"].startswith("Custom::"):
            # Before its function is asked to do anything.
            _check("create", definition, resources, physical_id="")
        made = create(logical_id, definition, resources, account_id, region)
        try:
            if made is not None:
                _check("create", definition, resources, physical_id=_physical_id(made))
                _check("read", definition, resources, physical_id=_physical_id(made))
        except HandlerRefused:
            with unjudged():
                resources._delete_resource(made, definition)
            raise
        return made

    return created


def updating(update: Handle) -> Handle:
    """Refuse to change a resource that its deployer may not change."""

    def updated(
        logical_id: str, definition: dict[str, Any], resources: ResourceMap, account_id: str, region: str
    ) -> Any:
        if _actor() is not None:
            before = _physical_id(resources[logical_id])
            _check("update", definition, resources, physical_id=before)
        return update(logical_id, definition, resources, account_id, region)

    return updated


def deleting(delete: Delete) -> Delete:
    """Refuse to delete a resource that the deployer may not delete."""

    def deleted(resources: ResourceMap, resource: Any, definition: dict[str, Any]) -> None:
        if _actor() is not None:
            _check("delete", definition, resources, physical_id=_physical_id(resource))
        delete(resources, resource, definition)

    return deleted


def _actor() -> tuple[str, Role] | None:
    """Whose permissions count, and as whom AWS would name it; None if nobody's do."""
    caller = judged_role()
    if caller is None or _is_unjudged.get():
        return None
    role_arn = _stack_role.get()
    if role_arn is None:
        return caller
    role = find_role(role_arn)
    if role is None:
        raise RuntimeError(f"{role_arn} was there when the request came in")
    return f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/AWSCloudFormation", role


def _check(handler: str, definition: dict[str, Any], resources: ResourceMap, *, physical_id: str) -> None:
    actor = _actor()
    if actor is None:
        return
    who, role = actor
    for needed in _needed(handler, definition, resources, physical_id):
        if why := why_not(who, role, needed, resources._region_name):
            service = needed.action.partition(":")[0].capitalize()
            raise HandlerRefused(f"{why} (Service: {service}, Status Code: 403)")


def _needed(handler: str, definition: dict[str, Any], resources: ResourceMap, physical_id: str) -> Iterator[Needed]:
    kind = definition["Type"]
    properties: dict[str, Any] = clean_json(definition, resources)["Properties"]
    live = Live(
        physical_id=physical_id,
        properties=properties,
        account_id=resources._account_id,
        region=resources._region_name,
    )
    arns = arns_of(kind, live)
    for action in sorted(needed_actions(kind, definition.get("Properties", {}), handler)):
        for context in _contexts(action, kind, live):
            for resource in _resources(action, arns, definition):
                yield Needed(action=action, resource=resource, context=context)


def _resources(action: str, arns: dict[str, list[str]], definition: dict[str, Any]) -> list[str]:
    if action in arns:
        return arns[action]
    kinds = resource_kinds(action)
    # A template has no ARN, and there is no StackSet yet.
    if kinds == () or action == "cloudformation:GetTemplateSummary":
        return ["*"]
    if action == "secretsmanager:GetSecretValue":
        text = str(definition).partition("{{resolve:secretsmanager:")[2]
        return [":".join(text.split(":")[:7])]
    service = action.partition(":")[0]
    own = [key for key in arns if key.startswith(f"{service}:")]
    found = own[:1] if kinds is None else [f"{service}:{kind}" for kind in kinds if f"{service}:{kind}" in arns]
    if not found:
        raise NotImplementedError(f"on what {action} is needed")
    return [arn for kind in found for arn in arns[kind]]


def _contexts(action: str, kind: str, live: Live) -> list[dict[str, str]]:
    """Return the keys of each request: one attaches one policy."""
    context: dict[str, str] = {}
    service = {"Lambda": "lambda", "Events": "events"}.get(kind.split("::")[1], "aidevops")
    if action == "iam:PassRole":
        context["iam:PassedToService"] = f"{service}.amazonaws.com"
    if action == "iam:CreateServiceLinkedRole":
        context["iam:AWSServiceName"] = "aidevops.amazonaws.com"
    if action.startswith("kms:") and kind == "AWS::DevOpsAgent::AgentSpace":
        context["kms:ViaService"] = f"aidevops.{live.region}.amazonaws.com"
    if "PermissionsBoundary" in live.properties:
        context["iam:PermissionsBoundary"] = live.properties["PermissionsBoundary"]
    if action in {"iam:AttachRolePolicy", "iam:DetachRolePolicy"}:
        attached = live.properties.get("ManagedPolicyArns", [live.physical_id])
        return [{**context, "iam:PolicyARN": arn} for arn in attached]
    return [context]


def _physical_id(resource: Any) -> str:
    if resource.cf_resource_type == "AWS::CloudWatch::Dashboard":
        # moto makes up an id; CloudFormation a name that begins with the logical id:
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/783
        return f"{resource.logical_resource_id}-1A2B3C4D5E6F"
    return str(resource.physical_resource_id)
