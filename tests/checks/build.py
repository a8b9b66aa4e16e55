"""Templates for the cases: a good role and a good association, of which each case changes what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs.checks import Template

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
SPACE_ARN = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{SPACE_ID}"
ANY_SPACE = "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"
AGENT_ROLE = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
ROLE_ARN = "arn:aws:iam::222222222222:role/DevOpsAgentRole"
GUARD = {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": SPACE_ARN}}
ELEVATED_ACTIONS = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Two versions of an app that differ in what a rule is about.

    Attributes:
        name: What is wrong with the bad one.
        good: No rule finds anything.
        bad: The rule finds something.
    """

    name: str
    good: tuple[Template, ...]
    bad: tuple[Template, ...]


def case(name: str, good: Template | tuple[Template, ...], bad: Template | tuple[Template, ...]) -> Case:
    """Return a case of one template each, or of several."""
    good, bad = ((templates,) if isinstance(templates, Template) else templates for templates in (good, bad))
    return Case(name=name, good=good, bad=bad)


def allow(condition: object = None, *, principal: object = None, action: object = "sts:AssumeRole") -> dict[str, Any]:
    """Return an Allow statement of a trust policy; by default, the service's for one Agent Space."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "aidevops.amazonaws.com"} if principal is None else principal,
        "Action": action,
        "Condition": GUARD if condition is None else condition,
    }


def chained(condition: object, *, principal: object = None) -> dict[str, Any]:
    """Return the statement for the agent role, as before general availability."""
    return allow(condition, principal={"AWS": AGENT_ROLE} if principal is None else principal)


def policy(*statements: Mapping[str, object]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def grant(action: object, resource: object, condition: object = None) -> dict[str, Any]:
    """Return an Allow statement of a policy that grants."""
    condition = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **condition}


def role(*statements: Mapping[str, object], managed: str = "AIDevOpsAgentAccessPolicy", **properties: object) -> Any:
    """Return a role with this trust policy; None of the properties is taken out."""
    found: dict[str, object] = {
        "RoleName": "DevOpsAgentRole",
        "AssumeRolePolicyDocument": policy(*(statements or (allow(),))),
        "ManagedPolicyArns": [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{managed}"}],
        **properties,
    }
    return {"Type": "AWS::IAM::Role", "Properties": {key: value for key, value in found.items() if value is not None}}


def inline(*statements: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the property Policies with one inline policy."""
    return [{"PolicyName": "Inline", "PolicyDocument": policy(*statements)}]


def association(kind: str = "SourceAws", **configuration: object) -> dict[str, Any]:
    """Return an association of account 222222222222."""
    found = {
        "AccountId": "222222222222",
        "AccountType": "source" if kind == "SourceAws" else "monitor",
        "AssumableRoleArn": ROLE_ARN,
        **configuration,
    }
    properties = {"AgentSpaceId": SPACE_ID, "ServiceId": "aws", "Configuration": {kind: found}}
    return {"Type": "AWS::DevOpsAgent::Association", "Properties": properties}


def managed_policy(*statements: Mapping[str, object], roles: list[object]) -> dict[str, Any]:
    """Return a customer managed policy that is attached to roles."""
    properties = {"PolicyDocument": policy(*statements), "Roles": roles}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def secondary(*statements: Mapping[str, object], **properties: Any) -> Template:
    """Return the template of account 222222222222 with a role."""
    return Template(
        name="Secondary",
        body={"Resources": {"Role": role(*statements, **properties)}},
        account_id="222222222222",
        region="us-east-1",
    )


def stack_of(account_id: str, **resources: object) -> Template:
    """Return the template of an account, with these resources."""
    return Template(name=f"Stack{account_id}", body={"Resources": resources}, account_id=account_id, region="us-east-1")


def primary(**resources: object) -> Template:
    """Return the template of account 111111111111 with these resources."""
    return stack_of("111111111111", **resources)
