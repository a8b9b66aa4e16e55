"""How somebody comes into an account: through the role that AWS Organizations puts into each that it creates."""

from __future__ import annotations

import json

from moto.iam.models import IAMBackend, iam_backends

from tests.emulator.credentials import ACCESS_ROLE, Credentials

_USER = "emulator"


def access_to(account_id: str, *, made_by: str) -> tuple[str, Credentials]:
    """The ARN of the role, and the access key of a user who may assume it.

    Args:
        account_id: The account to come into.
        made_by: The account that made it, if AWS Organizations of the emulator did not.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
    """
    iam: IAMBackend = iam_backends[account_id]["aws"]
    role = next((one for one in iam.get_roles() if one.name == ACCESS_ROLE), None)
    if role is None:
        trusted = {"AWS": f"arn:aws:iam::{made_by}:root"}
        statement = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
        role = iam.create_role(
            role_name=ACCESS_ROLE,
            assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            path="/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration=None,
        )
    if not role.managed_policies:
        iam.attach_role_policy("arn:aws:iam::aws:policy/AdministratorAccess", ACCESS_ROLE)
    [statement] = json.loads(role.assume_role_policy_document)["Statement"]
    return role.arn, _user_of(statement["Principal"]["AWS"].split(":")[4])


def _user_of(account_id: str) -> Credentials:
    iam: IAMBackend = iam_backends[account_id]["aws"]
    if _USER not in iam.users:
        iam.create_user(region_name="us-east-1", user_name=_USER)
        iam.create_access_key(_USER)
    [key] = iam.get_user(_USER).access_keys
    return Credentials(access_key_id=key.access_key_id, secret_access_key=key.secret_access_key, session_token=None)
