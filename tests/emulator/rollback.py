"""What CloudFormation does when a resource fails: say which one and why, and roll back. moto does neither."""

from collections.abc import Callable
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.models import Event, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.core.exceptions import ServiceException

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


def roll_back(stack: Stack, change_set_type: str, existing: set[str], failed: ResourceFailed) -> None:
    """Restore what existed before, and leave the events that the CDK CLI reports.

    Args:
        stack: The stack, with its template of before.
        change_set_type: CREATE or UPDATE.
        existing: The logical ids that the stack had before.
        failed: The resource to blame.
    """
    verb, prefix = ("create", "") if change_set_type == "CREATE" else ("update", "UPDATE_")
    stack.events.append(_event_of(stack, failed, f"{verb.upper()}_FAILED"))
    reason = f"The following resource(s) failed to {verb}: [{failed.logical_id}]."
    stack._add_stack_event(f"{prefix}ROLLBACK_IN_PROGRESS", resource_status_reason=reason)
    resources = stack.resource_map
    if change_set_type == "CREATE":
        resources.delete()
        # moto creates what is missing when it is asked for the list of resources.
        resources._resource_json_map = {}
    else:
        forget(stack, existing - set(resources.resources))
        made = resources._parsed_resources
        resources._resource_json_map = {k: v for k, v in resources._resource_json_map.items() if k in made}
        before: Any = stack.template
        resources.update(stack.parse_template(before), stack.parameters)
    stack._add_stack_event(f"{prefix}ROLLBACK_COMPLETE")
    stack.status = f"{prefix}ROLLBACK_COMPLETE"


def forget(stack: Stack, deleted: set[str]) -> None:
    """Forget deleted resources; moto remembers them, and would not create them again."""
    for logical_id in deleted:
        stack.resource_map._parsed_resources.pop(logical_id, None)


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
