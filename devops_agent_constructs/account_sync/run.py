"""Runs the sync once: read, plan, do what there is time for, and ask AWS to validate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Protocol

from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    PENDING,
    SERVICE_ID,
    SOURCE,
    VALID,
    AccountAssociation,
)
from devops_agent_constructs.account_sync.associations_reader import AgentSpaceClient, read_agent_space
from devops_agent_constructs.account_sync.associations_writer import AssociationsWriteClient, Outcome, Result, apply
from devops_agent_constructs.account_sync.desired import Desired
from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.account_sync.plan import ActionKind, Plan, plan
from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.account_sync.sync_limits import SyncLimits

# No change begins when less is left: a call that is throttled to its last attempt, and the validation after it, take
# so long. A run that is ended in the middle of a call has done no harm, but it has no metrics.
RESERVED_SECONDS = 90.0


class SyncClient(AgentSpaceClient, AssociationsWriteClient, Protocol):
    """What is called of AWS DevOps Agent in a run."""

    @property
    def validate_aws_associations(self) -> Operation:
        """ValidateAwsAssociations."""


@dataclass(kw_only=True, slots=True)
class SyncRun:
    """One run, and what has come of it so far.

    Attributes:
        agent_space_id: The last part of the Agent Space's ARN.
        limits: What it may touch.
        retries: Of each call.
        connected: The associations of secondary accounts as the run found them; None: not read yet.
        desired: None: not read yet.
        plan: None: not made yet.
        results: Of the changes that were tried, in the plan's order.
        is_finished: Whether it came to its end, which is the validation.
    """

    agent_space_id: str
    limits: SyncLimits
    retries: Retries
    connected: Sequence[AccountAssociation] | None = None
    desired: Desired | None = None
    plan: Plan | None = None
    results: list[Result] = field(default_factory=list)
    is_finished: bool = False

    def do(
        self,
        client: SyncClient,
        read_desired: Callable[[list[str]], Desired],
        *,
        seconds_left: Callable[[], float],
        tell: Callable[[Result], object],
    ) -> None:
        """Do it.

        Args:
            client: Of the Agent Space's account and Region.
            read_desired: Reads which accounts should be connected; is given those whose associations are the sync's
                own.
            seconds_left: Returns how long the run may go on. What it does not come to is the next run's.
            tell: Called with each result as soon as it is there.

        Raises:
            OrganizationModeError: As `read_agent_space` does. Other errors are the clients': nothing else was possible.
        """
        associations = read_agent_space(client, self.agent_space_id, self.retries)
        self.connected = [one for one in associations if self._is_secondary(one)]
        self.desired = read_desired([one.account_id for one in associations if self.limits.owns(one)])
        self.plan = plan(self.desired, associations, self.limits)
        in_time = takewhile(lambda _: seconds_left() > RESERVED_SECONDS, self.plan.changes)
        for result in apply(client, self.agent_space_id, in_time, self.retries):
            self.results.append(result)
            tell(result)
        # AWS answers at once and validates afterwards: the next run reads what came of it.
        self.retries.call(client.validate_aws_associations, agentSpaceId=self.agent_space_id)
        self.is_finished = True

    @property
    def not_tried(self) -> int:
        """How many changes are left to the next run."""
        return 0 if self.plan is None else len(self.plan.changes) - len(self.results)

    @property
    def is_success(self) -> bool:
        """Whether all was read, nothing was held back by the limits, and nothing failed.

        Changes for which there was no time are no failure: the next run goes on.
        """
        failed = any(result.outcome is Outcome.FAILED for result in self.results)
        return self.is_finished and self.plan is not None and self.plan.failure is None and not failed

    def metrics(self, at: datetime) -> dict[SyncMetric, float]:
        """Return the metrics; what could not be read has none."""
        values: dict[SyncMetric, float] = {SyncMetric.SUCCESSFUL_RUNS: int(self.is_success)}
        if self.connected is None:
            return values
        statuses = Counter(one.status for one in self.connected)
        invalid = [one.updated_at for one in self.connected if one.status == INVALID]
        values |= {
            SyncMetric.CONNECTED_ACCOUNTS: len(self.connected),
            SyncMetric.VALID_ACCOUNTS: statuses[VALID],
            SyncMetric.PENDING_ACCOUNTS: statuses[PENDING],
            SyncMetric.INVALID_ACCOUNTS: statuses[INVALID],
            SyncMetric.OLDEST_INVALID_AGE: max(0.0, (at - min(invalid, default=at)).total_seconds()),
        }
        if self.desired is not None:
            wanted = self.desired.roles.keys() - {self.limits.primary_account_id}
            removed = self._accounts(ActionKind.DISASSOCIATE, Outcome.DONE)
            values |= {
                SyncMetric.MISSING_ACCOUNTS: len(wanted - self._connected_afterwards()),
                SyncMetric.REMOVED_ACCOUNTS: len(removed),
                SyncMetric.FAILED_ACTIONS: sum(result.outcome is Outcome.FAILED for result in self.results),
            }
        return values

    def _connected_afterwards(self) -> set[str]:
        # What somebody else changed meanwhile is connected if it was to be, and gone if it was to go.
        made = self._accounts(ActionKind.ASSOCIATE, Outcome.DONE, Outcome.CHANGED_MEANWHILE)
        gone = self._accounts(ActionKind.DISASSOCIATE, Outcome.DONE, Outcome.CHANGED_MEANWHILE)
        return {one.account_id for one in self.connected or ()} - gone | made

    def _accounts(self, kind: ActionKind, *outcomes: Outcome) -> set[str]:
        found = (result for result in self.results if result.outcome in outcomes)
        return {result.action.account_id for result in found if result.action.kind is kind}

    def _is_secondary(self, association: AccountAssociation) -> bool:
        is_source = association.service_id == SERVICE_ID and association.account_type == SOURCE
        return is_source and association.account_id != self.limits.primary_account_id
