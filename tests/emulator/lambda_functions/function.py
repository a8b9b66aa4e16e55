"""`AWS::Lambda::Function` as CloudFormation and Lambda handle it; moto asks nobody whether Lambda may use the role."""

from __future__ import annotations

import base64
import io
import os
import zipfile
from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, UnknownFunctionException
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.core.exceptions import JsonRESTError

from tests import iam_reference
from tests.emulator.devops_agent.permissions import why_not_permitted
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.role_use import find_role, lets_in
from tests.emulator.stack_sets.refusal import HandlerRefused

_LAMBDA = iam_reference.service("lambda.amazonaws.com")
_MAX_NAME, _MAX_TIMEOUT = 64, 900
QUOTA = "MOTO_LAMBDA_CONCURRENCY_QUOTA"
"""An environment variable: how many invocations at a time an account may have. A new account of AWS has 10."""
_QUOTA, _UNRESERVED = 1000, 100
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime, but for those
# that may be set: "reserved environment variables" there.
_RESERVED = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
}


class _Failed(HandlerRefused):
    """Lambda refused what CloudFormation asked of it."""

    def __init__(self, refused: JsonRESTError) -> None:
        super().__init__(f"{refused.message} (Service: Lambda, Status Code: {refused.code})")


def find_function(arn_or_name: str, account_id: str, region: str) -> LambdaFunction:
    """Find a function by its name or ARN; raises Lambda's error if there is none."""
    if arn_or_name.startswith("arn:"):
        parts = arn_or_name.split(":")
        region, account_id, arn_or_name = parts[3], parts[4], parts[6]
    return lambda_backends[account_id][region].get_function(arn_or_name)


def check_function(function: LambdaFunction) -> None:
    """Refuse what Lambda refuses when a function is created or changed."""
    if not getattr(function, "code_bytes", b""):
        bucket = "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
        raise InvalidParameterValueException(f"{bucket}S3 Error Message: The specified key does not exist.")
    if not function.run_time or not function.handler:
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    if int(function.timeout) > _MAX_TIMEOUT:
        raise InvalidParameterValueException(
            f"1 validation error detected: Value '{function.timeout}' at 'timeout' failed to satisfy constraint: "
            f"Member must have value less than or equal to {_MAX_TIMEOUT}"
        )
    if reserved := sorted(_RESERVED & function.environment_vars.keys()):
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if function.reserved_concurrency is not None:
        _check_concurrency(function)
    role = find_role(function.role)
    if role is None or not lets_in(role, _LAMBDA, {"aws:SourceAccount": function.account_id}):
        raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")
    if target := dead_letter_arn(function):
        service, action = ("SQS", "sqs:SendMessage") if ":sqs:" in target else ("SNS", "sns:Publish")
        if why_not_permitted(role, action, target, {}):
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {action.partition(':')[2]} on {service}"
            )


def _check_concurrency(function: LambdaFunction) -> None:
    """Refuse to reserve what the account needs for its other functions: 100, or all that a new account has."""
    quota = int(os.environ.get(QUOTA, _QUOTA))
    minimum = min(quota, _UNRESERVED)
    others = lambda_backends[function.account_id][function.region].list_functions()
    reserved = [int(one.reserved_concurrency or 0) for one in others if one.function_name != function.function_name]
    if quota - sum(reserved) - int(function.reserved_concurrency or 0) < minimum:
        # https://github.com/aws-samples/one-observability-demo/issues/278 has the words.
        raise InvalidParameterValueException(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{minimum}]."
        )


def dead_letter_arn(function: LambdaFunction) -> str | None:
    """The queue or topic that gets events which failed for good."""
    found: str | None = getattr(function, "dead_letter_config", {}).get("TargetArn")
    return found


def _create(properties: Properties, place: Place) -> Deployed:
    name = properties.get("FunctionName", place.made_up_name_of(_MAX_NAME))
    backend = lambda_backends[place.account_id][place.region]
    with suppress(UnknownFunctionException):
        backend.get_function(name)
        raise HandlerRefused(f"Function already exist: {name} (Service: Lambda, Status Code: 409)")
    function = _function(name, properties, place)
    try:
        backend._lambdas.put_function(function)
    except JsonRESTError as refused:
        raise _Failed(refused) from refused
    return Deployed(physical_resource_id=name, attributes={"Arn": function.function_arn})


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    name = deployed.physical_resource_id
    function = lambda_backends[place.account_id][place.region].get_function(name)
    kept = ("policy", "event_invoke_config", "url_config")
    changed = _function(name, properties, place)
    function.__dict__.update({key: value for key, value in changed.__dict__.items() if key not in kept})


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(UnknownFunctionException):
        lambda_backends[place.account_id][place.region].delete_function(deployed.physical_resource_id)


def _function(name: str, properties: Properties, place: Place) -> LambdaFunction:
    code = dict(properties["Code"])
    if unknown := {"ImageUri", "ImageConfig", "Layers", "VpcConfig"} & (properties.keys() | code.keys()):
        raise NotImplementedError(f"the emulator runs no function with {' and '.join(sorted(unknown))}")
    if "ZipFile" in code:
        code["ZipFile"] = base64.b64encode(_zipped(code["ZipFile"])).decode()
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    spec = {**properties, "FunctionName": name, "Code": code, "Tags": tags}
    try:
        made: Any = LambdaFunction  # abstract, says its base class; moto instantiates it all the same
        function: LambdaFunction = made(place.account_id, spec, place.region, version="$LATEST")
        take_settings(function, properties)
        check_function(function)
    except JsonRESTError as refused:
        raise _Failed(refused) from refused
    return function


def take_settings(function: Any, settings: dict[str, Any]) -> None:
    """Remember what moto forgets of a function."""
    function.dead_letter_config = settings.get("DeadLetterConfig") or {}
    group = (settings.get("LoggingConfig") or {}).get("LogGroup")
    function.logs_group_name = group or f"/aws/lambda/{function.function_name}"


def creating(create_function: Any) -> Any:
    """Make CreateFunction refuse the same."""

    def create(backend: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
        function: LambdaFunction = create_function(backend, spec)
        take_settings(function, spec)
        try:
            check_function(function)
        except JsonRESTError:
            backend.delete_function(function.function_name)
            raise
        return function

    return create


def _zipped(source: str) -> bytes:
    """The package that Lambda makes of inline code: https://docs.aws.amazon.com/AWSCloudFormation, Lambda, Code."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    return package.getvalue()


FUNCTION = ResourceType(name="AWS::Lambda::Function", create=_create, update=_update, delete=_delete)
