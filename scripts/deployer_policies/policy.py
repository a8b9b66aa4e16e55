"""Computes the statements that a stack's deployer needs from its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from scripts.deployer_policies.arns import arns_of
from scripts.deployer_policies.handlers import CHANGES, actions_of
from scripts.deployer_policies.iam_reference import resource_kinds
from scripts.deployer_policies.stack import Stack

Statement = dict[str, Any]
Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key, values of each condition."""

MAX_CHARACTERS = 6144
"""Of a managed policy, without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
_KNOW_THE_BOUNDARY = {
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
}
# IAM's reference has resources for it, and the handler gives none: it asks about a template.
_ABOUT_NOTHING_YET = {"cloudformation:GetTemplateSummary"}
_OF_OTHER_SERVICES = {"iam": "Roles", "kms": "Key", "s3": "Code", "sso": "Application"}
_PASSED_TO = {
    "AWS::DevOpsAgent::AgentSpace": "aidevops.amazonaws.com",
    "AWS::DevOpsAgent::Association": "aidevops.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
}


class Permission(NamedTuple):
    """One action on one resource, under conditions.

    Attributes:
        action: Such as `iam:CreateRole`.
        resource: An ARN, a pattern, or `*`.
        conditions: What must hold.
        about: What it is for: the name of a statement is made of it.
    """

    action: str
    resource: str
    conditions: Conditions
    about: str


def permissions_of(stack: Stack, has: Callable[[str], bool]) -> list[Permission]:
    """Return what CloudFormation's handlers do to create, read, change and delete resources of a stack.

    Args:
        stack: The stack.
        has: Whether the resource of a logical id counts.
    """
    return [one for logical_id in stack.resources if has(logical_id) for one in _of_resource(stack, logical_id)]


def cli_statements(stack: Stack) -> list[Statement]:
    """Return what the CDK CLI calls with the deployer's credentials, if the stack names no role of `cdk bootstrap`.

    Seen in the emulator, and read in the CLI's sources (2.1148.1, 2026-11-26). `DescribeEvents` alone is not for what
    goes well: it says why CloudFormation refuses a change set. The CLI also asks for the bootstrap's own stack, and
    goes on if it may not.
    """
    own = [stack.arn("cloudformation", f"stack/{stack.name}/*")]
    deploy = (
        *("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeEvents", "DescribeStackEvents"),
        *("DescribeStacks", "ExecuteChangeSet", "GetTemplate"),
    )
    return [
        _statement("DeployTheStack", [f"cloudformation:{name}" for name in deploy], own),
        _statement("RemoveTheStack", ["cloudformation:DeleteStack"], own),
    ]


def bootstrap_statement(
    account_id: str, region: str, *, qualifier: str = "hnb659fds", organization_id: str | None = None
) -> Statement:
    """Return what the CDK CLI calls with the deployer's credentials, if the stack names the roles of `cdk bootstrap`.

    The roles are the account's own, or those of an account whose bootstrap trusts the deployer's. No stack of ours has
    images, and none looks anything up.

    Args:
        account_id: Whose roles; `*` of every account.
        region: Of the bootstrap.
        qualifier: Of the bootstrap.
        organization_id: In which the roles' account must be; None: that is not asked.
    """
    names = ("deploy-role", "file-publishing-role")
    roles = [f"arn:aws:iam::{account_id}:role/cdk-{qualifier}-{name}-{account_id}-{region}" for name in names]
    conditions = (("StringEquals", "aws:ResourceOrgID", (organization_id,)),) if organization_id else ()
    return _statement("UseTheBootstrap", ["sts:AssumeRole"], roles, conditions)


def statements(permissions: Iterable[Permission], *, without: Iterable[Permission] = ()) -> list[Statement]:
    """Return the fewest statements that allow these permissions and no other.

    Args:
        permissions: What is needed.
        without: What another policy of the deployer allows already.
    """
    beside = {one[:3] for one in without}
    by_key = {one[:3]: one for one in permissions}
    others = {*beside, *by_key}
    needed = [one for key, one in by_key.items() if key not in beside and not _is_covered(key, others)]
    by_resource: dict[tuple[str, ...], list[Permission]] = {}
    for one in needed:
        # What is on `*` has nothing in common but that.
        service = one.action.partition(":")[0] if one.resource == "*" else ""
        by_resource.setdefault((one.resource, service, str(one.conditions)), []).append(one)
    by_actions: dict[tuple[frozenset[str], Conditions], list[Permission]] = {}
    for found in by_resource.values():
        by_actions.setdefault((frozenset(one.action for one in found), found[0].conditions), []).extend(found)
    taken: set[str] = set()
    # The longest first: it is what the others are beside.
    ordered = sorted(by_actions.items(), key=lambda group: -len(group[0][0]))
    return [
        _statement(_sid(found, taken), sorted(actions), list(dict.fromkeys(one.resource for one in found)), conditions)
        for (actions, conditions), found in ordered
    ]


def document(*of: Iterable[Statement]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": [statement for part in of for statement in part]}


def _of_resource(stack: Stack, logical_id: str) -> Iterator[Permission]:
    resource = stack.resources[logical_id]
    kind, arns = resource["Type"], arns_of(stack, logical_id)
    for action in sorted({action for handler in CHANGES for action in actions_of(resource, handler)}):
        conditions = _conditions(stack, action, logical_id)
        for arn in _resources(action, arns, kind):
            yield Permission(action, arn, conditions, kind.rpartition("::")[2])


def _resources(action: str, arns: Mapping[str, list[str]], kind: str) -> list[str]:
    service = action.partition(":")[0]
    if action in arns:
        return arns[action]
    kinds = resource_kinds(action)
    if kinds == () or action in _ABOUT_NOTHING_YET:
        return ["*"]
    of_service = {key: value for key, value in arns.items() if key.startswith(f"{service}:") and key != action}
    # An action that IAM's reference does not have (yet) is one on the resource itself.
    chosen = (
        of_service if kinds is None else {f"{service}:{one}": of_service.get(f"{service}:{one}", []) for one in kinds}
    )
    found = [arn for key in chosen for arn in chosen[key]]
    if not found:
        raise ValueError(f"{action} of {kind} is about {kinds}, and the stack is known to have none")
    return found


def _conditions(stack: Stack, action: str, logical_id: str) -> Conditions:
    resource = stack.resources[logical_id]
    kind, properties = resource["Type"], resource.get("Properties", {})
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if action == "iam:PassRole":
        found.append(("StringEquals", "iam:PassedToService", (_PASSED_TO[kind],)))
    if action == "iam:CreateServiceLinkedRole":
        found.append(("StringEquals", "iam:AWSServiceName", ("aidevops.amazonaws.com",)))
    if action in {"iam:AttachRolePolicy", "iam:DetachRolePolicy"}:
        given = [stack.text(arn) for arn in properties.get("ManagedPolicyArns", ())]
        own = arns_of(stack, logical_id).get("iam:policy", given)
        found.append(("ArnLike" if own and own[0].endswith("*") else "ArnEquals", "iam:PolicyARN", tuple(own)))
    if "PermissionsBoundary" in properties and action in _KNOW_THE_BOUNDARY:
        found.append(("ArnEquals", "iam:PermissionsBoundary", (stack.text(properties["PermissionsBoundary"]),)))
    if action.startswith("kms:") and kind == "AWS::DevOpsAgent::AgentSpace":
        # As `policies.agent_space.key_use_statement`.
        found.append(("StringEquals", "kms:ViaService", (f"aidevops.{stack.region}.amazonaws.com",)))
    return tuple(found)


def _is_covered(one: tuple[str, str, Conditions], others: Iterable[tuple[str, str, Conditions]]) -> bool:
    """Whether another permission has the same action and conditions, on a pattern that this resource is one of."""
    action, resource, conditions = one
    return any(
        (action, conditions) == (other[0], other[2]) and resource != other[1] and fnmatchcase(resource, other[1])
        for other in others
    )


def _statement(sid: str, actions: list[str], resources: list[str], conditions: Conditions = ()) -> Statement:
    statement: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": _one_or_list(actions),
        "Resource": _one_or_list(resources),
    }
    operators: dict[str, dict[str, Any]] = {}
    for operator, key, values in conditions:
        operators.setdefault(operator, {})[key] = _one_or_list(list(values))
    return {**statement, "Condition": operators} if operators else statement


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _sid(found: list[Permission], taken: set[str]) -> str:
    """Return a name of what a statement is about: its only action, its resources, or else its first action."""
    service = found[0].action.partition(":")[0]
    actions = sorted({one.action.partition(":")[2] for one in found})
    about = list(dict.fromkeys(one.about for one in found))
    is_bounded = any(key == "iam:PermissionsBoundary" for _, key, _ in found[0].conditions)
    attaches = actions == ["AttachRolePolicy", "DetachRolePolicy"]
    own = service not in _OF_OTHER_SERVICES or about[0] in {"Role", "Key", "ManagedPolicy"}
    names: list[str] = [
        *(actions[:1] if len(actions) == 1 else ()),
        *([f"{service.capitalize()}OfTheAccount"] if found[0].resource == "*" else ()),
        *(["AttachPolicies", "AttachPolicies2", "AttachPolicies3"] if attaches else ()),
        *(["RoleInBoundary"] if is_bounded else ()),
        about[0] if own else f"{about[0]}{_OF_OTHER_SERVICES[service]}",
        *actions,
    ]
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name
