"""Requests of the emulator's own process, answered without a connection.

A call over HTTP to one's own process takes twice as long, most of it for a socket and a thread. All that botocore does
before and after stays: serialization, signature, retries, parsing. Other processes use the address.

One thing differs: an exception of the application goes through botocore to the test as it is, at once, where a server
would answer 500 and botocore would try again. A fault of the emulator is so seen where it happens.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from tests.emulator.faults import FAULTS


class _Body(io.BytesIO):
    """What botocore reads of an answer."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Return all that is left."""
        yield self.read()


@contextmanager
def answered_in_process(address: str, application: Any) -> Iterator[None]:
    """Let a WSGI application answer what botocore would send to an address."""
    by_connection = URLLib3Session.send

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        # Only a connection can break.
        if FAULTS.breaks_answers or not request.url.startswith(address):
            return by_connection(session, request)
        return _answer(application, request)

    with patch.object(URLLib3Session, "send", send):
        yield


def _answer(application: Any, request: AWSPreparedRequest) -> AWSResponse:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        # As an HTTP client reads one name that comes more than once: https://www.rfc-editor.org/rfc/rfc9110#section-5.3
        values: dict[str, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.title(), []).append(value)
        started[:] = [int(status.partition(" ")[0]), {name: ", ".join(of) for name, of in values.items()}]
        return io.BytesIO().write

    body = b"".join(application(_environment(request), start_response))
    status_code, headers = started
    return AWSResponse(request.url, status_code, headers, _Body(body))


def _environment(request: AWSPreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url)
    body: Any = request.body or b""
    body = body.read() if hasattr(body, "read") else body.encode() if isinstance(body, str) else bytes(body)
    headers = {name.upper().replace("-", "_"): value for name, value in request.headers.items()}
    headers.pop("CONTENT_LENGTH", None)
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # As a WSGI server hands it on: https://peps.python.org/pep-3333/#unicode-issues
        "PATH_INFO": unquote(url.path or "/", "latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": request.url.removeprefix(f"{url.scheme}://{url.netloc}"),
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": _text(headers.pop("CONTENT_TYPE", "")),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": url.netloc,
        **{f"HTTP_{name}": _text(value) for name, value in headers.items()},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
