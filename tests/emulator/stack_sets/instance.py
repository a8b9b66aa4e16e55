"""One stack of a StackSet, in one account and Region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends

from tests.emulator.handler_permissions import unjudged

RESULTS = {
    "RUNNING": "SUCCEEDED",
    "SUCCEEDED": "SUCCEEDED",
    "FAILED": "FAILED",
    "INOPERABLE": "FAILED",
    "CANCELLED": "CANCELLED",
}
"""Detailed status -> result of the operation; AWS does not say which one a suspended account has."""


@dataclass(eq=False, kw_only=True)
class Instance:
    """A stack instance; moto's API answers with `to_dict`.

    Attributes:
        unit_id: The targeted unit that the account is below; None with self-managed permissions.
        overrides: Parameters with another value than the StackSet's.
        status: CURRENT, OUTDATED or INOPERABLE.
        detailed_status: How the last operation on it ended.
        reason: Why it did not succeed.
        is_gone: Whether it is no longer one of the StackSet's, after a deletion.
    """

    account_id: str
    region_name: str
    stack_set_id: str
    stack_name: str
    unit_id: str | None
    overrides: dict[str, str] = field(default_factory=dict)
    stack_id: str | None = None
    operation_id: str = ""
    status: str = "OUTDATED"
    detailed_status: str = "PENDING"
    reason: str | None = None
    is_gone: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What ListStackInstances and DescribeStackInstance say."""
        said = {
            "StackSetId": self.stack_set_id,
            "Account": self.account_id,
            "Region": self.region_name,
            "StackId": self.stack_id,
            "Status": self.status,
            "StatusReason": self.reason,
            "StackInstanceStatus": {"DetailedStatus": self.detailed_status},
            "OrganizationalUnitId": self.unit_id,
            "LastOperationId": self.operation_id,
            "ParameterOverrides": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in self.overrides.items()
            ],
        }
        return {name: value for name, value in said.items() if value is not None}

    def result(self) -> dict[str, Any]:
        """What ListStackSetOperationResults says of the last operation."""
        said = {
            "Account": self.account_id,
            "Region": self.region_name,
            "Status": RESULTS[self.detailed_status],
            "StatusReason": self.reason,
            "OrganizationalUnitId": self.unit_id,
        }
        return {name: value for name, value in said.items() if value is not None}

    def deploy(self, template: str, parameters: dict[str, str], tags: dict[str, str]) -> None:
        """Create or update the stack, by a change set, as only these are rolled back."""
        stack = self._stack()
        if stack is not None and stack.status == "ROLLBACK_COMPLETE":  # such a stack can only be deleted
            with unjudged():
                self._backend.delete_stack(stack.stack_id)
            stack = None
        kind = "CREATE" if stack is None else "UPDATE"
        change_set_id, self.stack_id = self._backend.create_change_set(
            self.stack_name, "stack-set", template, {**parameters, **self.overrides}, "", kind, tags=tags
        )
        deployed = self._backend.stacks[self.stack_id]
        deployed.tags = tags
        change_set = self._backend.change_sets[change_set_id]
        if change_set.status == "FAILED":  # there is nothing to change
            del self._backend.change_sets[change_set_id]
        else:
            with unjudged():
                self._backend.execute_change_set(change_set_id)
            if deployed.status != f"{kind}_COMPLETE":
                self.end("OUTDATED", "FAILED", _why_failed(deployed))
                return
        self.end("CURRENT", "SUCCEEDED")

    def delete(self) -> None:
        """Delete the stack; if it cannot be deleted, nobody but its account can help, as on AWS."""
        stack = self._stack()
        if stack is None:
            raise RuntimeError(f"there is no stack {self.stack_name}")
        with unjudged():
            self._backend.delete_stack(stack.stack_id)
        if stack.status == "DELETE_FAILED":
            self.end("INOPERABLE", "INOPERABLE", _why_failed(stack))
        else:
            self.is_gone, self.reason = True, None

    def end(self, status: str, detailed_status: str, reason: str | None = None) -> None:
        """Remember how an operation ended here."""
        self.status, self.detailed_status, self.reason = status, detailed_status, reason

    @property
    def has_stack(self) -> bool:
        """Whether there is a stack, as far as CloudFormation of its account knows."""
        return self._stack() is not None

    @property
    def has_failed(self) -> bool:
        """Whether the last operation counts as a failure; a suspended account does not."""
        return self.detailed_status in {"FAILED", "INOPERABLE"}

    @property
    def _backend(self) -> CloudFormationBackend:
        return cloudformation_backends[self.account_id][self.region_name]

    def _stack(self) -> Stack | None:
        return next((stack for stack in self._backend.stacks.values() if stack.name == self.stack_name), None)


def _why_failed(stack: Stack) -> str:
    of_resources = [event for event in stack.events if event.logical_resource_id != stack.name]
    failed = [event for event in of_resources if event.resource_status.endswith("_FAILED")][-1]
    return (
        f"ResourceLogicalId:{failed.logical_resource_id}, ResourceType:{failed.resource_type}, "
        f"ResourceStatusReason:{failed.resource_status_reason}"
    )
