"""Calls AWS again when it throttles or fails for a moment, after pauses of random length; and reads page by page."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

# The services' own codes, and AWS's common ones, of which all say: the same call may be good a moment later.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, read 2026-10-20.
THROTTLED = {"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}
_FOR_A_MOMENT = THROTTLED | {"InternalServerException", "RequestTimeout", "ServiceException"}
DENIED = {"AccessDenied", "AccessDeniedException"}
"""The codes by which a service says that a permission is missing."""
# Answers about the credentials, and the calls by which a profile gets them.
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_NO_CREDENTIALS = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_FOR_CREDENTIALS = {
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "CreateOAuth2Token",
    "CreateToken",
    "GetRoleCredentials",
    "GetSessionToken",
}
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class Operation(Protocol):
    """A method of a client, as boto3 makes them: parameters by name in, the answer as a mapping out."""

    def __call__(self, **parameters: Any) -> Mapping[str, Any]:  # noqa: ANN401  # each operation has its own
        """Call AWS; an answer that is an error raises an exception that has it as `response`."""


class IncompleteListError(Exception):
    """AWS gave the same token twice, so that a list would never end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retries:
    """How often, and after which pauses, a call is repeated.

    On top of what a client does by itself: botocore shares one budget of retries between all calls of a client, and
    after minutes of throttling it is used up.

    Attributes:
        attempts: How often a call is made at most.
        first_seconds: The longest pause before the second attempt; it doubles from one to the next.
        most_seconds: What no pause exceeds.
        sleep: Waits for some seconds.
        chance: Returns a number from 0 to 1. A pause is that part of the longest, so that several runs which were
            throttled together do not come back together.

    See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    attempts: int = 5
    first_seconds: float = 1.0
    most_seconds: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def call(self, operation: Operation, **parameters: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Call AWS; what it says in the end, or raises, is the last attempt's."""
        for attempt in range(self.attempts - 1):
            try:
                return operation(**parameters)
            except Exception as error:
                if not is_for_a_moment(error):
                    raise
            self.sleep(self.chance() * min(self.most_seconds, self.first_seconds * 2**attempt))
        return operation(**parameters)

    def pages(self, operation: Operation, *, token: str, **parameters: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
        """Read a list to its end, which is where AWS gives no token: a page can be empty in the middle.

        Args:
            operation: Of the client.
            token: The name of the token in request and answer, e.g. `NextToken`.
            parameters: Of each request.

        Raises:
            IncompleteListError: The same token came twice. Other errors are the client's.

        See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
        """
        seen = set[str]()
        page = self.call(operation, **parameters)
        while True:
            yield page
            if not (value := page.get(token)):
                return
            if value in seen:
                raise IncompleteListError(f"AWS gave the same {token} twice")
            seen.add(value)
            page = self.call(operation, **{**parameters, token: value})


def error_code(error: BaseException) -> str:
    """Return the code of an answer of AWS that is an error; empty if it is something else."""
    return str(_response(error).get("Error", {}).get("Code", ""))


def is_for_a_moment(error: BaseException) -> bool:
    """Tell whether the same call may be good a moment later."""
    status = int(_response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return error_code(error) in _FOR_A_MOMENT or status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR


def is_for_all_calls(error: BaseException) -> bool:
    """Tell whether every other call would end like this one: the credentials ended, or nobody answers.

    By names, as this package imports no client: all that botocore raises without an answer of AWS is such an error, but
    for the one about a request's own parameters.
    """
    if _response(error):
        return error_code(error) in _NO_CREDENTIALS or getattr(error, "operation_name", "") in _FOR_CREDENTIALS
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return "BotoCoreError" in kinds and "ParamValidationError" not in kinds


def in_words(error: BaseException) -> str:
    """Say what an error is about, in one line."""
    details: Mapping[str, Any] = _response(error).get("Error", {})
    message = str(details.get("Message") or details.get("message") or "")
    parts = (error_code(error), message) if details else (type(error).__name__, str(error))
    return ": ".join(" ".join(part.split()).rstrip(".") for part in parts if part)


def _response(error: BaseException) -> Mapping[str, Any]:
    response = getattr(error, "response", None)
    return response if isinstance(response, Mapping) else {}
