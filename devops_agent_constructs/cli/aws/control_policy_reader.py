"""Read the control policies above an account, which few credentials may."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from devops_agent_constructs.cli.aws.organization import parents, why_organization_is_unread
from devops_agent_constructs.cli.aws.session import Session, list_all
from devops_agent_constructs.diagnosis.limits import ControlPolicies, ControlPolicyKind

_NEEDED = "organizations:DescribeOrganization, ListParents, ListPoliciesForTarget and DescribePolicy"


def read_control_policies(session: Session, account_id: str) -> tuple[list[ControlPolicies], str]:
    """Read the SCPs and RCPs of the account and of everything above it.

    Returns:
        What limits the account, a level after the other; and why something was not seen, or an empty string.

    A service that is throttled or unreachable is such a reason, too.

    See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

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
            documents = _documents(organizations, target_id, kind)
            if documents:
                yield ControlPolicies(target=target, kind=kind, documents=documents)


# Accounts share the units above them.
@functools.cache
def _documents(organizations: Any, target_id: str, kind: ControlPolicyKind) -> dict[str, Any]:  # noqa: ANN401
    policies = list_all(organizations, "list_policies_for_target", "Policies", TargetId=target_id, Filter=kind.value)
    return {policy["Name"]: _document(organizations, policy["Id"]) for policy in policies}


@functools.cache
def _document(organizations: Any, policy_id: str) -> Any:  # noqa: ANN401
    return json.loads(organizations.describe_policy(PolicyId=policy_id)["Policy"]["Content"])
