"""Change sets as CloudFormation finds, deletes and executes them; moto differs where the CDK CLI looks."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.core.exceptions import ServiceException

from tests.emulator.handler_permissions import acting_as
from tests.emulator.imports import import_running
from tests.emulator.log_delivery import deploying_with
from tests.emulator.rollback import ResourceFailed, report

Describe = Callable[[CloudFormationBackend, str], ChangeSet | None]
Delete = Callable[[CloudFormationBackend, str], None]
Execute = Callable[[CloudFormationBackend, str, str | None], None]


class ChangeSetNotFound(ServiceException):
    """The error that the CDK CLI waits for after it has deleted a change set."""

    code = "ChangeSetNotFoundException"


def finding(describe: Describe) -> Describe:
    """Make DescribeChangeSet say that there is no change set; moto says that there is no stack."""

    def describe_change_set(backend: CloudFormationBackend, change_set_name: str) -> ChangeSet | None:
        try:
            return describe(backend, change_set_name)
        except ValidationError:
            raise ChangeSetNotFound(f"ChangeSet [{change_set_name}] does not exist") from None

    return describe_change_set


def deleting(delete: Delete) -> Delete:
    """Make DeleteChangeSet succeed when there is nothing to delete; moto breaks down."""

    def delete_change_set(backend: CloudFormationBackend, change_set_name: str) -> None:
        names = [change_set.change_set_name for change_set in backend.change_sets.values()]
        if change_set_name in backend.change_sets or change_set_name in names:
            delete(backend, change_set_name)

    return delete_change_set


def executing(execute: Execute) -> Execute:
    """Make ExecuteChangeSet end in outputs, or in a stack that was rolled back."""

    def execute_change_set(backend: CloudFormationBackend, change_set_name: str, stack_name: str | None = None) -> None:
        change_set: Any = backend.describe_change_set(change_set_name)
        stack: Stack = change_set.stack
        is_import = change_set.change_set_type == "IMPORT"
        try:
            with (
                import_running() if is_import else nullcontext(),
                deploying_with(stack.role_arn),
                acting_as(stack.role_arn),
            ):
                execute(backend, change_set_name, stack_name)
        except ResourceFailed as failed:
            # moto answers the request with the error.
            report(stack, change_set.change_set_type, failed)
        else:
            # moto keeps the outputs of the template before; a new stack has none.
            stack._parse_template()
            stack.parameters = change_set.parameters
            stack.output_map = stack._create_output_map()
        # CloudFormation deletes them all, as they no longer fit. moto keeps them, and mixes up those of all stacks,
        # as the CDK CLI gives them all one name.
        for change_set_id in [key for key, other in backend.change_sets.items() if other.stack is stack]:
            del backend.change_sets[change_set_id]

    return execute_change_set


def given_parameters(stack: Stack) -> dict[str, Any]:
    """The parameters as they were given, for `UsePreviousValue`; moto takes resolved ones and resolves them again."""
    resources = stack.resource_map
    parameters = resources._template.get("Parameters", {})
    defaults = {name: parameter["Default"] for name, parameter in parameters.items() if "Default" in parameter}
    return {**defaults, **resources.input_parameters}
