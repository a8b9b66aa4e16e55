"""What StackSets say on the default bus of the account that owns them, which is the management account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-eventbridge-events.html. What an instance says that
is deleted is unconfirmed: here nothing.
"""

from __future__ import annotations

from typing import Any

from tests.emulator.event_bus.delivery import emit, event_of
from tests.emulator.resource_type import Place
from tests.emulator.stack_sets.instance import Instance

_SOURCE = "aws.cloudformation"


def instance_changed(stack_set: Any, action: str, instance: Instance) -> None:
    """Tell that an operation has ended for an instance."""
    if instance.is_gone:
        return
    status = {"status": instance.status, "detailed-status": instance.detailed_status}
    detail = {
        "stack-set-arn": stack_set.arn,
        "stack-id": instance.stack_id or "",
        "action": action,
        "status-details": {**status, "status-reason": instance.reason or ""},
    }
    _emit(stack_set, "CloudFormation StackSet StackInstance Status Change", detail)


def operation_changed(stack_set: Any, operation: dict[str, Any]) -> None:
    """Tell that an operation has ended."""
    detail = {
        "stack-set-arn": stack_set.arn,
        "operation-id": operation["OperationId"],
        "action": operation["Action"],
        "status-details": {"status": operation["Status"], "status-reason": ""},
    }
    _emit(stack_set, "CloudFormation StackSet Operation Status Change", detail)


def _emit(stack_set: Any, detail_type: str, detail: dict[str, Any]) -> None:
    place = Place(account_id=stack_set.owner_id, region=stack_set.arn.split(":")[3])
    emit(event_of(place, _SOURCE, detail_type, detail, [stack_set.arn]))
