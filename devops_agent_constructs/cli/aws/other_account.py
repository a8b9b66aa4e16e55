"""Makes clients in another account, by assuming a role there that the user names."""

from __future__ import annotations

import functools
from typing import Any

from devops_agent_constructs.cli.aws.session import Session

_SESSION_NAME = "devops-agent-accounts"


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
