"""What CloudFormation says when a resource fails: which one, and why. moto does not."""

from collections.abc import Callable
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import CloudFormationBackend, Event, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.core.exceptions import ServiceException

from tests.emulator.handler_permissions import acting_as

DeleteStack = Callable[[CloudFormationBackend, str], None]
Handle = Callable[[str, dict[str, Any], ResourceMap, str, str], Any]


class ResourceFailed(ServiceException):
    """A resource of a stack could not be created or updated."""

    code = "ValidationError"

    def __init__(self, logical_id: str, resource_type: str, reason: str) -> None:
        super().__init__(f"{logical_id} ({resource_type}): {reason}")
        self.logical_id, self.resource_type, self.reason = logical_id, resource_type, reason


def naming_the_resource(handle: Handle) -> Handle:
    """Make the function that creates or updates a resource say which one failed."""

    def handle_resource(
        logical_id: str, resource_json: dict[str, Any], resources_map: ResourceMap, account_id: str, region_name: str
    ) -> Any:
        resource_type: str = resource_json["Type"]
        # moto warns, leaves the resource out and reports success.
        if parsing.resource_class_from_type(resource_type) is None:
            raise ResourceFailed(logical_id, resource_type, f"Unrecognized resource types: [{resource_type}]")
        try:
            return handle(logical_id, resource_json, resources_map, account_id, region_name)
        except ResourceFailed:  # a resource that this one refers to
            raise
        except ServiceException as refused:
            raise ResourceFailed(logical_id, resource_type, str(refused)) from refused

    return handle_resource


def report(stack: Stack, change_set_type: str, failed: ResourceFailed) -> None:
    """Leave the events that the CDK CLI reports; the resources are those of before again.

    Args:
        stack: The stack.
        change_set_type: CREATE or UPDATE.
        failed: The resource to blame.
    """
    verb, prefix = ("create", "") if change_set_type == "CREATE" else ("update", "UPDATE_")
    stack.events.append(_event_of(stack, failed, f"{verb.upper()}_FAILED"))
    reason = f"The following resource(s) failed to {verb}: [{failed.logical_id}]."
    stack._add_stack_event(f"{prefix}ROLLBACK_IN_PROGRESS", resource_status_reason=reason)
    stack._add_stack_event(f"{prefix}ROLLBACK_COMPLETE")
    stack.status = f"{prefix}ROLLBACK_COMPLETE"


def deleting(delete_stack: DeleteStack) -> DeleteStack:
    """Make DeleteStack leave a stack that says what could not be deleted; moto forgets it, and refuses the request."""

    def delete(backend: CloudFormationBackend, name_or_stack_id: str) -> None:
        stack = backend.stacks.get(name_or_stack_id)
        try:
            with acting_as(None if stack is None else stack.role_arn):
                delete_stack(backend, name_or_stack_id)
        except ResourceFailed as failed:
            if stack is None:
                raise
            backend.stacks[stack.stack_id] = stack
            stack.events.append(_event_of(stack, failed, "DELETE_FAILED"))
            reason = f"The following resource(s) failed to delete: [{failed.logical_id}]. "
            stack._add_stack_event("DELETE_FAILED", resource_status_reason=reason)
            stack.status = "DELETE_FAILED"

    return delete


def _event_of(stack: Stack, failed: ResourceFailed, status: str) -> Event:
    return Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=failed.logical_id,
        physical_resource_id="",
        resource_type=failed.resource_type,
        resource_status=status,
        resource_status_reason=failed.reason,
        resource_properties=None,
    )
