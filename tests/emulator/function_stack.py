"""A stack with one function, whose code is in the test, and how to invoke it."""

from __future__ import annotations

import json
from typing import Any

from tests.emulator.server import Emulator
from tests.emulator.stack import document

ACCOUNT = "111111111111"
LOG_GROUP = "/functions/one"


def function_stack(
    code: str, *statements: dict[str, Any], trust: str = "lambda.amazonaws.com", **properties: Any
) -> dict[str, Any]:
    """A function with its role, which may write to its log group and do what the statements say."""
    admits = document({"Effect": "Allow", "Principal": {"Service": trust}, "Action": "sts:AssumeRole"})
    logs = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{LOG_GROUP}:*",
    }
    policies = [{"PolicyName": "Policy", "PolicyDocument": document(logs, *statements)}]
    function = {
        "FunctionName": "Function",
        "Code": {"ZipFile": code},
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Timeout": 30,
        "LoggingConfig": {"LogGroup": {"Ref": "Logs"}},
        **properties,
    }
    return {
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": LOG_GROUP}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"RoleName": "Function", "AssumeRolePolicyDocument": admits, "Policies": policies},
        },
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
    }


def invoke(emulator: Emulator, what: str = "", **event: Any) -> Any:
    """Invoke the function; return its result."""
    client = emulator.client("lambda", ACCOUNT)
    answer = client.invoke(FunctionName="Function", Payload=json.dumps({"what": what, **event}))
    return json.load(answer["Payload"])
