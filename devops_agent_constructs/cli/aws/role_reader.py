"""Read roles and policies over the IAM API, page by page: one role, and those of associations, each in its account."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.retries import DENIED, error_code
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.aws.errors import explain
from devops_agent_constructs.cli.aws.other_accounts import OtherAccount, in_order
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.migration.connected_role import ROLE_MISSING, ConnectedRole
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement, parse_permissions

_NO_CREDENTIALS = "not read: give --assume-role-name with a role of that account that these credentials may assume"


def read_role(iam: Any, role_name: str) -> LiveRole | None:  # noqa: ANN401  # made at run time
    """Read a role with all of its policies; None if there is none of the name. Raises botocore's errors."""
    try:
        role = iam.get_role(RoleName=role_name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None
    attached = list_all(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role_name)
    arns = [policy["PolicyArn"] for policy in attached]
    names = list_all(iam, "list_role_policies", "PolicyNames", RoleName=role_name)
    documents = {name: iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"] for name in names}
    return LiveRole.from_api(role, managed_policy_arns=arns, inline_policies=documents)


def read_managed_policy(iam: Any, policy_arn: str) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    """Read the default version of a managed policy: its id, e.g. `v11`, and the document. Raises botocore's errors."""
    version_id: str = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
    version = iam.get_policy_version(PolicyArn=policy_arn, VersionId=version_id)["PolicyVersion"]
    return version_id, version["Document"]


def roles_that_name_the_agent(iam: Any) -> list[str] | None:  # noqa: ANN401
    """Return the ARNs of roles whose trust policy names the service or an Agent Space; None: they may not be read."""
    try:
        return [
            role["Arn"]
            for role in list_all(iam, "list_roles", "Roles")
            for policy in [json.dumps(role["AssumeRolePolicyDocument"])]
            if service.SERVICE_PRINCIPAL in policy or ":aidevops:" in policy
        ]
    except iam.exceptions.ClientError as error:
        if is_denied(error):
            return None
        raise


def is_denied(error: Exception) -> bool:
    """Tell whether an answer of AWS says that a permission is missing."""
    return error_code(error) in DENIED


def read_roles(
    session: Session,
    associations: Sequence[AccountAssociation],
    *,
    assume_role_name: str | None,
    progress: Callable[[int], None],
) -> list[ConnectedRole]:
    """Read the role of each association; why one cannot be read is part of the result, whatever went wrong.

    It is read with a role in its account, which may be named with its path; without that name, none is.
    """
    roles = []
    session.client("sts")  # boto3 makes clients in one thread at a time.
    for role in in_order(lambda association: _read(session, association, assume_role_name), associations):
        roles.append(role)
        progress(len(roles))
    return roles


def _read(session: Session, association: AccountAssociation, assume_role_name: str | None) -> ConnectedRole:
    account_id, role_arn = association.account_id, association.role_arn
    unread = ConnectedRole(account_id=account_id, role_arn=role_arn, live=None, why_not_read=_NO_CREDENTIALS)
    if assume_role_name is None:
        return unread
    assumed = f"arn:{role_arn.split(':')[1]}:iam::{account_id}:role/{assume_role_name.strip('/')}"
    try:
        account = OtherAccount(session, assumed)
        live = read_role(account.client("iam"), role_arn.rpartition("/")[2])
        stack_name = None if live is None else _stack_of(account, live.role_name)
    except (BotoCoreError, ClientError) as error:
        return replace(unread, why_not_read=f"not read: {why_not(error, assumed, profile=session.profile)}")
    return replace(unread, live=live, why_not_read="" if live else ROLE_MISSING, stack_name=stack_name)


def why_not(error: BotoCoreError | ClientError, assumed: str, *, profile: str | None) -> str:
    """Say why an account could not be read with a role of it."""
    if isinstance(error, ClientError) and is_denied(error):
        return f"{error.operation_name} is denied, with or to {assumed}"
    return str(explain(error, profile=profile))


def _stack_of(account: OtherAccount, role_name: str) -> str | None:
    """Return the stack that manages a role, in this Region; CloudFormation cannot be asked for all."""
    cloudformation = account.client("cloudformation")
    try:
        resources = cloudformation.describe_stack_resources(PhysicalResourceId=role_name)["StackResources"]
    except cloudformation.exceptions.ClientError as error:
        if is_denied(error):
            note(f"note: whether a stack manages {role_name} is not known: {error.operation_name} is denied")
        elif error.response["Error"]["Code"] != "ValidationError":  # What it says where no stack has it.
            raise
        return None
    names = [resource["StackName"] for resource in resources if resource["ResourceType"] == "AWS::IAM::Role"]
    return names[0] if names else None


def read_assume_role_policies(
    session: Session, agent_role_arn: str, *, role_arns: Collection[str]
) -> dict[str, bool] | None:
    """Return the agent role's inline policies that allow sts:AssumeRole -> whether they do nothing else.

    None: they may not be read, or there is no such role. Another role that a policy names than one of associations is
    something else, and so is a Deny.
    """
    iam = session.client("iam")
    try:
        role = read_role(iam, agent_role_arn.rpartition("/")[2])
    except iam.exceptions.ClientError as error:
        if is_denied(error):
            return None
        raise
    if role is None:
        return None
    assuming = {}
    for name, document in role.inline_policies.items():
        statements = parse_permissions(document)
        if any(statement.is_allow and statement.meets_action("sts:AssumeRole") for statement in statements):
            assuming[name] = all(_is_grant(statement, role_arns) for statement in statements)
    return assuming


def _is_grant(statement: PermissionStatement, role_arns: Collection[str]) -> bool:
    is_about_roles = not statement.is_not_resource and all(
        resource in role_arns or {"*", "?"} & set(resource) for resource in statement.resources
    )
    is_only = not statement.is_not_action and {action.lower() for action in statement.actions} == {"sts:assumerole"}
    return statement.is_allow and is_only and is_about_roles
