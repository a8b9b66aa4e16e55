"""Reads the associations of an Agent Space, page by page, and waits until the service has validated them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from devops_agent_constructs.account_sync.account_association import INVALID, PENDING, VALID, AccountAssociation
from devops_agent_constructs.account_sync.connection import Connection, connection_of
from devops_agent_constructs.account_sync.unit_association import UnreadAssociation
from devops_agent_constructs.cli.agent_space_target import AgentSpaceTarget
from devops_agent_constructs.cli.aws.session import list_all
from devops_agent_constructs.cli.errors import CommandError

# The call returns at once. AWS publishes neither how long a validation takes, nor whether the status is `pending` in
# the meantime, nor whether `updatedAt` changes when the result is the same as before. So a result that has not changed
# in any way counts only after this time, and if two polls found it so.
SETTLE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 15.0
_GROWTH = 1.5


def connections(target: AgentSpaceTarget) -> Iterator[Connection | UnreadAssociation]:
    """Read all that connects AWS accounts, in the service's order.

    A page of 100 is in memory at a time. Associations of other services, like a chat, are left out.

    Raises:
        CommandError: There is no such Agent Space. Other errors are botocore's.
    """
    with target.calls():
        for entry in list_all(target.client(), "list_associations", "associations", agentSpaceId=target.agent_space_id):
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


def validated(
    target: AgentSpaceTarget,
    before: Mapping[str, Connection],
    *,
    seconds: float,
    progress: Callable[[int], None],
) -> list[Connection]:
    """Ask for the validation of an Agent Space and wait for its results.

    Args:
        target: The Agent Space.
        before: Id of the association -> the association as it stands now; results for others are not waited for.
        seconds: How long to wait at most; the last poll is at the end of this time.
        progress: Is told after every poll how many associations have a new result.

    Returns:
        The associations, in the service's order; those without a new result have the status `pending-confirmation`.

    Raises:
        CommandError: An association was removed in the meantime. Other errors are botocore's.
    """
    validate(target)
    started = time.monotonic()
    pause = _FIRST_PAUSE_SECONDS
    last: dict[str, Connection] = {}
    while True:
        elapsed = time.monotonic() - started
        now = _poll(target, before)
        trusted = last if elapsed >= SETTLE_SECONDS else {}
        decided = {key for key in now if _is_decided(now[key], before[key], trusted.get(key))}
        progress(len(decided))
        if len(decided) == len(now) or elapsed >= seconds:
            return [new if key in decided else replace(new, status=PENDING) for key, new in now.items()]
        time.sleep(min(pause, seconds - elapsed))
        last, pause = now, min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)


def _poll(target: AgentSpaceTarget, before: Mapping[str, Connection]) -> dict[str, Connection]:
    now = {
        connection.association_id: connection
        for connection in connections(target)
        if connection.association_id in before and not isinstance(connection, UnreadAssociation)
    }
    for key, connection in before.items():
        if key not in now:
            why = "its association was removed during the validation"
            raise CommandError(connection.label, why=why, fix="run verify again")
    return now


def _is_decided(
    now: Connection,
    before: Connection,
    last: Connection | None,
) -> bool:
    """Whether the status is a result of this validation: it has changed, or has stood for long enough."""
    return now.status in {VALID, INVALID} and (now.state != before.state or (last is not None and now == last))
