"""Holds what goes beyond the roles and associations of an onboarding: the sync, the validation, the alarms.

Without the CDK, as the command line reads it from accounts files, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.account_sync.sync_limits import MAX_REMOVAL_PERCENTAGE, MAX_REMOVALS, check_numbers
from devops_agent_constructs.account_sync.sync_settings import check_adopted
from devops_agent_constructs.association_health.repeated_validation import MAX_TIMEOUT_SECONDS, MIN_TIMEOUT_SECONDS
from devops_agent_constructs.errors import OnboardingInputError

MIN_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES = MIN_TIMEOUT_SECONDS // 60, MAX_TIMEOUT_SECONDS // 60
_TOPIC_ARN = re.compile(_validators.FORMS["topic_arn"])


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SyncSettings:
    """A sync that keeps the associations in step: a stack with an `AccountSync`.

    Attributes:
        schedule_minutes: From one run to the next, 1 at least.
        adopted_accounts: As for `AccountSync`.
        adopted_roles: As for `AccountSync`.
        max_removals: As for `AccountSync`.
        max_removal_percentage: As for `AccountSync`.
        events: Whether events of the organization run it too, by `OrganizationEventRules` in the organization's stack.
            Only the management account has them. None: if that stack is the management account's, as they cost next to
            nothing, and an account that gets the role is connected in a minute instead of at the next run.
        reserve_concurrency: As for `AccountSync`.

    Raises:
        OnboardingInputError: A number out of range, or a malformed account id, path or name.
    """

    schedule_minutes: int = 15
    adopted_accounts: Sequence[str] = ()
    adopted_roles: Sequence[str] = ()
    max_removals: int = MAX_REMOVALS
    max_removal_percentage: int = MAX_REMOVAL_PERCENTAGE
    events: bool | None = None
    reserve_concurrency: bool = True

    def __post_init__(self) -> None:
        """Check every field."""
        _at_least_a_minute(self.schedule_minutes, field="schedule_minutes")
        check_adopted(self.adopted_accounts, self.adopted_roles)
        check_numbers(self.max_removals, self.max_removal_percentage)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationSettings:
    """A validation within the deployment of the associations: `AssociationValidation` in the primary account's stack.

    Attributes:
        timeout_minutes: 1 to 13: how long an account may take to become valid.
        fail_deployment: Whether one that is not valid then fails the deployment.

    Raises:
        OnboardingInputError: A timeout out of range.
    """

    timeout_minutes: int = 5
    fail_deployment: bool = True

    def __post_init__(self) -> None:
        """Check the timeout."""
        if not MIN_TIMEOUT_MINUTES <= self.timeout_minutes <= MAX_TIMEOUT_MINUTES:
            why = "a result that has not changed counts after 30 seconds, and a Lambda function runs for 15 minutes"
            fix = f"write {MIN_TIMEOUT_MINUTES} to {MAX_TIMEOUT_MINUTES}"
            raise OnboardingInputError("timeout_minutes", self.timeout_minutes, why=why, fix=fix)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class HealthSettings:
    """Alarms and a dashboard on the sync's metrics: an `AssociationHealth` in the sync's stack.

    Attributes:
        invalid_minutes: How long an account is invalid or missing before an alarm says so: a multiple of the sync's
            schedule. None: an hour, or two runs if that is longer.
        topic_arn: The SNS topic that the alarms publish to, in the Agent Space's Region; its owner must let them. None:
            a new one, to which nobody is subscribed.
        dashboard: Whether there is one.
        vended_logs: As for `AssociationHealth`.

    Raises:
        OnboardingInputError: A time below a minute, or a malformed ARN.
    """

    invalid_minutes: int | None = None
    topic_arn: str | None = None
    dashboard: bool = True
    vended_logs: bool = False

    def __post_init__(self) -> None:
        """Check the time and the topic."""
        if self.invalid_minutes is not None:
            _at_least_a_minute(self.invalid_minutes, field="invalid_minutes")
        if self.topic_arn is not None and not _TOPIC_ARN.fullmatch(self.topic_arn):
            fix = "copy it from the topic's page, like arn:aws:sns:us-east-1:111111111111:operations"
            raise OnboardingInputError("topic_arn", self.topic_arn, why="not the ARN of an SNS topic", fix=fix)


def _at_least_a_minute(value: int, *, field: str) -> None:
    if value < 1:
        raise OnboardingInputError(field, value, why="a schedule has whole minutes, 1 at least", fix="write it like 15")
