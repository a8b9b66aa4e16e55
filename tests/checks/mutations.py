"""The promises of our own templates, each broken once: which template, how, and the rule that must find it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Break = Callable[[dict[str, Any]], None]
TRUST = "AssumeRolePolicyDocument/Statement/0"
ROLE, ELEVATED, OPERATOR, MONITOR = "Role11", "Elevated", "AgentSpaceOperatorRole", "AgentSpaceMonitorRole"
SOURCE = "AccessSource222222222222/Configuration/SourceAws"
OWN = "AgentSpaceMonitorAssociation/Configuration/Aws"
GRANT = "AccessAssumeSecondaryRoles/PolicyDocument/Statement/0"
PASS_ROLE = "DeployerDefaultPolicy/PolicyDocument/Statement/2"
POLICY = "Policies/0/PolicyDocument/Statement/0"
SPACE = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
ANY_SERVICE = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"}
AWS_POLICY = "arn:aws:iam::aws:policy/"


def holder(body: dict[str, Any], path: str) -> tuple[Any, str]:
    """Return what holds the end of a path below a resource's properties; the resource is named by its beginning."""
    resource, *steps, last = path.split("/")
    [found] = [resource_["Properties"] for name, resource_ in body["Resources"].items() if name.startswith(resource)]
    for step in steps:
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found, last


def drop(path: str) -> Break:
    """Take something out."""

    def apply(body: dict[str, Any]) -> None:
        found, last = holder(body, path)
        del found[last]

    return apply


def put(path: str, value: object) -> Break:
    """Write something else."""

    def apply(body: dict[str, Any]) -> None:
        found, last = holder(body, path)
        found[int(last) if isinstance(found, list) else last] = value

    return apply


def rename(path: str, name: str) -> Break:
    """Write it under another name."""

    def apply(body: dict[str, Any]) -> None:
        found, last = holder(body, path)
        found[name] = found.pop(last)

    return apply


def add(path: str, value: object) -> Break:
    """Append something to a list."""

    def apply(body: dict[str, Any]) -> None:
        found, last = holder(body, path)
        found[last].append(value)

    return apply


def in_stack_set(change: Break) -> Break:
    """Change the template that the StackSet deploys."""

    def apply(body: dict[str, Any]) -> None:
        [stack_set] = body["Resources"].values()
        inner = json.loads(stack_set["Properties"]["TemplateBody"])
        change(inner)
        stack_set["Properties"]["TemplateBody"] = json.dumps(inner)

    return apply


def parameter(key: str, value: str) -> Break:
    """Give a parameter of the StackSet another value."""

    def apply(body: dict[str, Any]) -> None:
        [stack_set] = body["Resources"].values()
        [found] = [parameter for parameter in stack_set["Properties"]["Parameters"] if parameter["ParameterKey"] == key]
        found["ParameterValue"] = value

    return apply


# What is broken, in which template, how, and which rule must find it.
MUTATIONS: list[tuple[str, str, Break, str]] = [
    # Conditions dropped.
    ("no aws:SourceAccount", "Secondary", drop(f"{ROLE}/{TRUST}/Condition/StringEquals"), "missingSourceAccount"),
    ("no aws:SourceArn", "Secondary", drop(f"{ROLE}/{TRUST}/Condition/ArnLike"), "missingSourceArn"),
    ("no condition at all", "Secondary", drop(f"{ROLE}/{TRUST}/Condition"), "missingSourceAccount"),
    ("monitor role: no aws:SourceArn", "Space", drop(f"{MONITOR}/{TRUST}/Condition/ArnLike"), "missingSourceArn"),
    ("monitor role: no account", "Space", drop(f"{MONITOR}/{TRUST}/Condition/StringEquals"), "missingSourceAccount"),
    ("operator role: no account", "Space", drop(f"{OPERATOR}/{TRUST}/Condition/StringEquals"), "missingSourceAccount"),
    (
        "operator role: any context provider",
        "Space",
        drop(f"{OPERATOR}/AssumeRolePolicyDocument/Statement/1/Condition/ForAllValues:ArnEquals"),
        "anyContextProvider",
    ),
    (
        "operator role: no context provider",
        "Space",
        drop(f"{OPERATOR}/AssumeRolePolicyDocument/Statement/1/Condition/Null"),
        "anyContextProvider",
    ),
    ("elevated: no account", "Secondary", drop(f"{ELEVATED}/{TRUST}/Condition/StringEquals"), "missingSourceAccount"),
    ("rollout: no aws:SourceArn", "Rollout", in_stack_set(drop(f"Role/{TRUST}/Condition/ArnLike")), "missingSourceArn"),
    ("PassRole to any service", "Primary", drop(f"{PASS_ROLE}/Condition"), "passRoleShape"),
    # Operators swapped.
    (
        "a negated ARN",
        "Secondary",
        rename(f"{ROLE}/{TRUST}/Condition/ArnLike", "ArnNotLike"),
        "missingSourceArn",
    ),
    (
        "an optional ARN",
        "Secondary",
        rename(f"{ROLE}/{TRUST}/Condition/ArnLike", "ArnLikeIfExists"),
        "missingSourceArn",
    ),
    (
        "an account that may be missing",
        "Secondary",
        rename(f"{ROLE}/{TRUST}/Condition/StringEquals", "ForAllValues:StringEquals"),
        "missingSourceAccount",
    ),
    (
        "an account compared as an ARN",
        "Secondary",
        rename(f"{ROLE}/{TRUST}/Condition/StringEquals", "ArnEquals"),
        "agentSpaceRefused",
    ),
    (
        "a pattern as plain text",
        "Space",
        rename(f"{OPERATOR}/{TRUST}/Condition/ArnLike", "StringEqualsIgnoreCase"),
        "patternUnderPlainOperator",
    ),
    (
        "an operator that IAM lacks",
        "Secondary",
        rename(f"{ROLE}/{TRUST}/Condition/ArnLike", "ArnIs"),
        "malformedTrustPolicy",
    ),
    # Accounts, Regions and spaces swapped.
    (
        "the role's own account",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/StringEquals/aws:SourceAccount", {"Ref": "AWS::AccountId"}),
        "wrongSourceAccount",
    ),
    (
        "a third account",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/StringEquals/aws:SourceAccount", "333333333333"),
        "wrongSourceAccount",
    ),
    (
        "a space of another Region",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/ArnLike/aws:SourceArn", SPACE.replace("us-east-1", "eu-west-1")),
        "agentSpaceRefused",
    ),
    (
        "another space",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/ArnLike/aws:SourceArn", SPACE[:-1]),
        "agentSpaceRefused",
    ),
    (
        "every space",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/ArnLike/aws:SourceArn", SPACE.rpartition("/")[0] + "/*"),
        "anyAgentSpace",
    ),
    (
        "every space of every account",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Condition/ArnLike/aws:SourceArn", "arn:aws:aidevops:*:*:agentspace/*"),
        "wildcardSourceArn",
    ),
    (
        "elevated role: the space of another Region",
        "Secondary",
        put(f"{ELEVATED}/{TRUST}/Condition/ArnLike/aws:SourceArn", SPACE.replace("us-east-1", "eu-west-1")),
        "agentSpaceRefused",
    ),
    ("rollout: another account", "Rollout", parameter("PrimaryAccountId", "333333333333"), "wrongSourceAccount"),
    ("rollout: another space", "Rollout", parameter("AgentSpaceArn", SPACE[:-1]), "agentSpaceRefused"),
    ("association: another account", "Primary", put(f"{SOURCE}/AccountId", "333333333333"), "associationRoleMismatch"),
    ("association: another space", "Primary", put("AccessSource/AgentSpaceId", "other"), "agentSpaceRefused"),
    (
        "association: another role",
        "Primary",
        put(f"{SOURCE}/AssumableRoleArn", "arn:aws:iam::222222222222:role/DevOpsAgentRole"),
        "associationRoleMismatch",
    ),
    (
        "association: another path",
        "Primary",
        put(f"{SOURCE}/AssumableRoleArn", "arn:aws:iam::222222222222:role/a/DevOpsAgentRole-SecondaryAccount"),
        "associationRoleMismatch",
    ),
    (
        "association: another elevated role",
        "Primary",
        put(f"{SOURCE}/AgentElevatedRoleArn", "arn:aws:iam::333333333333:role/DevOpsAgent-ElevatedAction"),
        "associationRoleMismatch",
    ),
    ("the role's name", "Secondary", put(f"{ROLE}/RoleName", "Renamed"), "associationRoleMismatch"),
    ("the role's path", "Secondary", put(f"{ROLE}/Path", "/agent/"), "associationRoleMismatch"),
    (
        "PassRole in the secondary account",
        "Primary",
        put(f"{PASS_ROLE}/Resource", "arn:aws:iam::222222222222:role/*"),
        "passRoleShape",
    ),
    # Principals widened or wrong.
    ("everybody", "Secondary", put(f"{ROLE}/{TRUST}/Principal", "*"), "wildcardPrincipal"),
    ("everybody, as AWS", "Secondary", put(f"{ROLE}/{TRUST}/Principal", {"AWS": "*"}), "wildcardPrincipal"),
    (
        "the primary account",
        "Secondary",
        put(f"{ROLE}/{TRUST}", {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}),
        "accountPrincipal",
    ),
    (
        "a second principal",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Principal/Service", ["aidevops.amazonaws.com", "lambda.amazonaws.com"]),
        "othersAdmitted",
    ),
    (
        "a second statement",
        "Secondary",
        add(
            f"{ROLE}/AssumeRolePolicyDocument/Statement",
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:role/Admin"}, "Action": "sts:*"},
        ),
        "othersAdmitted",
    ),
    (
        "a service that AWS lacks",
        "Secondary",
        put(f"{ROLE}/{TRUST}/Principal/Service", "devopsagent.amazonaws.com"),
        "wrongServicePrincipal",
    ),
    (
        "another service",
        "Space",
        put(f"{MONITOR}/{TRUST}/Principal/Service", "aiops.amazonaws.com"),
        "wrongServicePrincipal",
    ),
    (
        "PassRole to a service that AWS lacks",
        "Primary",
        put(f"{PASS_ROLE}/Condition/StringEquals/iam:PassedToService", "devopsagent.amazonaws.com"),
        "passRoleShape",
    ),
    # Actions of the session dropped.
    ("operator role: no tags", "Space", put(f"{OPERATOR}/{TRUST}/Action", "sts:AssumeRole"), "operatorActions"),
    (
        "elevated role: no source identity",
        "Secondary",
        put(f"{ELEVATED}/{TRUST}/Action", ["sts:AssumeRole", "sts:TagSession"]),
        "elevatedActions",
    ),
    ("elevated role: no tags", "Secondary", put(f"{ELEVATED}/{TRUST}/Action", "sts:AssumeRole"), "elevatedActions"),
    (
        "elevated role: a fixed external id",
        "Secondary",
        put(f"{ELEVATED}/{TRUST}/Condition/StringEquals/sts:ExternalId", "approval"),
        "elevatedExternalId",
    ),
    # Policies widened or changed.
    (
        "no boundary",
        "Secondary",
        drop(f"{ELEVATED}/PermissionsBoundary"),
        "elevatedPolicyWithoutBoundary",
    ),
    ("any service-linked role", "Secondary", put(f"{ROLE}/{POLICY}", ANY_SERVICE), "serviceLinkedRoleOnStar"),
    (
        "rollout: any service-linked role",
        "Rollout",
        in_stack_set(put(f"Role/{POLICY}", {**ANY_SERVICE, "Resource": "arn:aws:iam::*:role/*"})),
        "serviceLinkedRoleOnStar",
    ),
    (
        "the preview's policy",
        "Secondary",
        put(f"{ROLE}/ManagedPolicyArns/0", f"{AWS_POLICY}AIOpsAssistantPolicy"),
        "previewSetup",
    ),
    ("the agent role assumes anything", "Primary", put(f"{GRANT}/Resource", "*"), "assumeRoleTooWide"),
    (
        "the agent role assumes in any account",
        "Primary",
        put(f"{GRANT}/Resource", "arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount"),
        "assumeRoleTooWide",
    ),
    (
        "a grant on the secondary role",
        "Primary",
        put("AccessAssumeSecondaryRoles/Roles/0", "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"),
        "foreignGrant",
    ),
    (
        "PassRole of some roles",
        "Primary",
        put(f"{PASS_ROLE}/Resource", "arn:aws:iam::111111111111:role/DevOpsAgentRole-*"),
        "passRoleShape",
    ),
    # Account types changed.
    ("source becomes monitor", "Primary", put(f"{SOURCE}/AccountType", "monitor"), "accountType"),
    ("SourceAws becomes Aws", "Primary", rename(SOURCE, "Aws"), "crossAccountMonitor"),
    ("monitor becomes source", "Space", put(f"{OWN}/AccountType", "source"), "accountType"),
    (
        "monitor with another account's role",
        "Space",
        put(f"{OWN}/AssumableRoleArn", "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount"),
        "crossAccountMonitor",
    ),
]

CHAINED: list[tuple[str, str, Break, str]] = [
    (
        "no external id",
        "Secondary",
        drop(f"{ROLE}/AssumeRolePolicyDocument/Statement/1/Condition"),
        "othersAdmitted",
    ),
    (
        "the external id of another space",
        "Secondary",
        put(f"{ROLE}/AssumeRolePolicyDocument/Statement/1/Condition/StringEquals/sts:ExternalId", SPACE[:-1]),
        "agentSpaceRefused",
    ),
    (
        "the agent role of another account",
        "Secondary",
        put(
            f"{ROLE}/AssumeRolePolicyDocument/Statement/1/Principal/AWS",
            "arn:aws:iam::333333333333:role/DevOpsAgentRole-AgentSpace",
        ),
        "othersAdmitted",
    ),
    (
        "the whole primary account",
        "Secondary",
        put(
            f"{ROLE}/AssumeRolePolicyDocument/Statement/1",
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}},
        ),
        "accountPrincipal",
    ),
    (
        "the grant in the secondary account's stack",
        "Secondary",
        lambda body: body["Resources"].update(
            Grant={
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "PolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Resource": "arn:aws:iam::222222222222:role/DevOpsAgentRole-SecondaryAccount",
                        }
                    },
                    "Roles": ["DevOpsAgentRole-AgentSpace"],
                },
            }
        ),
        "foreignGrant",
    ),
]
