"""Runs the sync once: read, plan, do what there is time for, and ask AWS to validate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    PENDING,
    SERVICE_ID,
    SOURCE,
    STATUSES,
    VALID,
    AccountAssociation,
)
from devops_agent_constructs.account_sync.associations_reader import read_agent_space
from devops_agent_constructs.account_sync.associations_writer import Outcome, Result, apply
from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.account_sync.plan import ActionKind, Plan, plan
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.scope import Desired
from devops_agent_constructs.account_sync.sync_limits import SyncLimits

if TYPE_CHECKING:
    from devops_agent_constructs._functions.agent_client import AgentClient

# No change begins when less is left: a call that is throttled to its eighth attempt pauses up to 71 seconds, and so
# does the validation after it. A run that is ended in the middle of a call has done no harm, but it has no metrics.
RESERVED_SECONDS = 150.0


@dataclass(kw_only=True, slots=True)
class SyncRun:
    """One run, and what has come of it so far.

    Attributes:
        agent_space_id: The last part of the Agent Space's ARN.
        limits: What it may touch.
        retries: Of each call.
        last_invalid: Ids of the associations that were invalid when a former run last saw a result of theirs.
        connected: The associations of secondary accounts as the run found them; None: not read yet.
        desired: None: not read yet.
        plan: None: not made yet.
        results: Of the changes that were tried, in the plan's order.
        is_finished: Whether it came to its end, which is the validation.
    """

    agent_space_id: str
    limits: SyncLimits
    retries: Retries
    last_invalid: Collection[str] = ()
    connected: Sequence[AccountAssociation] | None = None
    desired: Desired | None = None
    plan: Plan | None = None
    results: list[Result] = field(default_factory=list)
    is_finished: bool = False

    def do(
        self,
        client: AgentClient,
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

        Changes for which there was no time are no failure, as the next run goes on; but to come to none of them is.
        """
        if not self.is_finished or self.plan is None or self.plan.failure is not None:
            return False
        return not self._count(Outcome.FAILED) and bool(self.results or not self.plan.changes)

    @property
    def is_all_done(self) -> bool:
        """Whether nothing is left to the next run, as far as is known."""
        return self.is_success and not self.not_tried and not self._count(Outcome.CHANGED_MEANWHILE)

    @property
    def invalid(self) -> frozenset[str]:
        """Ids of the associations that are invalid."""
        return frozenset(one.association_id for one in self.connected or () if self.status_of(one) == INVALID)

    def status_of(self, association: AccountAssociation) -> str:
        """Return `valid`, `invalid` or `pending-confirmation`.

        Whether AWS shows `pending-confirmation` in the midst of a validation is unconfirmed. An account that was
        invalid when the last one began is not repaired by that. A status that nobody here knows is not taken for good.
        """
        if association.status == PENDING and association.association_id in self.last_invalid:
            return INVALID
        return association.status if association.status in STATUSES else INVALID

    def metrics(self, at: datetime) -> dict[SyncMetric, float]:
        """Return the metrics; what could not be read has none."""
        values: dict[SyncMetric, float] = {SyncMetric.SUCCESSFUL_RUNS: int(self.is_success)}
        if self.connected is None:
            return values
        statuses = Counter(map(self.status_of, self.connected))
        invalid = [one.updated_at for one in self.connected if self.status_of(one) == INVALID]
        values |= {
            SyncMetric.CONNECTED_ACCOUNTS: len(self.connected),
            SyncMetric.VALID_ACCOUNTS: statuses[VALID],
            SyncMetric.PENDING_ACCOUNTS: statuses[PENDING],
            SyncMetric.INVALID_ACCOUNTS: statuses[INVALID],
            SyncMetric.OLDEST_INVALID_AGE: max(0.0, (at - min(invalid, default=at)).total_seconds()),
        }
        if self.desired is None:
            return values
        values |= {
            SyncMetric.REMOVED_ACCOUNTS: len(self._accounts(ActionKind.DISASSOCIATE, Outcome.DONE)),
            SyncMetric.FAILED_ACTIONS: self._count(Outcome.FAILED, Outcome.GIVEN_UP),
        }
        # Half an organization lacks nobody, which would end an alarm.
        if self.desired.why_incomplete is None:
            wanted = {account_id for account_id, role in self.desired.roles.items() if role.is_expected}
            missing = wanted - {self.limits.primary_account_id} - self._connected_afterwards()
            values[SyncMetric.MISSING_ACCOUNTS] = len(missing)
        return values

    def _connected_afterwards(self) -> set[str]:
        # What somebody else changed meanwhile: an association that is not found is gone, also where it was to be
        # updated; and that there is one counts as soon as a run has seen it.
        gone = self._accounts(ActionKind.DISASSOCIATE, Outcome.DONE, Outcome.CHANGED_MEANWHILE)
        gone |= self._accounts(ActionKind.UPDATE, Outcome.CHANGED_MEANWHILE)
        made = self._accounts(ActionKind.ASSOCIATE, Outcome.DONE)
        return {one.account_id for one in self.connected or ()} - gone | made

    def _count(self, *outcomes: Outcome) -> int:
        return sum(result.outcome in outcomes for result in self.results)

    def _accounts(self, kind: ActionKind, *outcomes: Outcome) -> set[str]:
        found = (result for result in self.results if result.outcome in outcomes)
        return {result.action.account_id for result in found if result.action.kind is kind}

    def _is_secondary(self, association: AccountAssociation) -> bool:
        is_source = association.service_id == SERVICE_ID and association.account_type == SOURCE
        return is_source and association.account_id != self.limits.primary_account_id
