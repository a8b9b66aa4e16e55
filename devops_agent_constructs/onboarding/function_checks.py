"""Checks that sync, validation and alarms go together with the rest of an onboarding."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.association_health.evaluation import Evaluation
from devops_agent_constructs.errors import NOT_SHOWN, OnboardingInputError
from devops_agent_constructs.onboarding.settings import HealthSettings, SyncSettings
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.primary.account import PrimaryAccount
from devops_agent_constructs.secondary.account import SecondaryAccount

VALIDATION_RESOURCES = 5
"""What a validation adds to the primary account's stack: the resource, its function, their role, policy and log."""


def sender_of_events(sync: SyncSettings, organization: Organization | None) -> str | None:
    """Return the account that forwards its events to the sync, which is the management account; None: none does."""
    if sync.events is False or organization is None:
        return None
    return organization.management_account_id


def check_validation(
    accounts: Sequence[SecondaryAccount], organization: Organization | None, primary: PrimaryAccount | None
) -> None:
    """Check that the primary account's stack has associations to validate."""
    associated = [*accounts, *(() if organization is None else organization.associated_accounts)]
    if primary is None or not associated:
        why = "there is no association to validate: no stack of this makes one"
        fix = "add primary, and accounts that it connects, or remove this"
        raise OnboardingInputError("validate", NOT_SHOWN, why=why, fix=fix)


def check_sync(
    sync: SyncSettings, organization: Organization | None, names: StackNames, space: AgentSpaceArn | None
) -> None:
    """Check that a sync is for one Agent Space, and can have its names and the events that it is to have."""
    if space is not None and space.is_any_in_account:
        why = "a sync looks at the accounts of one Agent Space, and this stands for all of an account"
        raise OnboardingInputError("agent_space", space.arn, why=why, fix="give the ARN of one, or leave sync out")
    if len(names.prefix) > names.longest_prefix_of_sync:
        why = f"the sync's function and roles begin with it, which leaves {names.longest_prefix_of_sync} characters"
        raise OnboardingInputError("stack_prefix", names.prefix, why=why, fix="shorten it, or leave sync out")
    if sync.events and sender_of_events(sync, organization) is None:
        why = "there is no organization that could send events"
        if organization is not None:
            why = f"only the management account has the events, and account {organization.account_id} is another"
        fix = "leave it out: what no event tells of is done by the schedule"
        raise OnboardingInputError("sync.events", True, why=why, fix=fix)


def check_health(health: HealthSettings, sync: SyncSettings | None, *, region: str) -> None:
    """Check that the sync writes metrics for the alarms, and that their times and their topic can be in a Region."""
    if sync is None:
        why, fix = "its alarms are on the metrics of the sync, and there is none", "add sync, of which {} is enough"
        raise OnboardingInputError("health", NOT_SHOWN, why=why, fix=fix)
    minutes = health.invalid_minutes
    try:
        Evaluation.of(
            schedule_seconds=sync.schedule_minutes * 60, broken_seconds=None if minutes is None else minutes * 60
        )
    except OnboardingInputError as error:
        field, value = "health.invalid_minutes", minutes
        if error.field == "schedule":
            field, value = "sync.schedule_minutes", sync.schedule_minutes
        raise OnboardingInputError(field, value, why=error.why, fix=error.fix) from None
    if health.topic_arn is not None and health.topic_arn.split(":")[3] != region:
        why = f"alarms publish in their own Region, {region}"
        raise OnboardingInputError("health.topic_arn", health.topic_arn, why=why, fix="give a topic of that Region")
