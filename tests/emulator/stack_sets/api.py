"""What moto's API answers about a StackSet: its instances page by page, and how each ended, not one end for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudformation.exceptions import StackSetNotFoundException
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from tests.emulator.stack_sets.stack_set import StackSet

List = Callable[[CloudFormationResponse], ActionResult]

_PAGE = 100


def with_results(list_results: List) -> List:
    """Make ListStackSetOperationResults tell what the operation left."""

    def list_stack_set_operation_results(response: CloudFormationResponse) -> ActionResult:
        name, operation_id = response._get_param("StackSetName"), response._get_param("OperationId")
        operation = response.cloudformation_backend.list_stack_set_operation_results(name, operation_id)
        if "Results" not in operation:  # a StackSet that was made over the API, which is moto's own
            return list_results(response)
        return ActionResult({"Summaries": operation["Results"]})

    return list_stack_set_operation_results


def describe_stack_set(response: CloudFormationResponse) -> ActionResult:
    """DescribeStackSet, for whom ListStackInstances would answer too.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSet.html
    """
    return ActionResult({"StackSet": _seen(response)})


def list_stack_instances(response: CloudFormationResponse) -> ActionResult:
    """ListStackInstances, page by page; a delegated administrator sees a StackSet only if it says that it is one.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html
    """
    instances = response.cloudformation_backend.list_stack_instances(_seen(response).id)
    start = int(response._get_param("NextToken", "0"))
    end = start + int(response._get_param("MaxResults", _PAGE))
    answer = {"Summaries": instances[start:end]}
    return ActionResult({**answer, "NextToken": str(end)} if end < len(instances) else answer)


def _seen(response: CloudFormationResponse) -> Any:
    """Return the StackSet that a request is about, if the caller says truly what it is to the organization."""
    name, call_as = response._get_param("StackSetName"), response._get_param("CallAs", "SELF")
    stack_set = response.cloudformation_backend.describe_stack_set(name)
    if isinstance(stack_set, StackSet) and stack_set.organization is not None:
        expected = "SELF" if response.current_account == stack_set.owner_id else "DELEGATED_ADMIN"
        if call_as != expected:
            raise StackSetNotFoundException(name)
    return stack_set
