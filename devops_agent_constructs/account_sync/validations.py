"""Asks the service to validate the associations of an Agent Space, and waits until it has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devops_agent_constructs.account_sync.account_association import INVALID, PENDING, VALID
from devops_agent_constructs.account_sync.associations_reader import read_connections
from devops_agent_constructs.account_sync.connection import Connection, UnreadAssociation
from devops_agent_constructs.account_sync.retries import Retries

if TYPE_CHECKING:
    from devops_agent_constructs._functions.agent_client import AgentClient

# The call returns at once. AWS publishes neither how long a validation takes, nor whether the status is `pending` in
# the meantime, nor whether `updatedAt` changes when the result is the same as before. So a result that has not changed
# in any way counts only after this time, and if two polls found it so.
SETTLE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, _GROWTH = 2.0, 15.0, 1.5


class AssociationRemovedError(Exception):
    """An association was removed while its validation was waited for.

    Attributes:
        label: What a message calls it, e.g. `account 222222222222`.
        why: What happened, without the label.
    """

    why = "its association was removed during the validation"

    def __init__(self, label: str) -> None:
        super().__init__(f"{label}: {self.why}")
        self.label = label


@dataclass(frozen=True, kw_only=True, slots=True)
class Validations:
    """Validates the associations of an Agent Space.

    Attributes:
        client: Of AWS DevOps Agent.
        agent_space_id: The last part of its ARN.
        retries: Of each call.
        sleep: Waits for some seconds.
        clock: Returns seconds from any beginning.
    """

    client: AgentClient
    agent_space_id: str
    retries: Retries
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def connections(self) -> Iterator[Connection | UnreadAssociation]:
        """Read all that connects AWS accounts, as `read_connections` does."""
        return read_connections(self.client, self.agent_space_id, self.retries)

    def validate(
        self,
        before: Mapping[str, Connection],
        *,
        seconds: float,
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[Connection]:
        """Ask for the validation of all associations of AWS accounts, and wait for the results of some.

        Args:
            before: Id of the association -> the association as it stands now; results for others are not waited for.
            seconds: How long to wait at most; the last poll is at the end of this time.
            progress: Is told after every poll how many associations have a new result.

        Returns:
            The associations, in the service's order; those without a new result have the status `pending-confirmation`.

        Raises:
            AssociationRemovedError: One of them was removed in the meantime. Other errors are the client's.

        See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_ValidateAwsAssociations.html
        """
        self.retries.call(self.client.validate_aws_associations, agentSpaceId=self.agent_space_id)
        started, pause = self.clock(), _FIRST_PAUSE_SECONDS
        last: dict[str, Connection] = {}
        while True:
            elapsed = self.clock() - started
            now = self._poll(before)
            trusted = last if elapsed >= SETTLE_SECONDS else {}
            decided = {key for key in now if _is_decided(now[key], before[key], trusted.get(key))}
            progress(len(decided))
            if len(decided) == len(now) or elapsed >= seconds:
                return [new if key in decided else replace(new, status=PENDING) for key, new in now.items()]
            self.sleep(min(pause, seconds - elapsed))
            last, pause = now, min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)

    def _poll(self, before: Mapping[str, Connection]) -> dict[str, Connection]:
        now = {
            connection.association_id: connection
            for connection in self.connections()
            if connection.association_id in before and not isinstance(connection, UnreadAssociation)
        }
        for key, connection in before.items():
            if key not in now:
                raise AssociationRemovedError(connection.label)
        return now


def _is_decided(now: Connection, before: Connection, last: Connection | None) -> bool:
    """Whether the status is a result of this validation: it has changed, or has stood for long enough."""
    return now.status in {VALID, INVALID} and (now.state != before.state or (last is not None and now == last))
