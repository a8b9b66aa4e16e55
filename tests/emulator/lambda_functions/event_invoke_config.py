"""`AWS::Lambda::EventInvokeConfig`: how often and how long a function's asynchronous events are tried."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventInvokeConfig, LambdaFunction
from moto.core.exceptions import JsonRESTError

from tests.emulator.lambda_functions.function import find_function
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import HandlerRefused

_SETTINGS = ("MaximumEventAgeInSeconds", "MaximumRetryAttempts", "DestinationConfig")


def _set(function: LambdaFunction, properties: Properties) -> None:
    settings: dict[str, Any] = {name: properties[name] for name in _SETTINGS if name in properties}
    function.event_invoke_config[:] = [EventInvokeConfig(function.function_arn, function.last_modified, settings)]


def _create(properties: Properties, place: Place) -> Deployed:
    try:
        function = find_function(properties["FunctionName"], place.account_id, place.region)
    except JsonRESTError as refused:
        raise HandlerRefused(f"{refused.message} (Service: Lambda, Status Code: {refused.code})") from refused
    if function.event_invoke_config:
        message = f"The function {properties['FunctionName']} already has an EventInvokeConfig"
        raise HandlerRefused(f"{message} (Service: Lambda, Status Code: 409)")
    _set(function, properties)
    return Deployed(physical_resource_id=place.made_up_name)


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    _set(find_function(deployed.properties["FunctionName"], place.account_id, place.region), properties)


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(UnknownFunctionException):
        find_function(deployed.properties["FunctionName"], place.account_id, place.region).event_invoke_config.clear()


EVENT_INVOKE_CONFIG = ResourceType(
    name="AWS::Lambda::EventInvokeConfig", create=_create, update=_update, delete=_delete
)
