"""Profiles of the AWS CLI for accounts in the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.emulator.server import Emulator


def write_profiles(path: Path, emulator: Emulator, profiles: Mapping[str, str]) -> None:
    """Write a file for AWS_CONFIG_FILE, with the credentials of each account under the name of its profile."""
    lines = []
    for profile, account_id in profiles.items():
        credentials = emulator.credentials(account_id)
        lines += [
            f"[profile {profile}]",
            "region = us-east-1",
            f"aws_access_key_id = {credentials.access_key_id}",
            f"aws_secret_access_key = {credentials.secret_access_key}",
            f"aws_session_token = {credentials.session_token}",
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
