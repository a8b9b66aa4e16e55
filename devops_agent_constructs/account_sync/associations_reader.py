"""Reads the associations of an Agent Space, and refuses one that AWS connects by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.connection import (
    UNIT_KIND,
    Connection,
    UnitAssociation,
    UnreadAssociation,
    connection_of,
)
from devops_agent_constructs.account_sync.retries import Retries

if TYPE_CHECKING:
    from devops_agent_constructs._functions.agent_client import AgentClient

# botocore's `devops-agent` model, API version 2026-01-01.
_PAGE = 100


_ORGANIZATION_MODE = "organization"
_WHY = "AWS connects its accounts by itself (the organization mode), by roles of its own"


class OrganizationModeError(Exception):
    """AWS connects the accounts of the Agent Space by itself, unit by unit, by roles of its own."""


def read_agent_space(client: AgentClient, agent_space_id: str, retries: Retries) -> list[AccountAssociation]:
    """Read the associations of an Agent Space whose accounts are connected one by one.

    Raises:
        OrganizationModeError: It is one of AWS's organization mode, with associations or without. Other errors are the
            client's.
    """
    space = retries.call(client.get_agent_space, agentSpaceId=agent_space_id)["agentSpace"]
    if space.get("awsSourceMode") == _ORGANIZATION_MODE:
        raise OrganizationModeError(_WHY)
    return read_associations(client, agent_space_id, retries)


def read_connections(
    client: AgentClient, agent_space_id: str, retries: Retries
) -> Iterator[Connection | UnreadAssociation]:
    """Read all that connects AWS accounts, in the service's order; associations of other services are left out.

    A page of 100 is in memory at a time. Raises the client's errors.
    """
    pages = retries.pages(
        client.list_associations,
        token="nextToken",  # noqa: S106  # a name
        agentSpaceId=agent_space_id,
        maxResults=_PAGE,
    )
    for entry in (entry for page in pages for entry in page["associations"]):
        if (connection := connection_of(entry)) is not None:
            yield connection


def read_associations(client: AgentClient, agent_space_id: str, retries: Retries) -> list[AccountAssociation]:
    """Read all associations of AWS accounts, in the service's order.

    Raises:
        OrganizationModeError: There is one that connects AWS accounts and that is not of a single account: whether AWS
            takes both in one Agent Space is unconfirmed. Other errors are the client's.
    """
    associations = []
    for connection in read_connections(client, agent_space_id, retries):
        if not isinstance(connection, AccountAssociation):
            kind = UNIT_KIND if isinstance(connection, UnitAssociation) else connection.kind
            raise OrganizationModeError(f"{_WHY} ({kind})")
        associations.append(connection)
    return associations
