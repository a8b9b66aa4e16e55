"""Clients of AWS with the credentials that the user named, as the AWS CLI finds them."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_ATTEMPTS = 8


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

    def client(self, service: str, *, region: str | None = None) -> Any:  # noqa: ANN401  # made at run time
        """Return a client that retries throttled calls; raises botocore's errors.

        Args:
            service: boto3's name of the service, e.g. `iam`.
            region: None: the session's.
        """
        return _client(self._boto3(), service, region)

    def _boto3(self) -> boto3.Session:
        # The AWS CLI reads AWS_REGION; boto3 knows AWS_DEFAULT_REGION alone.
        return _boto3_session(self.profile, self.region or os.environ.get("AWS_REGION") or None)


@functools.cache
def _boto3_session(profile: str | None, region: str | None) -> boto3.Session:
    # Not at the top: importing boto3 takes longer than all of `--help`.
    import boto3  # noqa: PLC0415

    return boto3.Session(profile_name=profile, region_name=region)


@functools.cache
def _client(session: boto3.Session, service: str, region: str | None) -> Any:  # noqa: ANN401
    from botocore.config import Config  # noqa: PLC0415  # As above.

    # What the user has set in the environment or in a profile is left to botocore, which the arguments would overrule.
    core = session._session  # noqa: SLF001  # boto3 has no other way to botocore's settings.
    retries: Any = {
        **({} if core.get_config_variable("retry_mode") else {"mode": "standard"}),
        **({} if core.get_config_variable("max_attempts") else {"total_max_attempts": _ATTEMPTS}),
    }
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries=retries,
        user_agent_extra=f"devops-agent-constructs/{version('devops-agent-constructs')}",
    )
    return session.client(service, region_name=region, config=config)
