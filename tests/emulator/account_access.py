"""How somebody comes into an account: through the role that AWS Organizations puts into each that it creates."""

from __future__ import annotations

import json

from moto.iam.models import IAMBackend, iam_backends

from tests.emulator.credentials import ACCESS_ROLE, Credentials

_USER = "emulator"


def own_credentials(account_id: str) -> Credentials:
    """The access key of a user, made once."""
    iam: IAMBackend = iam_backends[account_id]["aws"]
    if _USER not in iam.users:
        iam.create_user(region_name="us-east-1", user_name=_USER)
        iam.create_access_key(_USER)
    [key] = iam.get_user(_USER).access_keys
    return Credentials(access_key_id=key.access_key_id, secret_access_key=key.secret_access_key, session_token=None)


def access_role(account_id: str, *, trusts: str) -> str:
    """The ARN of the role, made once; `trusts` is the account that creates the others, and nobody else gets in.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
    """
    iam: IAMBackend = iam_backends[account_id]["aws"]
    arn = f"arn:aws:iam::{account_id}:role/{ACCESS_ROLE}"
    if arn not in [role.arn for role in iam.roles.values()]:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{trusts}:root"},
            "Action": "sts:AssumeRole",
        }
        iam.create_role(
            role_name=ACCESS_ROLE,
            assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            path="/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration=None,
        )
        iam.attach_role_policy("arn:aws:iam::aws:policy/AdministratorAccess", ACCESS_ROLE)
    return arn
