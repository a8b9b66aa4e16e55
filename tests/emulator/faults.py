"""Failures of AWS's APIs that a test switches on; the emulator ends with all of them off.

    FAULTS.throttle("devops-agent", per_second=2)
    FAULTS.fail("devops-agent", "AssociateService", code="InternalServerException", account_id="222222222222")
    FAULTS.lose_answer("devops-agent", "AssociateService", times=1)       # done, but nobody hears of it
    FAULTS.halve_answer("devops-agent", "ListAssociations", times=1)      # the connection ends in the middle
    FAULTS.before("devops-agent", "AssociateService", kill_running)       # at each call; counts: calls("...")
    FAULTS.empty_pages("organizations")                                   # as AWS says that lists may have

Services and operations are named as boto3's clients and AWS's models name them. What is throttled goes by the
emulator's clock, which a handler's pauses advance.
"""

from __future__ import annotations

import functools
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.emulator.clock import CLOCK

if TYPE_CHECKING:
    from moto.core.exceptions import ServiceException
    from moto.core.responses import BaseResponse

# moto is imported where it is needed, as tests have this module at their top.

_WORDS = {
    # AWS DevOps Agent's own words are unconfirmed; these are what most services say.
    "ThrottlingException": "Rate exceeded",
    "TooManyRequestsException": "AWS Organizations can't complete your request because another request is already in "
    "progress. Try again later.",
    "InternalServerException": "An internal server error occurred.",
    "ServiceException": "AWS Organizations can't complete your request because of an internal service error. Try again "
    "later.",
}
_ANY = "*"
_NOTHING = "nothing"


@dataclass(kw_only=True)
class _Fault:
    """Attributes: how: an error's code, or what is left of the answer: nothing, or half."""

    service: str
    operation: str
    how: str
    message: str = ""
    times: int | None = None
    account_id: str | None = None

    def takes(self, response: BaseResponse, operation: str) -> bool:
        """Whether the fault is for a call; each is counted."""
        is_for = self.service == response.boto3_service_name and self.operation in {_ANY, operation}
        if not is_for or self.times == 0 or (self.account_id and self.account_id not in _accounts_of(response)):
            return False
        self.times = None if self.times is None else self.times - 1
        return True


@dataclass(kw_only=True)
class _Bucket:
    per_second: float
    tokens: float
    most: float
    at: float

    def take(self) -> bool:
        now = CLOCK.now().timestamp()
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Faults:
    """What fails."""

    def __init__(self) -> None:
        self._errors: list[_Fault] = []
        self._answers: list[_Fault] = []
        self._hooks: list[tuple[str, str, Callable[[], object]]] = []
        self._buckets: dict[str, _Bucket] = {}
        self._empty: set[str] = set()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._answer = threading.local()

    def reset(self) -> None:
        """Let nothing fail any more, and forget what was called."""
        for one in (self._errors, self._answers, self._hooks, self._buckets, self._empty, self._calls):
            one.clear()

    def throttle(self, service: str, *, per_second: float, burst: int = 1) -> None:
        """Refuse what comes faster, in all operations together; so many calls at once are taken."""
        now = CLOCK.now().timestamp()
        self._buckets[service] = _Bucket(per_second=per_second, tokens=burst, most=burst, at=now)

    def fail(
        self,
        service: str,
        operation: str = _ANY,
        *,
        code: str,
        message: str = "",
        times: int | None = None,
        account_id: str | None = None,
    ) -> None:
        """Refuse an operation, as often as it is said or always; with an account, only calls about it."""
        self._errors.append(
            _Fault(service=service, operation=operation, how=code, message=message, times=times, account_id=account_id)
        )

    def lose_answer(self, service: str, operation: str = _ANY, *, times: int | None = None) -> None:
        """Do what is asked, and close the connection without an answer."""
        self._answers.append(_Fault(service=service, operation=operation, how=_NOTHING, times=times))

    def halve_answer(self, service: str, operation: str = _ANY, *, times: int | None = None) -> None:
        """Do what is asked, and close the connection in the middle of the answer."""
        self._answers.append(_Fault(service=service, operation=operation, how="half", times=times))

    def before(self, service: str, operation: str, call: Callable[[], object]) -> None:
        """Call something before each call of an operation, such as `kill_running`, or what somebody else does."""
        self._hooks.append((service, operation, call))

    def empty_pages(self, service: str) -> None:
        """Let lists of a service have empty pages before the others; devops-agent and organizations know it."""
        self._empty.add(service)

    def has_empty_pages(self, service: str) -> bool:
        """Whether they have."""
        return service in self._empty

    def calls(self, service: str, operation: str) -> int:
        """How often an operation was called, refused calls included."""
        return self._calls[service, operation]

    def happening(self, call_action: Callable[[BaseResponse], Any]) -> Callable[[BaseResponse], Any]:
        """Make every operation of every service fail as a test said."""
        from moto.core.responses import ActionResult  # noqa: PLC0415

        def call(response: BaseResponse) -> Any:
            service, operation = response.boto3_service_name, response._get_action()
            with self._lock:
                self._calls[service, operation] += 1
                refused = self._error(response, operation)
            if refused:
                status, headers, body = response.serialized(ActionResult(refused))
                return status, {**headers, "status": str(status)}, body
            for of_service, of_operation, hook in list(self._hooks):
                if (of_service, of_operation) == (service, operation):
                    hook()
            answer = call_action(response)
            with self._lock:
                broken = next((one for one in self._answers if one.takes(response, operation)), None)
            self._answer.how = broken.how if broken else None
            return answer

        return call

    @property
    def breaks_answers(self) -> bool:
        """Whether an answer may be lost, or half of it."""
        return bool(self._answers)

    def broken_answer(self) -> str | None:
        """What is left of the answer of the call that this thread has just handled; None: all of it."""
        how: str | None = getattr(self._answer, "how", None)
        self._answer.how = None
        return how

    def _error(self, response: BaseResponse, operation: str) -> ServiceException | None:
        bucket = self._buckets.get(response.boto3_service_name)
        if bucket and not bucket.take():
            return _failure()("ThrottlingException", _WORDS["ThrottlingException"])
        fault = next((one for one in self._errors if one.takes(response, operation)), None)
        return _failure()(fault.how, fault.message or _WORDS.get(fault.how, fault.how)) if fault else None


FAULTS = Faults()
"""The ones of the emulator, of which there is one in a process."""


def breaking_answers(application: Any) -> Any:
    """Make a WSGI application lose answers, or half of them, where a test said so."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        body = b"".join(application(environ, start_response))
        how = FAULTS.broken_answer()
        if how is None:
            yield body
            return
        if how != _NOTHING:
            yield body[: len(body) // 2]
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError("as a test asked for")

    return serve


@functools.cache
def _failure() -> type[ServiceException]:
    """The class of all errors here; moto looks for the service of an error in its module, and takes none for any."""
    from moto.core.exceptions import ServiceException  # noqa: PLC0415

    class Failure(ServiceException):
        """An error with a code and a message."""

    return Failure


def _accounts_of(response: BaseResponse) -> set[str]:
    """The accounts that a call of AWS DevOps Agent is about: in its configuration, or of its association."""
    found = {str(response._get_param("AccountId"))}
    body: Any = {}
    if response.body:
        body = json.loads(response.body)
    for settings in (body.get("configuration") or {}).values():
        found.add(str(settings.get("accountId")))
    if association_id := response._get_param("associationId"):
        space: Any = response.backend.agent_spaces.get(response._get_param("agentSpaceId"))  # type: ignore[attr-defined]
        association = space.associations.get(association_id) if space else None
        found |= {association.account_id} if association else set()
    return found
