"""Reads the associations of an Agent Space, and refuses one that AWS connects by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.connection import Connection, connection_of
from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.unit_association import UNIT_KIND, UnitAssociation, UnreadAssociation

# botocore's `devops-agent` model, API version 2026-01-01.
_PAGE = 100


class AssociationsClient(Protocol):
    """What is called of AWS DevOps Agent to read."""

    @property
    def list_associations(self) -> Operation:
        """ListAssociations."""


class OrganizationModeError(Exception):
    """The Agent Space has associations of units, whose accounts AWS connects by roles of its own."""


def read_connections(
    client: AssociationsClient, agent_space_id: str, retries: Retries
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


def read_associations(client: AssociationsClient, agent_space_id: str, retries: Retries) -> list[AccountAssociation]:
    """Read all associations of AWS accounts, in the service's order.

    Raises:
        OrganizationModeError: There is one that connects AWS accounts and that is not of a single account: whether AWS
            takes both in one Agent Space is unconfirmed. Other errors are the client's.
    """
    associations = []
    for connection in read_connections(client, agent_space_id, retries):
        if not isinstance(connection, AccountAssociation):
            raise OrganizationModeError(UNIT_KIND if isinstance(connection, UnitAssociation) else connection.kind)
        associations.append(connection)
    return associations
