"""What is repeated, how often, and after which pauses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from devops_agent_constructs.account_sync.retries import Retries, in_words
from tests.account_sync.fake_clients import refusal


class Refusing:
    """An operation that is refused some times, and then answers."""

    def __init__(self, error: Exception, *, times: int) -> None:
        self.error, self.left, self.calls = error, times, 0

    def __call__(self, **_parameters: Any) -> Mapping[str, Any]:
        """Answer, or raise."""
        self.calls += 1
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return {"is": "good"}


def test_pauses() -> None:
    """The longest possible pause doubles up to 20 seconds, and chance says how much of it is waited."""
    pauses = list[float]()
    chances = iter([1, 1, 1, 0.5, 1, 0, 1])
    retries = Retries(attempts=8, sleep=pauses.append, chance=lambda: next(chances))
    operation = Refusing(refusal("ListAccounts", "TooManyRequestsException"), times=7)
    assert retries.call(operation) == {"is": "good"}
    assert pauses == [1, 2, 4, 4, 16, 0, 20]


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (refusal("X", "ThrottlingException"), 3),
        (refusal("X", "Anything", status=503), 3),
        (refusal("X", "Anything", status=429), 3),
        (refusal("X", "AccessDeniedException", status=403), 1),
        (refusal("X", "ValidationException"), 1),
        (refusal("X", "ConflictException", status=409), 1),
        (TypeError("a mistake of ours"), 1),
    ],
    ids=lambda one: in_words(one) if isinstance(one, Exception) else "",
)
def test_what_is_repeated(error: Exception, calls: int) -> None:
    """Only what AWS says for a moment; the last attempt's error is raised."""
    operation = Refusing(error, times=100)
    with pytest.raises(type(error)):
        Retries(attempts=3, sleep=lambda _: None).call(operation)
    assert operation.calls == calls


def test_one_attempt() -> None:
    """No pause after the last."""
    with pytest.raises(ClientError):
        Retries(attempts=1, sleep=lambda _: pytest.fail("a pause")).call(
            Refusing(refusal("X", "ThrottlingException"), times=1)
        )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            refusal("X", "AccessDeniedException", "User: x is not\nauthorized."),
            "AccessDeniedException: User: x is not authorized",
        ),
        (refusal("X", "Throttling"), "Throttling"),
        (LookupError("no root r-a1b2"), "LookupError: no root r-a1b2"),
        (KeyError(), "KeyError"),
    ],
)
def test_words(error: Exception, words: str) -> None:
    """One line: AWS's code and message, or the kind of the error."""
    assert in_words(error) == words
