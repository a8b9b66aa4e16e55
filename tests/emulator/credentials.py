"""What a request is signed with, and the role that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""The role that AWS Organizations puts into every account that it creates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Credentials for one account, as `sts:AssumeRole` handed them out, or of a user.

    Attributes:
        session_token: None: of a user.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str | None
