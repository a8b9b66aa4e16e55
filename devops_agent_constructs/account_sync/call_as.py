"""Finds out what the account of the credentials is to the organization."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.scope import SyncScope


class OrganizationClient(Protocol):
    """What is called of AWS Organizations."""

    @property
    def describe_organization(self) -> Operation:
        """DescribeOrganization."""


class IdentityClient(Protocol):
    """What is called of AWS STS."""

    @property
    def get_caller_identity(self) -> Operation:
        """GetCallerIdentity."""


def with_call_as(
    scope: SyncScope, *, organizations: OrganizationClient, sts: IdentityClient, retries: Retries
) -> SyncScope:
    """Return a scope that says as what StackSets are asked, as a wrong word hides them, and whom they do not reach.

    Raises:
        Exception: The clients'.
    """
    if scope.organization is None:
        return scope
    management = retries.call(organizations.describe_organization)["Organization"]["MasterAccountId"]
    own = retries.call(sts.get_caller_identity)["Account"]
    call_as = "SELF" if own == management else "DELEGATED_ADMIN"
    found = replace(scope.organization, call_as=call_as, unreached_account_id=management)
    return replace(scope, organization=found)
