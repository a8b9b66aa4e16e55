"""What CloudFormation refuses before anything happens: CreateChangeSet, CreateStack, UpdateStack and DeleteStack.

moto takes any role, any template of any length, and any parameters, and asks for no capability.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ssm.models import ssm_backends

from tests.emulator.caller_permissions import check_caller
from tests.emulator.operation_permissions import Needed
from tests.emulator.role_use import Caller, check_assumable, check_passed
from tests.emulator.rules import broken_assertions
from tests.emulator.template_needs import missing_capability, parameter_fault

Handle = Callable[[CloudFormationResponse], ActionResult]

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_BODY_BYTES = 51_200
_MAX_TEMPLATE_BYTES = 1_048_576


class InsufficientCapabilities(ServiceException):
    """The answer to a request that does not acknowledge what the template can do."""

    code = "InsufficientCapabilitiesException"


def deploying(handle: Handle) -> Handle:
    """Make an operation that creates or changes a stack refuse what CloudFormation refuses."""

    def deploy(response: CloudFormationResponse) -> ActionResult:
        check_body(response)
        stack = _stack(response)
        _check_role(response, stack)
        body = _body(response, stack)
        if body is not None:
            template = _parsed(body)
            if missing := missing_capability(template["Resources"].values(), response._get_param("Capabilities", [])):
                raise InsufficientCapabilities(missing)
            _check_parameters(response, template, stack)
        return handle(response)

    return deploy


def removing(handle: Handle) -> Handle:
    """Make DeleteStack refuse to go on with a role that is gone: CloudFormation keeps the one that a stack had."""

    def delete(response: CloudFormationResponse) -> ActionResult:
        _check_role(response, _stack(response))
        return handle(response)

    return delete


def validating(handle: Handle) -> Handle:
    """Make ValidateTemplate refuse a body that is too long."""

    def validate(response: CloudFormationResponse) -> ActionResult:
        check_body(response)
        return handle(response)

    return validate


def check_body(response: CloudFormationResponse) -> None:
    """Refuse a template that is too long to be sent in a request."""
    body = response._get_param("TemplateBody") or ""
    if len(body.encode()) > MAX_BODY_BYTES:
        # https://github.com/mbailey/bash-my-aws/pull/100 has the words, which quote the whole template.
        raise ValidationError(
            message=f"1 validation error detected: Value '{body}' at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_BODY_BYTES}"
        )


def _stack(response: CloudFormationResponse) -> Stack | None:
    """The stack that a request is about, if there is one, and not only a change set to create it."""
    name = response._get_param("StackName")
    found = [one for one in response.cloudformation_backend.stacks.values() if name in {one.name, one.stack_id}]
    return next((one for one in found if one.status != "REVIEW_IN_PROGRESS"), None)


def _check_role(response: CloudFormationResponse, stack: Stack | None) -> None:
    given = response._get_param("RoleARN")
    if given:
        check_passed(Caller.of(response), given)
    elif stack is not None and stack.role_arn:
        check_assumable(stack.role_arn)


def _body(response: CloudFormationResponse, stack: Stack | None) -> str | None:
    if url := response._get_param("TemplateURL"):
        body: str = response._get_stack_from_s3_url(url)
        if len(body.encode()) > _MAX_TEMPLATE_BYTES:
            raise ValidationError(message=f"Template may not exceed {_MAX_TEMPLATE_BYTES} bytes in size.")
        return body
    if response._get_bool_param("UsePreviousTemplate", False) and stack is not None:
        return str(stack.template)
    given: str | None = response._get_param("TemplateBody")
    return given


def _parsed(body: str) -> dict[str, Any]:
    try:
        template: Any = Stack.parse_template(body)
    except (yaml.YAMLError, ValueError) as error:
        raise ValidationError(message=f"Template format error: neither JSON nor YAML: {error}") from None
    if not isinstance(template, dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    if not template.get("Resources"):
        raise ValidationError(message="Template format error: At least one Resources member must be defined.")
    return template


def _check_parameters(response: CloudFormationResponse, template: Mapping[str, Any], stack: Stack | None) -> None:
    known, before = template.get("Parameters", {}), {} if stack is None else stack.stack_parameters
    given = {
        one["ParameterKey"]: before.get(one["ParameterKey"]) if one.get("UsePreviousValue") else one["ParameterValue"]
        for one in response._get_param("Parameters", [])
    }
    if fault := parameter_fault(known, given):
        raise ValidationError(message=fault)
    values = {name: given.get(name, parameter.get("Default")) for name, parameter in known.items()}
    pseudo = {"AWS::AccountId": response.current_account, "AWS::Region": response.region}
    resolved = {name: _resolved(response, known[name], value) for name, value in values.items()}
    # AWS's words around the description are unconfirmed.
    if broken := list(broken_assertions(template, {**resolved, **pseudo})):
        raise ValidationError(message=f"Template validation error: {'; '.join(broken)}")


def _parameter_arn(response: CloudFormationResponse, name: str) -> str:
    return f"arn:aws:ssm:{response.region}:{response.current_account}:parameter/{name.removeprefix('/')}"


def _resolved(response: CloudFormationResponse, parameter: Mapping[str, Any], value: Any) -> Any:
    """The value of a parameter, which may be the name of one of Systems Manager."""
    kind = parameter.get("Type", "String")
    if not kind.startswith("AWS::SSM::Parameter::Value"):
        return str(value).split(",") if kind == "CommaDelimitedList" or kind.startswith("List<") else str(value)
    check_caller(Needed(action="ssm:GetParameters", resource=_parameter_arn(response, value)), response.region)
    found = ssm_backends[response.current_account][response.region].get_parameter(value)
    if found is None:
        # https://github.com/aws-samples/aws-cross-account-cicd-pipeline/issues/40
        raise ValidationError(message=f"Unable to fetch parameters [{value}] from parameter store for this account.")
    return found.value
