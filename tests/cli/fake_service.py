"""A light HTTP server that plays AWS DevOps Agent, Organizations and STS: large, slow or failing as a test wants it."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import Self

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
PAGE = 100
_ORGANIZATIONS_PAGE = 20
_LIST = re.compile(r"/v1/agentspaces/([^/]+)/associations/list")
_VALIDATE = re.compile(r"/v1/agentspaces/([^/]+)/associations/validate")
_STS = "https://sts.amazonaws.com/doc/2011-06-15/"


def account_id(number: int) -> str:
    """The id of an account by its number."""
    return f"2{number:011d}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What goes over the wire."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class FakeService:
    """The service with an Agent Space of many accounts; its address is in `environment`.

    Attributes:
        status: Number of the account -> status of its association; None leaves the status out.
        requests: The operations that were called, in order.
        first_page_at: When the first page was sent, by `time.monotonic`; 0 before.
        before_page: Called with the number of a page before it is sent: may wait.
        account_type: Of all accounts.
        units: The configurations of associations of AWS's organization mode, which come after the accounts.
        unit_status: Their status.
        parents: Account or unit -> what is above it; another one is not in the organization.
        space_names: Id -> name of the Agent Spaces of every Region.
        before_answer: Called with an operation before it is answered: may wait.
    """

    def __init__(self, accounts: int) -> None:
        self.accounts = accounts
        self.status: Callable[[int], str | None] = lambda _: "valid"
        self.requests: list[str] = []
        self.first_page_at = 0.0
        self.before_page: Callable[[int], object] = lambda _: None
        self.account_type = "source"
        self.units: list[dict[str, Any]] = []
        self.unit_status: Callable[[], str] = lambda: "valid"
        self.parents: dict[str, str] = {}
        self.space_names: dict[str, str] = {SPACE_ID: "Operations"}
        self.before_answer: Callable[[str], object] = lambda _: None
        self._refusals: dict[str, list[tuple[int, str, str]]] = {}

    def __enter__(self) -> Self:
        """Start on a free port."""
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        serve = {"poll_interval": 0.05}
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs=serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that calls this and nothing else."""
        return {
            "AWS_ACCESS_KEY_ID": "anybody",
            "AWS_SECRET_ACCESS_KEY": "anybody",  # pragma: allowlist secret
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "PATH": "/usr/bin:/bin",
        }

    def refuse(self, operation: str, code: str, *, status: int = 400, message: str = "", times: int = 1000) -> None:
        """Answer the next calls of an operation with an error."""
        self._refusals[operation] = [(status, code, message)] * times

    def answer(self, path: str, target: str, body: str) -> Answer:  # noqa: PLR0911  # one an operation
        """Answer a request: an operation of any of the three services."""
        url = urlsplit(path)
        operation = _operation(url.path, target, body)
        self.requests.append(operation)
        self.before_answer(operation)
        if waiting := self._refusals.get(operation):
            return _refusal(*waiting.pop())
        if operation == "ListAssociations":
            return self._list(url.path, int(parse_qs(url.query).get("nextToken", ["0"])[0]))
        if operation == "ValidateAwsAssociations":
            return Answer(status=204)
        if operation == "GetCallerIdentity":
            return _caller_identity()
        if operation == "ListAgentSpaces":
            return _as_json({"agentSpaces": [_space(*named) for named in self.space_names.items()]})
        request = json.loads(body)
        if operation == "ListParents":
            return self._parents_of(request["ChildId"])
        if operation == "DescribeAccount":
            return _as_json({"Account": _account(int(request["AccountId"][1:]))})
        return _as_json(self._accounts(int(request.get("NextToken", "0"))))

    def page(self, start: int) -> dict[str, Any]:
        """A page of associations as the API answers with it."""
        end = min(start + PAGE, self.accounts)
        answer: dict[str, Any] = {"associations": [self._association(number) for number in range(start, end)]}
        if end < self.accounts:
            return {**answer, "nextToken": str(end)}
        units = [self._unit(number, settings) for number, settings in enumerate(self.units)]
        return {"associations": [*answer["associations"], *units]}

    def _unit(self, number: int, settings: dict[str, Any]) -> dict[str, Any]:
        return {
            "agentSpaceId": SPACE_ID,
            "associationId": f"unit-{number}",
            "serviceId": "aws",
            "configuration": {"sourceAwsOrg": {"accountType": "source", **settings}},
            "createdAt": "2026-11-20T08:00:00Z",
            "updatedAt": "2026-11-24T14:03:12Z",
            "status": self.unit_status(),
        }

    def _parents_of(self, child: str) -> Answer:
        if child not in self.parents:
            return _refusal(400, "ChildNotFoundException", "You specified a child that doesn't exist.")
        parent = self.parents[child]
        kind = "ROOT" if parent.startswith("r-") else "ORGANIZATIONAL_UNIT"
        return _as_json({"Parents": [{"Id": parent, "Type": kind}]})

    def _association(self, number: int) -> dict[str, Any]:
        role = f"arn:aws:iam::{account_id(number)}:role/DevOpsAgentRole-SecondaryAccount"
        settings = {"accountId": account_id(number), "accountType": self.account_type, "assumableRoleArn": role}
        status = self.status(number)
        return {
            "agentSpaceId": SPACE_ID,
            "associationId": f"association-{number}",
            "serviceId": "aws",
            "configuration": {"aws" if self.account_type == "monitor" else "sourceAws": settings},
            "createdAt": "2026-10-01T08:00:00Z",
            "updatedAt": "2026-10-20T14:03:12Z",
            **({} if status is None else {"status": status}),
        }

    def _list(self, path: str, start: int) -> Answer:
        if SPACE_ID not in path:
            return _refusal(404, "ResourceNotFoundException", "not found")
        self.before_page(start // PAGE)
        self.first_page_at = self.first_page_at or time.monotonic()
        return _as_json(self.page(start))

    def _accounts(self, start: int) -> dict[str, Any]:
        end = min(start + _ORGANIZATIONS_PAGE, self.accounts)
        answer: dict[str, Any] = {"Accounts": [_account(number) for number in range(start, end)]}
        return {**answer, "NextToken": str(end)} if end < self.accounts else answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has been stopped."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _account(number: int) -> dict[str, str]:
    return {"Id": account_id(number), "Name": f"account {number}"}


def _space(space_id: str, name: str) -> dict[str, str]:
    times = {"createdAt": "2026-10-01T08:00:00Z", "updatedAt": "2026-10-01T08:00:00Z"}
    return {"agentSpaceId": space_id, "name": name, **times}


def _operation(path: str, target: str, body: str) -> str:
    if _LIST.fullmatch(path):
        return "ListAssociations"
    if path == "/v1/agentspaces/list":
        return "ListAgentSpaces"
    if _VALIDATE.fullmatch(path):
        return "ValidateAwsAssociations"
    return target.rpartition(".")[2] or parse_qs(body)["Action"][0]


def _as_json(answer: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    types = {"Content-Type": "application/json", **(headers or {})}
    return Answer(status=status, body=json.dumps(answer).encode(), headers=types)


def _refusal(status: int, code: str, message: str) -> Answer:
    return _as_json({"__type": code, "message": message}, status=status, headers={"x-amzn-ErrorType": code})


def _caller_identity() -> Answer:
    identity = "<Account>111111111111</Account><Arn>arn:aws:iam::111111111111:user/anybody</Arn>"
    result = f"<GetCallerIdentityResult>{identity}</GetCallerIdentityResult>"
    whole = f'<GetCallerIdentityResponse xmlns="{_STS}">{result}</GetCallerIdentityResponse>'
    return Answer(status=200, body=whole.encode(), headers={"Content-Type": "text/xml"})


def _handler(service: FakeService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: the second of two would wait 40 ms for the client's acknowledgement.
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            answer = service.answer(self.path, self.headers.get("X-Amz-Target", ""), body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Print no line for each request."""

    return Handler
