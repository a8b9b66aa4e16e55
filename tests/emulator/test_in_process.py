"""What is answered without a connection is what a connection would have brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from tests.emulator.in_process import answered_in_process

ADDRESS = "http://127.0.0.1:1"


def answer(application: Callable[..., Iterable[bytes]]) -> AWSResponse:
    """Return what an application answers a request."""
    with answered_in_process(ADDRESS, application):
        return URLLib3Session().send(AWSRequest("GET", f"{ADDRESS}/").prepare())


def test_headers_of_one_name_are_joined() -> None:
    """In their order, whatever the letters' case, as an HTTP client reads them."""

    def application(_: object, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("201 Created", [("X-Amzn-Of", "a"), ("Content-Type", "text/xml"), ("x-amzn-of", "b")])
        return [b"<a/>"]

    answered = answer(application)
    assert (answered.status_code, answered.content) == (201, b"<a/>")
    assert answered.headers["x-amzn-of"] == "a, b"
    assert answered.headers["Content-Type"] == "text/xml"


def test_exception_of_the_application_is_raised() -> None:
    """As it is, where a server would hide it behind a 500 that botocore sends again."""

    def application(*_: object) -> Iterable[bytes]:
        raise KeyError("a fault of the emulator")

    with pytest.raises(KeyError, match="a fault of the emulator"):
        answer(application)
