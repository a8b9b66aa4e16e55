"""What the tests of `OrganizationRollout` share: stacks, and what is read from them."""

from __future__ import annotations

import json
from typing import Any

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import (
    CallAs,
    OrganizationRollout,
    ServiceManagedDeployment,
)
from tests.conftest import SPACE, template_of

UNIT, ROOT = "ou-a1b2-11112222", "r-a1b2"
LEFT_OUT = "devops-agent-constructs:managementAccountLeftOut"
BY_MANAGEMENT = ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.SELF)
DELEGATED = ServiceManagedDeployment(organizational_units=[UNIT], call_as=CallAs.DELEGATED_ADMIN)


def stack_of(app: App, account_id: str) -> Stack:
    """Return a stack in an account."""
    env = Environment(account=account_id, region="us-east-1")
    return Stack(app, "Stack", env=env, synthesizer=LegacyStackSynthesizer())


def rolled_out(stack: Stack, **arguments: Any) -> OrganizationRollout:
    """Define a rollout by the management account, with other arguments."""
    return OrganizationRollout(stack, "Rollout", **{"agent_space": SPACE, "deployment": BY_MANAGEMENT, **arguments})


def stack_sets(stack: Stack) -> list[dict[str, Any]]:
    """Return the properties of the StackSets, with their templates parsed."""
    found = [
        resource["Properties"]
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::CloudFormation::StackSet"
    ]
    for properties in found:
        properties["TemplateBody"] = json.loads(properties["TemplateBody"])
    return found
