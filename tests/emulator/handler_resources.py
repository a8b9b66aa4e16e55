"""The ARNs of a resource that is there, and of what its handlers act on, by the kinds of IAM's reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A resource of a stack.

    Attributes:
        physical_id: What `Ref` returns.
        properties: Of the template, with every reference followed.
        account_id: Of the stack.
        region: Of the stack.
    """

    physical_id: str
    properties: dict[str, Any]
    account_id: str
    region: str

    def arn(self, service: str, resource: str, *, region: str | None = None, account_id: str | None = None) -> str:
        """Return an ARN in the stack's account and Region, if nothing else is said."""
        where = self.region if region is None else region
        return f"arn:aws:{service}:{where}:{self.account_id if account_id is None else account_id}:{resource}"

    def role_arn(self, name: str) -> str:
        """Return the ARN of a role of the account, with its path."""
        return str(iam_backends[self.account_id]["aws"].get_role(name.rpartition("/")[2]).arn)


Arns = dict[str, list[str]]


def _managed_policy(live: Live) -> Arns:
    return {"iam:policy": [live.physical_id], "iam:role": [live.role_arn(one) for one in live.properties["Roles"]]}


def _agent_space(live: Live) -> Arns:
    linked = "role/aws-service-role/aidevops.amazonaws.com/AWSServiceRoleForAIDevOps"
    arns = {
        "aidevops:agentspace": [live.arn("aidevops", f"agentspace/{live.physical_id}")],
        "iam:CreateServiceLinkedRole": [live.arn("iam", linked, region="")],
        "kms:key": [live.properties.get("KmsKeyArn", "")],
    }
    for kind, sign_in in live.properties.get("OperatorApp", {}).items():
        arns["iam:role"] = [sign_in["OperatorAppRoleArn"]]
        if kind == "Idc":
            instance_id = sign_in["IdcInstanceArn"].rpartition("/")[2]
            arns["sso:instance"] = [sign_in["IdcInstanceArn"]]
            arns["sso:application"] = [live.arn("sso", f"application/{instance_id}/apl-1234567890abcdef", region="")]
            arns["sso:applicationprovider"] = ["arn:aws:sso::aws:applicationProvider/custom"]
    return arns


def _association(live: Live) -> Arns:
    space_id, _, association_id = live.physical_id.partition("|")
    space = live.arn("aidevops", f"agentspace/{space_id}")
    return {
        "aidevops:agentspace": [space],
        "aidevops:associations": [f"{space}/association/{association_id}"],
        # As in `caller_permissions`.
        "iam:role": [live.arn("iam", "role/*", region="")],
    }


def _stack_set(live: Live) -> Arns:
    [group] = live.properties["StackInstancesGroup"]
    targets = group["DeploymentTargets"]
    reached = [*targets.get("OrganizationalUnitIds", ()), *targets.get("Accounts", ())]
    kinds = {
        one["Type"].replace("::", "-") for one in json.loads(live.properties["TemplateBody"])["Resources"].values()
    }
    target = [live.arn("cloudformation", f"stackset-target/{live.physical_id}/{one}") for one in reached]
    return {
        "cloudformation:stackset": [live.arn("cloudformation", f"stackset/{live.physical_id}")],
        "cloudformation:stackset-target": target,
        "cloudformation:type": [live.arn("cloudformation", f"type/resource/{one}", account_id="") for one in kinds],
    }


def _function(live: Live) -> Arns:
    code = live.properties["Code"]
    return {
        "lambda:function": [live.arn("lambda", f"function:{live.physical_id}")],
        "iam:role": [live.properties["Role"]],
        "s3:object": [f"arn:aws:s3:::{code['S3Bucket']}/{code['S3Key']}"],
    }


def _of_function(live: Live) -> Arns:
    name = live.properties.get("FunctionName") or live.properties["ServiceToken"]
    return {"lambda:function": [live.arn("lambda", f"function:{name.rpartition(':')[2]}")]}


def _rule(live: Live) -> Arns:
    bus, _, name = live.physical_id.rpartition("|")
    kind = "rule-on-custom-event-bus" if bus else "rule-on-default-event-bus"
    roles = [target["RoleArn"] for target in live.properties["Targets"] if "RoleArn" in target]
    return {f"events:{kind}": [live.arn("events", f"rule/{bus}/{name}" if bus else f"rule/{name}")], "iam:role": roles}


def _queue(live: Live) -> Arns:
    url = live.properties["Queues"][0] if "Queues" in live.properties else live.physical_id
    return {"sqs:queue": [live.arn("sqs", url.rpartition("/")[2])]}


def _delivery(live: Live) -> Arns:
    source = live.properties["DeliverySourceName"]
    return {
        "logs:delivery": [live.arn("logs", f"delivery:{live.physical_id}")],
        "logs:delivery-source": [live.arn("logs", f"delivery-source:{source}")],
        "logs:delivery-destination": [live.properties["DeliveryDestinationArn"]],
    }


def _source(live: Live) -> Arns:
    return {
        "logs:delivery-source": [live.arn("logs", f"delivery-source:{live.physical_id}")],
        "aidevops:AllowVendedLogDeliveryForResource": [live.properties["ResourceArn"]],
    }


_TYPES: dict[str, Callable[[Live], Arns]] = {
    "AWS::CloudFormation::StackSet": _stack_set,
    "AWS::CloudWatch::Alarm": lambda live: {"cloudwatch:alarm": [live.arn("cloudwatch", f"alarm:{live.physical_id}")]},
    "AWS::CloudWatch::Dashboard": lambda live: {
        "cloudwatch:dashboard": [live.arn("cloudwatch", f"dashboard/{live.physical_id}", region="")]
    },
    "AWS::DevOpsAgent::AgentSpace": _agent_space,
    "AWS::DevOpsAgent::Association": _association,
    "AWS::Events::EventBus": lambda live: {"events:event-bus": [live.arn("events", f"event-bus/{live.physical_id}")]},
    "AWS::Events::EventBusPolicy": lambda live: {
        "events:event-bus": [live.arn("events", f"event-bus/{live.properties['EventBusName']}")]
    },
    "AWS::Events::Rule": _rule,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": lambda live: {"iam:role": [live.role_arn(one) for one in live.properties["Roles"]]},
    "AWS::IAM::Role": lambda live: {"iam:role": [live.role_arn(live.physical_id)]},
    "AWS::KMS::Key": lambda live: {"kms:key": [live.arn("kms", f"key/{live.physical_id}")]},
    "AWS::Lambda::EventInvokeConfig": _of_function,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _of_function,
    "AWS::Logs::Delivery": _delivery,
    "AWS::Logs::DeliveryDestination": lambda live: {
        "logs:delivery-destination": [live.arn("logs", f"delivery-destination:{live.physical_id}")]
    },
    "AWS::Logs::DeliverySource": _source,
    "AWS::Logs::LogGroup": lambda live: {"logs:log-group": [live.arn("logs", f"log-group:{live.physical_id}")]},
    "AWS::Logs::MetricFilter": lambda live: {
        "logs:log-group": [live.arn("logs", f"log-group:{live.properties['LogGroupName']}")]
    },
    "AWS::Logs::ResourcePolicy": lambda _: {},
    "AWS::SNS::Topic": lambda live: {"sns:topic": [live.physical_id]},
    "AWS::SNS::TopicPolicy": lambda live: {"sns:topic": list(live.properties["Topics"])},
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue,
}


def arns_of(kind: str, live: Live) -> Arns:
    """Return the ARNs of a resource."""
    if kind.startswith("Custom::"):
        return _of_function(live)
    if kind not in _TYPES:
        raise NotImplementedError(f"which ARNs a resource of {kind} has is missing in {__name__}")
    return _TYPES[kind](live)
