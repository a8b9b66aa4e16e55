"""The ARNs of the resources that a stack of ours has, by the kinds that IAM's reference names.

A key is a kind, such as `iam:role`, or an action whose resource is another than the others' of its kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from scripts.deployer_policies.stack import Stack

Arns = dict[str, list[str]]
_Properties = dict[str, Any]

_SECRET = re.compile("{{resolve:secretsmanager:(arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+)")
_NUMBER = re.compile("[0-9](?=[0-9A-F]{8}$)")
_MAX_ROLE_NAME = 64


def arns_of(stack: Stack, logical_id: str) -> Arns:
    """Return the ARNs of a resource, and of what its handlers act on for it."""
    resource = stack.resources[logical_id]
    kind = resource["Type"]
    properties = resource.get("Properties", {})
    found = _custom_resource if kind.startswith("Custom::") else _TYPES[kind]
    return found(stack, logical_id, properties)


def _role_arn(stack: Stack, value: object) -> str:
    """Return the ARN of a role that is given as a name, an ARN or a reference."""
    if (logical_id := stack.referred(value)) is not None:
        [arn] = arns_of(stack, logical_id)["iam:role"]
        return arn
    text = stack.text(value)
    return text if text.startswith("arn:") else stack.arn("iam", f"role/{text}", region="")


def _role(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
    name = stack.name_of(logical_id, properties.get("RoleName"), max_length=_MAX_ROLE_NAME)
    return {"iam:role": [stack.arn("iam", f"role{properties.get('Path', '/')}{name}", region="")]}


def _policy(stack: Stack, _: str, properties: _Properties) -> Arns:
    return {"iam:role": [_role_arn(stack, role) for role in properties["Roles"]]}


def _managed_policy(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
    # As many as the list of accounts needs, numbered from 1: more accounts must not take another policy.
    stem = _NUMBER.sub("", logical_id)
    name = stack.name_of(stem, properties.get("ManagedPolicyName"), max_length=128)
    return {"iam:policy": [stack.arn("iam", f"policy/{name}", region="")], **_policy(stack, logical_id, properties)}


def _agent_space(stack: Stack, _: str, properties: _Properties) -> Arns:
    # The id is AWS's, and nobody knows it before.
    arns = {"aidevops:agentspace": [stack.arn("aidevops", "agentspace/*")]}
    linked = "role/aws-service-role/aidevops.amazonaws.com/AWSServiceRoleForAIDevOps"
    arns["iam:CreateServiceLinkedRole"] = [stack.arn("iam", linked, region="")]
    [(_, sign_in)] = properties["OperatorApp"].items() if "OperatorApp" in properties else [("", None)]
    if sign_in is not None:
        arns["iam:role"] = [_role_arn(stack, sign_in["OperatorAppRoleArn"])]
    if sign_in is not None and "IdcInstanceArn" in sign_in:
        instance = sign_in["IdcInstanceArn"]
        instance_id = instance.rpartition("/")[2]
        arns["sso:application"] = [stack.arn("sso", f"application/{instance_id}/*", region="")]
        arns["sso:instance"] = [instance]
        arns["sso:applicationprovider"] = [stack.arn("sso", "applicationProvider/*", region="", account_id="aws")]
    if secrets := _SECRET.findall(json.dumps(properties)):
        arns["secretsmanager:secret"] = secrets
    if "KmsKeyArn" in properties:
        arns["kms:key"] = [properties["KmsKeyArn"]]
    return arns


def _association(stack: Stack, _: str, properties: _Properties) -> Arns:
    given = properties["AgentSpaceId"]
    is_here = stack.referred(given) is not None
    if is_here:
        space = stack.arn("aidevops", "agentspace/*")
    else:
        found = given if isinstance(given, str) else _agent_space_id(stack, given)
        space = stack.arn("aidevops", f"agentspace/{found}")
    # Of the whole account, whichever role is passed: see `policies.primary_account.associate_statements`.
    roles = [stack.arn("iam", "role/*", region="")]
    return {"aidevops:agentspace": [space], "aidevops:associations": [f"{space}/association/*"], "iam:role": roles}


def _agent_space_id(stack: Stack, given: dict[str, Any]) -> str:
    """Return the id that a template takes from the ARN in its parameter."""
    index, split = given["Fn::Select"]
    separator, source = split["Fn::Split"]
    return stack.text(source).split(str(separator))[int(index)]


def _stack_set(stack: Stack, _: str, properties: _Properties) -> Arns:
    name = properties["StackSetName"]
    # Those of a delegated administrator are in the management account: whose account the ARNs name is unconfirmed.
    owner = "*" if properties.get("CallAs") == "DELEGATED_ADMIN" else stack.account_id
    [group] = properties["StackInstancesGroup"]
    targets = group["DeploymentTargets"]
    reached = sorted({*targets.get("OrganizationalUnitIds", ()), *targets.get("Accounts", ())})
    kinds = {one["Type"].replace("::", "-") for one in json.loads(properties["TemplateBody"])["Resources"].values()}
    return {
        "cloudformation:stackset": [stack.arn("cloudformation", f"stackset/{name}:*", account_id=owner)],
        # AWS's examples have a Region or none, an account or none, in these two: user guide, "Example IAM
        # identity-based policies for CloudFormation", read 2026-11-26.
        "cloudformation:stackset-target": [
            f"arn:aws:cloudformation:*:*:stackset-target/{name}:*/{one}" for one in reached
        ],
        "cloudformation:type": [f"arn:aws:cloudformation:*:*:type/resource/{kind}" for kind in sorted(kinds)],
    }


def _function(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
    name = stack.name_of(logical_id, properties.get("FunctionName"), max_length=64)
    bucket = stack.text(properties["Code"]["S3Bucket"])
    return {
        "lambda:function": [stack.arn("lambda", f"function:{name}")],
        "iam:role": [_role_arn(stack, properties["Role"])],
        "s3:object": [f"arn:aws:s3:::{bucket}/*"],
    }


def _of_function(stack: Stack, _: str, properties: _Properties) -> Arns:
    function = stack.referred(properties["FunctionName"])
    return {"lambda:function": arns_of(stack, str(function))["lambda:function"]}


def _custom_resource(stack: Stack, _: str, properties: _Properties) -> Arns:
    return {"lambda:function": arns_of(stack, str(stack.referred(properties["ServiceToken"])))["lambda:function"]}


def _rule(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
    name = stack.name_of(logical_id, properties.get("Name"), max_length=64)
    bus = stack.referred(properties.get("EventBusName"))
    kind, before = "rule-on-default-event-bus", ""
    if bus is not None:
        kind, before = "rule-on-custom-event-bus", f"{stack.text(stack.resources[bus]['Properties']['Name'])}/"
    roles = [_role_arn(stack, target["RoleArn"]) for target in properties["Targets"] if "RoleArn" in target]
    return {f"events:{kind}": [stack.arn("events", f"rule/{before}{name}")], "iam:role": roles}


def _event_bus(stack: Stack, _: str, properties: _Properties) -> Arns:
    return {"events:event-bus": [stack.arn("events", f"event-bus/{stack.text(properties['Name'])}")]}


def _event_bus_policy(stack: Stack, _: str, properties: _Properties) -> Arns:
    return arns_of(stack, str(stack.referred(properties["EventBusName"])))


def _named(kind: str, before: str, name: str, max_length: int) -> _Of:
    """Return how the ARN of a type is made that has nothing but a name."""

    def arns(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
        found = stack.name_of(logical_id, properties.get(name), max_length=max_length)
        return {kind: [stack.arn(kind.partition(":")[0], f"{before}{found}")]}

    return arns


def _of(property_name: str) -> _Of:
    """Return how to find the ARN of the resource that another is about."""

    def arns(stack: Stack, _: str, properties: _Properties) -> Arns:
        about = properties[property_name]
        found = [stack.referred(one) for one in (about if isinstance(about, list) else [about])]
        return {kind: arns for one in found for kind, arns in arns_of(stack, str(one)).items()}

    return arns


def _key(stack: Stack, _: str, __: _Properties) -> Arns:
    return {"kms:key": [stack.arn("kms", "key/*")]}


def _delivery_source(stack: Stack, logical_id: str, properties: _Properties) -> Arns:
    made = _named("logs:delivery-source", "delivery-source:", "Name", 60)(stack, logical_id, properties)
    return {**made, "aidevops:AllowVendedLogDeliveryForResource": [stack.text(properties["ResourceArn"])]}


def _delivery(stack: Stack, _: str, properties: _Properties) -> Arns:
    ends = ("DeliverySourceName", "DeliveryDestinationArn")
    found = [arns_of(stack, str(stack.referred(properties[end]))) for end in ends]
    return {
        # The id is AWS's, and nobody knows it before.
        "logs:delivery": [stack.arn("logs", "delivery:*")],
        **{kind: arns for one in found for kind, arns in one.items() if kind.startswith("logs:")},
    }


def _dashboard(stack: Stack, logical_id: str, _: _Properties) -> Arns:
    # Whether the stack's name is part of the one that CloudFormation makes up has changed over time, as reports tell.
    short = stack.name_of(logical_id, None, max_length=255)
    names = [short.removeprefix(f"{stack.name}-"), short]
    return {"cloudwatch:dashboard": [stack.arn("cloudwatch", f"dashboard/{name}", region="") for name in names]}


_Of = Callable[[Stack, str, _Properties], Arns]
_TYPES: dict[str, _Of] = {
    "AWS::CloudFormation::StackSet": _stack_set,
    "AWS::CloudWatch::Alarm": _named("cloudwatch:alarm", "alarm:", "AlarmName", 255),
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::DevOpsAgent::AgentSpace": _agent_space,
    "AWS::DevOpsAgent::Association": _association,
    "AWS::Events::EventBus": _event_bus,
    "AWS::Events::EventBusPolicy": _event_bus_policy,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventInvokeConfig": _of_function,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _of_function,
    "AWS::Logs::Delivery": _delivery,
    "AWS::Logs::DeliveryDestination": _named("logs:delivery-destination", "delivery-destination:", "Name", 60),
    "AWS::Logs::DeliverySource": _delivery_source,
    "AWS::Logs::LogGroup": _named("logs:log-group", "log-group:", "LogGroupName", 512),
    "AWS::Logs::MetricFilter": _of("LogGroupName"),
    "AWS::Logs::ResourcePolicy": lambda *_: {},
    "AWS::SNS::Topic": _named("sns:topic", "", "TopicName", 256),
    "AWS::SNS::TopicPolicy": _of("Topics"),
    "AWS::SQS::Queue": _named("sqs:queue", "", "QueueName", 80),
    "AWS::SQS::QueuePolicy": _of("Queues"),
}
