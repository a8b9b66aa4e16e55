"""Makes clients in other accounts, by assuming a role there that the user names, and calls about many at a time."""

from __future__ import annotations

import functools
import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.errors import OnboardingInputError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Each waits for its account's IAM, whose limits count by account.
_WORKERS = 8
_SESSION_NAME = "devops-agent-accounts"
# A path has any printable character: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
_ROLE = re.compile(r"([!-.0-~]+/)*[A-Za-z0-9_+=,.@-]{1,64}")


def check_role_name(given: str | None) -> None:
    """Check what a user gave for --assume-role-name, before any call: a name, with its path if it has one.

    Raises:
        OnboardingInputError: No role has such a name; or an ARN, which is of one account.
    """
    if given is None or (_ROLE.fullmatch(given.strip("/")) and not given.startswith("arn:")):
        return
    why, fix = "not the name of a role", "write the name alone, or after its path, like Audit or operations/Audit"
    raise OnboardingInputError("--assume-role-name", given, why=why, fix=fix)


class OtherAccount:
    """Makes clients with the credentials of one role. Raises botocore's errors, AccessDenied if it may not be assumed.

    See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """

    def __init__(self, session: Session, role_arn: str) -> None:
        import boto3  # noqa: PLC0415  # As in `session`.
        import botocore.session  # noqa: PLC0415

        sts = session.client("sts")
        given = sts.assume_role(RoleArn=role_arn, RoleSessionName=_SESSION_NAME)["Credentials"]
        # Retries and time limits as for all other calls.
        self._config = sts.meta.config
        # With the profile, as AWS_PROFILE may name one that there is not.
        core = botocore.session.Session(profile=session.profile)
        # Most of the time for an account goes into reading AWS's models anew.
        core.register_component("data_loader", _data_loader(session.profile))
        self._session = boto3.Session(
            botocore_session=core,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            region_name=session.region_name,
        )

    @property
    def region_name(self) -> str | None:
        """The Region that clients call: the session's."""
        name: str | None = self._session.region_name
        return name

    def client(self, service: str) -> Any:  # noqa: ANN401  # made at run time
        """Return a client."""
        return self._session.client(service, config=self._config)


@functools.cache
def _data_loader(profile: str | None) -> Any:  # noqa: ANN401  # botocore has no types.
    import botocore.session  # noqa: PLC0415

    return botocore.session.Session(profile=profile).get_component("data_loader")


def in_order(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Call a function for each item, several at a time; yield each result as soon as those before it are there.

    What the function raises is raised here, in the item's turn. Nothing waits for calls that are under way when the
    reader stops, e.g. by Ctrl-C.
    """
    from concurrent.futures import Future  # noqa: PLC0415  # As in `session`.

    futures = [Future[Result]() for _ in items]
    waiting = queue.SimpleQueue[tuple[Future[Result], Item]]()
    for pair in zip(futures, items, strict=True):
        waiting.put(pair)
    stopped = threading.Event()

    def work() -> None:
        while not (stopped.is_set() or waiting.empty()):
            with suppress(queue.Empty):
                future, item = waiting.get_nowait()
                try:
                    future.set_result(function(item))
                except BaseException as error:  # noqa: BLE001  # It is raised again, below.
                    future.set_exception(error)

    # Daemons, which Python does not wait for at its end, as it does for an executor's.
    for _ in range(min(_WORKERS, len(items))):
        threading.Thread(target=work, daemon=True).start()
    try:
        yield from (future.result() for future in futures)
    finally:
        stopped.set()
