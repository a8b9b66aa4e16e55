"""Who may invoke a function: the statements of its own policy, and `AWS::Lambda::Permission` that adds one."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError

from tests import iam_reference
from tests.emulator.lambda_functions.function import find_function
from tests.emulator.resource_policies import admits
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import HandlerRefused

_INVOKE = "lambda:InvokeFunction"


def may_invoke(function: LambdaFunction, service: str, *, source_arn: str) -> bool:
    """Whether an AWS service may invoke the function on behalf of a resource, such as a rule."""
    policy = {"Version": "2012-10-17", "Statement": [_known(one) for one in function.policy.statements]}
    keys = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_arn.split(":")[4]}
    return admits(policy, iam_reference.service(service), _INVOKE, function.function_arn, keys)


def _known(statement: dict[str, Any]) -> dict[str, Any]:
    known = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    return {key: value for key, value in statement.items() if key in known}


def _create(properties: Properties, place: Place) -> Deployed:
    try:
        function = find_function(properties["FunctionName"], place.account_id, place.region)
    except JsonRESTError as refused:
        raise HandlerRefused(f"{refused.message} (Service: Lambda, Status Code: {refused.code})") from refused
    condition: dict[str, dict[str, str]] = {}
    if "SourceArn" in properties:
        condition["ArnLike"] = {"AWS:SourceArn": properties["SourceArn"]}
    if "SourceAccount" in properties:
        condition["StringEquals"] = {"AWS:SourceAccount": properties["SourceAccount"]}
    if "PrincipalOrgID" in properties:
        condition.setdefault("StringEquals", {})["aws:PrincipalOrgID"] = properties["PrincipalOrgID"]
    principal = properties["Principal"]
    account = re.fullmatch(r"\d{12}", principal)
    statement = {
        "Sid": place.made_up_name,
        "Effect": "Allow",
        "Principal": {"AWS" if account or principal.startswith("arn:") else "Service": principal},
        "Action": properties["Action"],
        "Resource": function.function_arn,
        **({"Condition": condition} if condition else {}),
    }
    function.policy.statements.append(statement)
    return Deployed(physical_resource_id=place.made_up_name)


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(UnknownFunctionException):
        function = find_function(deployed.properties["FunctionName"], place.account_id, place.region)
        statements = function.policy.statements
        statements[:] = [one for one in statements if one["Sid"] != deployed.physical_resource_id]


def _update(*_: object) -> None:
    """Every property needs another permission."""


PERMISSION = ResourceType(name="AWS::Lambda::Permission", create=_create, update=_update, delete=_delete)
