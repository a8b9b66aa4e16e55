"""Read a role with the policies that it depends on, and compare it with what it should be."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.aws.organization import parents, why_organization_is_unread
from devops_agent_constructs.cli.aws.other_accounts import OtherAccount
from devops_agent_constructs.cli.aws.role_reader import (
    is_denied,
    read_managed_policy,
    read_role,
    roles_that_name_the_agent,
)
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.diagnosis.diagnosis import Diagnosis, diagnose
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.limits import ControlPolicies, ControlPolicyKind
from devops_agent_constructs.diagnosis.role_policies import is_of_devops_agent

_OR = "or give --assume-role-name with a role of that account that these credentials may assume"
_NEEDED = "organizations:DescribeOrganization, ListParents, ListPoliciesForTarget and DescribePolicy"


def examine(
    session: Session, expected: ExpectedRole, *, account: OtherAccount | None = None
) -> tuple[Diagnosis, list[str]]:
    """Read what there is in an account, and compare; return also what could not be read, in words.

    Control policies are read with the session; the account itself, too, unless `account` is given.

    Raises:
        CommandError: The credentials are of another account. Other errors are botocore's.
    """
    account_id, not_seen = expected.account_id, list[str]()
    reader = account or session
    caller = reader.client("sts").get_caller_identity()["Account"]
    if caller != account_id:
        why = f"these credentials are of account {caller}"
        raise CommandError(f"account {account_id}", why=why, fix=f"take the --profile of {account_id}, {_OR}")
    iam = reader.client("iam")
    live = read_role(iam, expected.settings.role_name)
    if live is None:
        return diagnose(None, expected, candidates=roles_that_name_the_agent(iam)), not_seen
    control_policies, why_not = read_control_policies(session, account_id)
    not_seen += [why_not] if why_not else []
    # What limits a role is evaluated against all that it may do, and should.
    is_limited = bool(live.permissions_boundary_arn or control_policies)
    documents, unread = _documents(iam, live, expected if is_limited else None)
    not_seen += unread
    return diagnose(live, expected, managed_documents=documents, control_policies=control_policies), not_seen


def _documents(
    iam: Any,  # noqa: ANN401  # made at run time
    live: LiveRole,
    expected: ExpectedRole | None,
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Read what the role has, and what it should have: a limit counts for both.

    Without a limit, what is attached beside AWS's policies for DevOps Agent: it may grant or deny something.
    """
    if expected is None:
        arns = dict.fromkeys(arn for arn in live.managed_policy_arns if not is_of_devops_agent(arn))
    else:
        arns = dict.fromkeys([*live.managed_policy_arns, *expected.managed_policy_arns])
    if live.permissions_boundary_arn:
        arns[live.permissions_boundary_arn] = None
    documents: dict[str, dict[str, Any]] = {}
    unread = []
    for arn in arns:
        try:
            _, documents[arn] = read_managed_policy(iam, arn)
        except iam.exceptions.ClientError as error:  # noqa: PERF203  # a role has few
            if not is_denied(error):
                raise
            why = "these credentials lack iam:GetPolicy or iam:GetPolicyVersion"
            unread.append(f"the policy {arn}, so that what it allows and denies is not known: {why}")
    return documents, unread


def read_control_policies(session: Session, account_id: str) -> tuple[list[ControlPolicies], str]:
    """Read the SCPs and RCPs of the account and of everything above it, a level after the other.

    Return also why something was not seen, or an empty string; that a service is throttled or unreachable is a reason.

    See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
    """
    organizations = session.client("organizations", is_patient=False)
    errors = organizations.exceptions
    try:
        management = organizations.describe_organization()["Organization"]["MasterAccountId"]
        # They do not limit the management account.
        return ([] if management == account_id else list(_levels(organizations, account_id))), ""
    except errors.AWSOrganizationsNotInUseException:
        return [], ""
    except errors.AccessDeniedException:
        return [], (
            "service and resource control policies, which could block something: only the management account or a "
            f"delegated administrator may list them ({_NEEDED})"
        )
    except (BotoCoreError, ClientError) as error:
        why = why_organization_is_unread(error, needed=_NEEDED)
        return [], f"service and resource control policies, which could block something: {why}"


def _levels(organizations: Any, account_id: str) -> Iterator[ControlPolicies]:  # noqa: ANN401
    above = (
        (parent_id, f"the {'root' if is_root else 'organizational unit'} {parent_id}")
        for parent_id, is_root in parents(organizations, account_id)
    )
    for target_id, target in chain([(account_id, f"account {account_id}")], above):
        for kind in ControlPolicyKind:
            documents = _policies_on(organizations, target_id, kind)
            if documents:
                yield ControlPolicies(target=target, kind=kind, documents=documents)


# Accounts share the units above them.
@functools.cache
def _policies_on(organizations: Any, target_id: str, kind: ControlPolicyKind) -> dict[str, Any]:  # noqa: ANN401
    policies = list_all(organizations, "list_policies_for_target", "Policies", TargetId=target_id, Filter=kind.value)
    return {policy["Name"]: _control_policy(organizations, policy["Id"]) for policy in policies}


@functools.cache
def _control_policy(organizations: Any, policy_id: str) -> Any:  # noqa: ANN401
    return json.loads(organizations.describe_policy(PolicyId=policy_id)["Policy"]["Content"])
