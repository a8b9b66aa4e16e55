"""Validates the associations of accounts again and again, until each is valid or the time has passed."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    PENDING,
    SOURCE,
    VALID,
    AccountAssociation,
)
from devops_agent_constructs.account_sync.retries import DENIED, error_code, is_for_a_moment
from devops_agent_constructs.account_sync.validations import AssociationRemovedError, Validations

# A result that has not changed counts after 30 seconds. A function runs for 15 minutes at most, and the last calls and
# the answer take their time: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS = 60, 780
# A role that is minutes old is not known everywhere, and its trust policy neither; AWS says no more than that it takes
# time. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0
_GROWTH = 2
# For an association that stays pending: then the validation is asked for again.
_MOST_SECONDS_OF_ONE = 90.0

Statuses = dict[str, AccountAssociation | None]
"""Account -> its association with the status that was found, or None if the Agent Space has none of it."""


def validate_until_valid(validations: Validations, account_ids: Sequence[str], *, seconds: float) -> Statuses:
    """Validate until every account is valid, after pauses that grow; an account that was found valid stays so.

    It takes no longer than the seconds, but for the last calls. What was found last is in the order of the accounts.

    Raises:
        Exception: The client's, if no other try would be better, or none was good in this time.
    """
    statuses: Statuses = dict.fromkeys(account_ids)
    ends, pause, is_read = validations.clock() + seconds, _FIRST_PAUSE_SECONDS, False
    while True:
        left = max(0.0, ends - validations.clock())
        try:
            _validate_once(validations, statuses, seconds=min(left, _MOST_SECONDS_OF_ONE))
            is_read = True
        except AssociationRemovedError:
            pass  # The next one finds what is there.
        except Exception as error:
            # Without a code it is no answer of AWS's: the network, or half an answer.
            code = error_code(error)
            # The caller's own role is as new: its permissions count a moment later.
            may_pass = not code or code in DENIED or is_for_a_moment(error)
            if not may_pass or (not is_read and validations.clock() >= ends):
                raise
        if is_read and not unfinished(statuses):
            return statuses
        left = ends - validations.clock()
        if left <= 0:
            return statuses
        validations.sleep(min(pause, left))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE_SECONDS)


def unfinished(statuses: Statuses) -> set[str]:
    """Return the accounts that are not valid."""
    return {account_id for account_id, found in statuses.items() if found is None or found.status != VALID}


def _validate_once(validations: Validations, statuses: Statuses, *, seconds: float) -> None:
    waiting = unfinished(statuses)
    there = {
        connection.association_id: connection
        for connection in validations.connections()
        if isinstance(connection, AccountAssociation)
        and connection.account_type == SOURCE
        and connection.account_id in waiting
    }
    connected = {association.account_id for association in there.values()}
    statuses.update(dict.fromkeys(waiting - connected))
    if not there:
        return
    for result in validations.validate(there, seconds=seconds):
        if not isinstance(result, AccountAssociation):
            continue
        before = statuses[result.account_id]
        # That a last, short try ends without a result does not make a role good that was found invalid before.
        if not (result.status == PENDING and before is not None and before.status == INVALID):
            statuses[result.account_id] = result
