"""Read a role with the policies that it depends on, and compare it with what it should be."""

from __future__ import annotations

from typing import Any

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.aws.control_policy_reader import read_control_policies
from devops_agent_constructs.cli.aws.other_accounts import OtherAccount
from devops_agent_constructs.cli.aws.role_reader import (
    is_denied,
    read_managed_policy,
    read_role,
    roles_that_name_the_agent,
)
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.diagnosis.diagnosis import AccountReadings, Diagnosis, diagnose
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole

_OR = "or give --assume-role-name with a role of that account that these credentials may assume"


def examine(
    session: Session, expected: ExpectedRole, *, account: OtherAccount | None = None
) -> tuple[Diagnosis, list[str]]:
    """Read what there is in an account, and compare.

    Args:
        session: With which control policies are read, and the account itself without `account`.
        expected: What to compare with.
        account: What the account is read with.

    Returns:
        What it says, and what could not be read, in words.

    Raises:
        CommandError: The credentials are of another account. Other errors are botocore's.
    """
    account_id, not_seen = expected.account.account_id, list[str]()
    reader = account or session
    caller = reader.client("sts").get_caller_identity()["Account"]
    if caller != account_id:
        why = f"these credentials are of account {caller}"
        raise CommandError(f"account {account_id}", why=why, fix=f"take the --profile of {account_id}, {_OR}")
    iam = reader.client("iam")
    live = read_role(iam, expected.account.role_name)
    if live is None:
        return diagnose(None, expected, AccountReadings(candidates=_candidates(iam))), not_seen
    control_policies, why_not = read_control_policies(session, account_id)
    not_seen += [why_not] if why_not else []
    # Only what limits a role is evaluated against all that it may do; a policy of one's own may deny something.
    is_limited = bool(live.permissions_boundary_arn or control_policies)
    documents, unread = _documents(iam, live, expected if is_limited else None)
    not_seen += unread
    readings = AccountReadings(managed_documents=documents, control_policies=control_policies)
    return diagnose(live, expected, readings), not_seen


def _candidates(iam: Any) -> list[str] | None:  # noqa: ANN401  # made at run time
    try:
        return roles_that_name_the_agent(iam)
    except iam.exceptions.ClientError as error:
        if is_denied(error):
            return None
        raise


def _documents(
    iam: Any,  # noqa: ANN401
    live: LiveRole,
    expected: ExpectedRole | None,
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Read what the role has, and what it should have: a limit counts for both. Without a limit, what is not AWS's."""
    if expected is None:
        arns = dict.fromkeys(arn for arn in live.managed_policy_arns if ":iam::aws:" not in arn)
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
            unread.append(f"the policy {arn}, so that limits are not compared with it: {why}")
    return documents, unread
