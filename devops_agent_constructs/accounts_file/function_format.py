"""Defines the format of what goes beyond roles and associations in the accounts file: `sync`, `validate`, `health`."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType, field

from devops_agent_constructs._validators import FORMS
from devops_agent_constructs.accounts_file.forms import AccountIds, form, meta
from devops_agent_constructs.onboarding.settings import MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES


class SyncEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """A function that keeps the associations in step with the accounts."""

    schedule_minutes: Annotated[int | UnsetType, meta("Minutes from one run to the next; default 15", minimum=1)] = (
        UNSET
    )
    adopted_accounts: Annotated[
        AccountIds | UnsetType,
        meta("Accounts whose association is taken over, whichever role it has", uniqueItems=True),
    ] = field(name="adopt", default=UNSET)
    adopted_roles: Annotated[
        list[
            Annotated[
                str,
                meta(
                    "Path and name of a role, like /FormerRole",
                    pattern=f"^{FORMS['path']}{FORMS['role_name']}$",
                    patternErrorMessage="Write the role's path and name, like /FormerRole",
                ),
            ]
        ]
        | UnsetType,
        meta("Further roles whose associations are the sync's own, by path and name", uniqueItems=True),
    ] = field(name="adopt_roles", default=UNSET)
    max_removals: Annotated[
        int | UnsetType, meta("How many associations a run may disconnect and update; default 10", minimum=0)
    ] = UNSET
    max_removal_percentage: Annotated[
        int | UnsetType,
        meta("Which percentage of them, rounded up; default 25", minimum=0, maximum=100),
    ] = UNSET
    events: Annotated[
        bool | UnsetType,
        meta("Whether events of the organization run it too; default: if its account is the management account"),
    ] = UNSET
    reserve_concurrency: Annotated[
        bool | UnsetType,
        meta("Whether Lambda keeps a place for it, which a new account has no quota for; default: yes"),
    ] = UNSET


class ValidationEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """A validation of the associations when the primary account's stack is deployed."""

    timeout_minutes: Annotated[
        int | UnsetType,
        meta(
            "Minutes that an account may take to become valid; default 5",
            minimum=MIN_TIMEOUT_MINUTES,
            maximum=MAX_TIMEOUT_MINUTES,
        ),
    ] = UNSET
    fail_deployment: Annotated[
        bool | UnsetType, meta("Whether an account that is not valid fails the deployment; default: yes")
    ] = UNSET


class HealthEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """Alarms on connections that break; needs sync."""

    invalid_minutes: Annotated[
        int | UnsetType,
        meta(
            "Minutes that an account is invalid or missing before an alarm says so, a multiple of the sync's schedule; "
            "default 60",
            minimum=1,
        ),
    ] = UNSET
    topic_arn: Annotated[
        str | UnsetType, form("SNS topic that the alarms publish to; default: a new one", "topic_arn")
    ] = UNSET
    dashboard: Annotated[bool | UnsetType, meta("Whether there is a dashboard; default: yes")] = UNSET
    vended_logs: Annotated[
        bool | UnsetType, meta("Deliver the Agent Space's own log, with an alarm on its errors; default: no")
    ] = UNSET
