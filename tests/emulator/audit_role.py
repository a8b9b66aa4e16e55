"""The role that somebody in the primary account reads the other accounts with."""

from __future__ import annotations

import json

from tests.emulator.server import Emulator

AUDIT_ROLE = "Audit"


def create_audit_role(emulator: Emulator, account_id: str, *, trusts: str = "111111111111") -> None:
    """Create it over the API; `trusts` is the account whose administrators may assume it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{trusts}:root"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("iam", account_id).create_role(RoleName=AUDIT_ROLE, AssumeRolePolicyDocument=trust)
