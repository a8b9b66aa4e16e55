"""The emulator: moto in server mode, on a free port of this machine."""

from __future__ import annotations

import functools
import os
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload
from unittest.mock import patch

import boto3
from botocore.config import Config

from tests import botocore_once
from tests.emulator.credentials import Credentials
from tests.emulator.in_process import answered_in_process

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient
    from typing_extensions import Self

Service = Literal[
    "cloudformation",
    "cloudtrail",
    "cloudwatch",
    "devops-agent",
    "events",
    "iam",
    "lambda",
    "logs",
    "organizations",
    "s3",
    "sns",
    "sqs",
    "sts",
]

_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}


OWN_ACCOUNT = "123456789012"
"""The account of whoever runs the emulator, from where all others were made, as from a management account."""


botocore_once.share()


class Emulator:
    """AWS on one machine. One at a time in a process, as moto's state belongs to the process."""

    _running = threading.Lock()
    # By address, service and Region. A client outlives its emulator, as making one takes longer than most tests' calls;
    # the next one gives it other credentials.
    _idle: ClassVar[dict[tuple[str, Service, str], list[Any]]] = defaultdict(list)

    def __init__(self) -> None:
        self.endpoint_url = ""
        self._credentials: dict[str, Credentials] = {}
        self._clients: dict[tuple[Service, Credentials, str], Any] = {}
        self._started = ExitStack()

    def __enter__(self) -> Self:
        """Start with no state, or raise and leave nothing behind."""
        if not self._running.acquire(blocking=False):
            raise RuntimeError("an emulator is running in this process already; stop that one first")
        with ExitStack() as started:
            started.callback(self._running.release)
            started.callback(self._credentials.clear)
            started.callback(self._let_clients_go)
            started.enter_context(_no_real_aws())
            self.endpoint_url = started.enter_context(_moto_server())
            started.enter_context(answered_in_process(self.endpoint_url, _application()))
            os.environ["AWS_ENDPOINT_URL"] = self.endpoint_url
            self._started = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port and take back every change to this process."""
        self._started.close()

    def credentials(self, account_id: str) -> Credentials:
        """Assume the role that AWS Organizations creates in every member account."""
        if account_id not in self._credentials:
            # Not at the top, as moto is not there either.
            from tests.emulator.account_access import access_to  # noqa: PLC0415

            role, user = access_to(account_id, made_by=OWN_ACCOUNT)
            sts: STSClient = self._client("sts", user, "us-east-1")
            given = sts.assume_role(RoleArn=role, RoleSessionName="emulator")["Credentials"]
            self._credentials[account_id] = Credentials(
                access_key_id=given["AccessKeyId"],
                secret_access_key=given["SecretAccessKey"],
                session_token=given["SessionToken"],
            )
        return self._credentials[account_id]

    def environment(self, account_id: str, region: str) -> dict[str, str]:
        """The environment of a program that works in one account and cannot reach any other, or AWS."""
        credentials = self.credentials(account_id)
        return {
            **os.environ,
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token or "",
            "AWS_REGION": region,
        }

    @overload
    def client(
        self, service: Literal["cloudformation"], account_id: str, region: str = ...
    ) -> CloudFormationClient: ...
    @overload
    def client(
        self,
        service: Literal[
            "cloudtrail", "cloudwatch", "devops-agent", "events", "lambda", "logs", "organizations", "s3", "sns", "sqs"
        ],
        account_id: str,
        region: str = ...,
    ) -> Any: ...
    @overload
    def client(self, service: Literal["iam"], account_id: str, region: str = ...) -> IAMClient: ...
    @overload
    def client(self, service: Literal["sts"], account_id: str, region: str = ...) -> STSClient: ...
    def client(self, service: Service, account_id: str, region: str = "us-east-1") -> Any:
        """A boto3 client that works in one account."""
        return self._client(service, self.credentials(account_id), region)

    @staticmethod
    def why_invalid(association_id: str) -> str | None:
        """Why the last validation of an association failed, which AWS tells nobody; None if it did not fail."""
        # Not at the top, as moto is not there either.
        from tests.emulator.devops_agent.agent_space import why_association_is_invalid  # noqa: PLC0415

        return why_association_is_invalid(association_id)

    @staticmethod
    def published(topic_arn: str) -> list[dict[str, Any]]:
        """What was published to a topic, in order; an alarm publishes JSON."""
        # Not at the top, as moto is not there either.
        from tests.emulator.topics import published  # noqa: PLC0415

        return published(topic_arn)

    def _client(self, service: Service, credentials: Credentials, region: str) -> Any:
        key = (service, credentials, region)
        if key not in self._clients:
            idle = self._idle[self.endpoint_url, service, region]
            client = idle.pop() if idle else _new_client(service, self.endpoint_url, region)
            signing = client._request_signer._credentials
            signing.access_key, signing.secret_key = credentials.access_key_id, credentials.secret_access_key
            signing.token = credentials.session_token
            self._clients[key] = client
        return self._clients[key]

    def _let_clients_go(self) -> None:
        for (service, _, region), client in self._clients.items():
            self._idle[self.endpoint_url, service, region].append(client)
        self._clients.clear()


def _new_client(service: Service, endpoint_url: str, region: str) -> Any:
    keys = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody"}  # pragma: allowlist secret
    # Named, as the client outlives a test that sets AWS_MAX_ATTEMPTS.
    config = Config(retries={"mode": "standard", "total_max_attempts": 3})
    return _session().client(service, endpoint_url=endpoint_url, region_name=region, config=config, **keys)


@functools.cache
def _session() -> Any:
    """Not boto3's default session, which may know a profile of the machine; made once, as it reads large files."""
    return boto3.Session()


@contextmanager
def _no_real_aws() -> Iterator[None]:
    """Hide the machine's own credentials, profiles and proxies from this process and from what it starts."""
    hidden = [name for name in os.environ if name.startswith("AWS_") or name.lower() in _PROXIES]
    with patch.dict(os.environ):
        for name in hidden:
            del os.environ[name]
        os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        # Clients of AWS DevOps Agent call `cp.<endpoint>`, and not every machine knows a host `cp.localhost`.
        os.environ["AWS_DISABLE_HOST_PREFIX_INJECTION"] = "true"
        yield


@contextmanager
def _moto_server() -> Iterator[str]:
    """Serve moto, with what it lacks, until the context ends; yield the address."""
    # Not at the top, as moto's CloudFormation takes seconds to import and few tests need it.
    from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415
    from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    from tests.emulator import plugin  # noqa: PLC0415

    class QuietRequestHandler(MotoRequestHandler):
        def log(self, *args: Any) -> None:
            """Print no line for each request."""

    moto_api_backend.reset()
    with plugin.loaded(), _listening() as port:
        # moto's ThreadedMotoServer does the same, but never closes its port.
        handler = QuietRequestHandler
        server = make_server("127.0.0.1", 0, _application(), threaded=True, request_handler=handler, fd=port.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            # By this name and not by its number: moto finds the bucket of a template URL by it.
            yield f"http://localhost:{port.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@functools.cache
def _application() -> Any:
    """All that answers, made once: looking up the operations of a service takes longer than most of them."""
    # Not at the top, as above.
    from moto.core import responses  # noqa: PLC0415
    from moto.core.utils import method_names_from_class  # noqa: PLC0415
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415

    from tests.emulator.faults import breaking_answers  # noqa: PLC0415

    # moto looks for them in the class at every call.
    responses.method_names_from_class = functools.cache(method_names_from_class)  # type: ignore[attr-defined]

    return breaking_answers(DomainDispatcherApplication(create_backend_app))


_last_port = 0


@contextmanager
def _listening() -> Iterator[socket.socket]:
    """Listen at the port of the last time, which clients know, or at another one if it has been taken since."""
    global _last_port  # noqa: PLW0603  # the port belongs to the process, as the emulator does
    try:
        listening = socket.create_server(("127.0.0.1", _last_port), backlog=128)
    except OSError:
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    _last_port = listening.getsockname()[1]
    with listening:
        yield listening
