"""Reads the associations of an Agent Space, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs.account_sync.account_association import AccountAssociation
from devops_agent_constructs.account_sync.connection import Connection, connection_of
from devops_agent_constructs.account_sync.unit_association import UnreadAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget


def connections(target: AgentSpaceTarget) -> Iterator[Connection | UnreadAssociation]:
    """Read all that connects AWS accounts, in the service's order.

    A page of 100 is in memory at a time. Associations of other services, like a chat, are left out.

    Raises:
        CommandError: There is no such Agent Space. Other errors are botocore's.
    """
    with target.calls():
        pages = target.client().get_paginator("list_associations").paginate(agentSpaceId=target.agent_space_id)
        for page in pages:
            for entry in page["associations"]:
                if (connection := connection_of(entry)) is not None:
                    yield connection


def associations(target: AgentSpaceTarget) -> Iterator[AccountAssociation]:
    """Read the associations of single accounts, as `connections` does; those of units are left out."""
    return (connection for connection in connections(target) if isinstance(connection, AccountAssociation))


def validate(target: AgentSpaceTarget) -> None:
    """Ask for the validation of all associations of AWS accounts; the service does it afterwards.

    See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_ValidateAwsAssociations.html

    Raises:
        CommandError: There is no such Agent Space. Other errors are botocore's.
    """
    with target.calls():
        target.client().validate_aws_associations(agentSpaceId=target.agent_space_id)
