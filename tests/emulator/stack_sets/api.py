"""What moto's API answers about the operations of a StackSet: how each instance ended, not one end for all."""

from __future__ import annotations

from collections.abc import Callable

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

List = Callable[[CloudFormationResponse], ActionResult]


def with_results(list_results: List) -> List:
    """Make ListStackSetOperationResults tell what the operation left."""

    def list_stack_set_operation_results(response: CloudFormationResponse) -> ActionResult:
        name, operation_id = response._get_param("StackSetName"), response._get_param("OperationId")
        operation = response.cloudformation_backend.list_stack_set_operation_results(name, operation_id)
        if "Results" not in operation:  # a StackSet that was made over the API, which is moto's own
            return list_results(response)
        return ActionResult({"Summaries": operation["Results"]})

    return list_stack_set_operation_results
