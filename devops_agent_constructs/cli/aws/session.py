"""Makes clients of AWS with the credentials that the user named, as the AWS CLI finds them."""

from __future__ import annotations

import functools
import os
import re
import shlex
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.terminal.reporting import note

if TYPE_CHECKING:
    import boto3

_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_ATTEMPTS = 8
# For what a command can do without.
_IMPATIENT_SECONDS = 4
_IMPATIENT_ATTEMPTS = 3
# These clients repeat calls by themselves, as the user has set it: a command that is not told to be more patient ends
# when they give up.
RETRIES_OF_CLIENT = Retries(attempts=1)
# How long a call may take in silence.
_SILENT_SECONDS = 4.0
# As many digits of a second as Python 3.10 reads.
_ISO_8601 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3}|\.[0-9]{6})?Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """What the user said about credentials and Region; nothing is read or called before a client is asked for.

    Attributes:
        profile: None: `AWS_PROFILE`, or what else boto3 finds.
        region: None: `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's.
    """

    profile: str | None = None
    region: str | None = None

    @property
    def region_name(self) -> str | None:
        """The Region that clients call; None if the user has named none anywhere."""
        name: str | None = self._boto3().region_name
        return name

    def client(self, service: str, *, region: str | None = None, is_patient: bool = True) -> Any:  # noqa: ANN401
        """Return a client that retries throttled calls; raises botocore's errors.

        Args:
            service: boto3's name of the service, e.g. `iam`.
            region: None: the session's.
            is_patient: False: give up after seconds, for what the command can do without.

        Raises:
            CommandError: There is no such profile.
        """
        return _client(self._boto3(), service, region, is_patient)

    @property
    def options(self) -> str:
        """What the user said, as options of another command: a space before each, or nothing."""
        given = {"--profile": self.profile, "--region": self.region}
        return "".join(f" {name}={shlex.quote(value)}" for name, value in given.items() if value)

    def _boto3(self) -> boto3.Session:
        # The AWS CLI reads AWS_REGION; boto3 knows AWS_DEFAULT_REGION alone.
        return _boto3_session(self.profile, self.region or os.environ.get("AWS_REGION") or None)


@functools.cache
def _boto3_session(profile: str | None, region: str | None) -> boto3.Session:
    # Not at the top: importing boto3 takes longer than all of `--help`.
    import boto3  # noqa: PLC0415
    from botocore.exceptions import ProfileNotFound  # noqa: PLC0415

    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise _unknown_profile(profile) from error
    core = session._session  # noqa: SLF001  # boto3 has no other way to botocore's events and parsers.
    _say_what_calls_wait_for(core)
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_timestamp)
    return session


def _timestamp(value: Any) -> datetime:  # noqa: ANN401  # whatever stands in an answer
    """Read a time of an answer as botocore does, which takes half of a long list's time for those in ISO 8601."""
    if isinstance(value, str) and _ISO_8601.fullmatch(value):
        return datetime.fromisoformat(f"{value[:-1]}+00:00")
    from botocore.utils import parse_timestamp  # noqa: PLC0415  # As above.

    moment: datetime = parse_timestamp(value)
    return moment


def list_all(client: Any, operation: str, key: str, **parameters: str) -> Iterator[Any]:  # noqa: ANN401
    """Yield what an operation of a client lists under a key of its answer, page by page; raises botocore's errors."""
    for page in client.get_paginator(operation).paginate(**parameters):
        yield from page[key]


def _unknown_profile(given: str | None) -> CommandError:
    variables = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")  # In botocore's order.
    variable = next((name for name in variables if given is None and name in os.environ), None)
    name = os.environ[variable] if variable else given
    where = variable or "--profile"
    if not name:
        fix = f"unset {where}, or give --profile NAME" if variable else "give --profile NAME, or leave it out"
        return CommandError(where, why="it is empty, which names no profile", fix=fix)
    why = "the AWS CLI's files know no such profile"
    what = f"{where} {name}" if where == "--profile" else f"{where}={name}"
    return CommandError(what, why=why, fix="aws configure list-profiles shows those that there are")


@functools.cache
def _client(session: boto3.Session, service: str, region: str | None, is_patient: bool) -> Any:  # noqa: ANN401
    from botocore.config import Config  # noqa: PLC0415  # As above.

    # What the user has set in the environment or in a profile is left to botocore, which the arguments would overrule.
    core = session._session  # noqa: SLF001  # boto3 has no other way to botocore's settings.
    retries: Any = {
        **({} if core.get_config_variable("retry_mode") else {"mode": "standard"}),
        **({} if core.get_config_variable("max_attempts") else {"total_max_attempts": _ATTEMPTS}),
        **({} if is_patient else {"total_max_attempts": _IMPATIENT_ATTEMPTS}),
    }
    config = Config(
        connect_timeout=_CONNECT_SECONDS if is_patient else _IMPATIENT_SECONDS,
        read_timeout=_READ_SECONDS if is_patient else _IMPATIENT_SECONDS,
        retries=retries,
        user_agent_extra=_user_agent(),
    )
    return session.client(service, region_name=region, config=config)


@functools.cache
def _user_agent() -> str:
    # Once: it looks through all folders of packages, for milliseconds, and each account has clients of its own.
    return f"devops-agent-constructs/{version('devops-agent-constructs')}"


def _say_what_calls_wait_for(session: Any) -> None:  # noqa: ANN401  # botocore's, which is imported late
    """Write a line to standard error for each call of a session that takes longer than a few seconds.

    Calls that botocore makes for credentials are among them.
    """
    # A call for credentials happens inside of the one that needs them.
    running: list[threading.Timer] = []

    def begin(model: Any, params: dict[str, Any], **_: object) -> None:  # noqa: ANN401
        host = str(params.get("url", "")).partition("://")[2].partition("/")[0].rpartition("@")[2]
        text = f"waiting for {host} ({model.name}) ... Ctrl-C stops"
        timer = threading.Timer(_SILENT_SECONDS, note, [text])
        timer.daemon = True
        timer.start()
        running.append(timer)

    def end(**_: object) -> None:
        if running:
            running.pop().cancel()

    session.register("before-call", begin)
    session.register("after-call", end)
    session.register("after-call-error", end)
