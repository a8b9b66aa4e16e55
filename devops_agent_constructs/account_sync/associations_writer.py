"""Does what a plan says, one account after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from devops_agent_constructs.account_sync.account_association import SERVICE_ID, SOURCE, SOURCE_KIND
from devops_agent_constructs.account_sync.plan import Action, ActionKind
from devops_agent_constructs.account_sync.retries import Retries, error_code, in_words, is_for_all_calls

if TYPE_CHECKING:
    from devops_agent_constructs._functions.agent_client import AgentClient

# botocore's `devops-agent` model, API version 2026-01-01; the status is an answer that is not a setting.
_STATUS_OF_ELEVATED_ROLE = "agentElevatedRoleArnStatus"
_ACCOUNT, _ROLES = {"accountId", "accountType"}, {"assumableRoleArn", "agentElevatedRoleArn"}
_KNOWN = {*_ACCOUNT, *_ROLES, "externalId", _STATUS_OF_ELEVATED_ROLE}
_NOT_SHOWN = "not shown"
# What AWS says of the caller, or of the Agent Space, and not of the account.
_OF_NO_ACCOUNT = {"AccessDeniedException", "ServiceQuotaExceededException"}
REFUSALS = 5
"""After how many of them in a row the other changes of the kind are given up."""


class Outcome(Enum):
    """What came of an action."""

    DONE = "done"
    """AWS has done it."""
    CHANGED_MEANWHILE = "changed meanwhile"
    """Somebody else changed the association since it was read; the next run sees what there is to do."""
    FAILED = "failed"
    """AWS refused it, or did not answer, so that it may be done all the same."""
    GIVEN_UP = "given up"
    """Not tried, as AWS has refused several others in a row for a reason that is no account's; its error is theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of one action.

    Attributes:
        action: The action.
        outcome: What came of it.
        error: What the client raised, if it is not done.
    """

    action: Action
    outcome: Outcome
    error: Exception | None = None


def entry(action: Action, result: Result | None, *, explain: Callable[[Exception], str] = in_words) -> dict[str, Any]:
    """Return an action, and what came of it, for a document or a log.

    Without a result it changes nothing, or was not tried.
    """
    return {
        "accountId": action.account_id,
        "action": action.kind.value,
        "reason": action.reason,
        "assumableRoleArn": action.role_arn,
        "agentElevatedRoleArn": action.elevated_role_arn,
        "associationId": None if action.association is None else action.association.association_id,
        "result": None if result is None else result.outcome.value,
        "error": None if result is None or result.error is None else _explained(action, result.error, explain),
        "lostSettings": _lost(action),
    }


def _explained(action: Action, error: Exception, explain: Callable[[Exception], str]) -> str:
    sent = () if action.association is None or action.kind is not ActionKind.UPDATE else action.association.settings
    newer = ", ".join(sorted({*sent} - _KNOWN))
    return f"{explain(error)} (sent again, as the association has it: {newer})" if newer else explain(error)


def _lost(action: Action) -> dict[str, str] | None:
    """Return what a removal loses: an account that comes back has it no more. The external id is nobody's to read."""
    if action.association is None or action.kind is not ActionKind.DISASSOCIATE:
        return None
    settings = action.association.settings.items()
    return {
        name: str(value) if name in _ROLES else _NOT_SHOWN
        for name, value in settings
        if name not in {*_ACCOUNT, _STATUS_OF_ELEVATED_ROLE}
    }


def apply(client: AgentClient, agent_space_id: str, actions: Iterable[Action], retries: Retries) -> Iterator[Result]:
    """Do actions, and tell the result of each as soon as it is there; one that fails does not stop the others.

    But for a refusal that is no account's, like a missing permission or a quota: after some in a row, the rest of the
    kind is given up, until the next run. A removal makes room, so that more are tried after it.

    Each is one call, and no call depends on another: a run that ends between any two has done a part of the plan, and
    the next one plans the rest.

    Args:
        client: With permission to change associations, and with iam:PassRole on the caller's own account's roles, which
            AWS asks for although the role is another account's: botocore's documentation of `assumableRoleArn`.
        agent_space_id: The last part of the Agent Space's ARN.
        actions: Of a plan; those that change nothing are left out.
        retries: Of each call.

    Raises:
        Exception: The client's, after its result, if no other call would be better: its credentials ended, or nobody
            answers.
    """
    in_a_row: dict[ActionKind, list[Exception]] = {}
    for action in actions:
        if not action.is_change:
            continue
        same = in_a_row.setdefault(action.kind, [])
        if len(same) == REFUSALS:
            yield Result(action=action, outcome=Outcome.GIVEN_UP, error=same[-1])
            continue
        try:
            _call(client, agent_space_id, action, retries)
        except Exception as error:
            if error_code(error) not in _OF_NO_ACCOUNT or (same and error_code(same[-1]) != error_code(error)):
                same.clear()
            if error_code(error) in _OF_NO_ACCOUNT:
                same.append(error)
            outcome = Outcome.CHANGED_MEANWHILE if _is_changed_meanwhile(action, error) else Outcome.FAILED
            yield Result(action=action, outcome=outcome, error=error)
            if is_for_all_calls(error):
                raise
        else:
            same.clear()
            if action.kind is ActionKind.DISASSOCIATE:
                in_a_row.clear()
            yield Result(action=action, outcome=Outcome.DONE)


def _call(client: AgentClient, agent_space_id: str, action: Action, retries: Retries) -> None:
    if action.association is None:
        configuration = {SOURCE_KIND: _settings(action, {"accountId": action.account_id, "accountType": SOURCE})}
        retries.call(
            client.associate_service, agentSpaceId=agent_space_id, serviceId=SERVICE_ID, configuration=configuration
        )
        return
    of_association = {"agentSpaceId": agent_space_id, "associationId": action.association.association_id}
    if action.kind is ActionKind.UPDATE:
        # "The entire configuration is replaced on update", and what is not sent, like the external id, is lost.
        configuration = {SOURCE_KIND: _settings(action, action.association.settings)}
        retries.call(client.update_association, **of_association, configuration=configuration)
    else:
        retries.call(client.disassociate_service, **of_association)


def _settings(action: Action, before: Mapping[str, Any]) -> dict[str, Any]:
    # A member that is newer than this library goes back as well. If it is an answer, too, AWS may refuse the update,
    # which is told; without it, a setting would be lost, which nobody would see.
    settings = {**before, "assumableRoleArn": action.role_arn}
    settings.pop(_STATUS_OF_ELEVATED_ROLE, None)
    if action.elevated_role_arn is not None:
        settings["agentElevatedRoleArn"] = action.elevated_role_arn
    return settings


def _is_changed_meanwhile(action: Action, error: Exception) -> bool:
    """Tell whether the association is no longer what it was when it was read.

    AWS's answer to an account that is connected already was seen in a live test of 2026-08-26 by
    aws-samples/sample-notiops; after a first attempt without an answer it can be one's own association, too.
    """
    if action.association is None:
        return error_code(error) == "ValidationException" and "already exists" in str(error)
    return error_code(error) == "ResourceNotFoundException"
