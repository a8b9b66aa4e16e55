"""A role as IAM's API returns it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from devops_agent_constructs import _checks


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveRole:
    """A role as it stands in an account.

    Attributes:
        arn: `arn:<partition>:iam::<account>:role<path><name>`.
        trust_policy: The document, parsed.
        managed_policy_arns: What is attached, in any order.
        inline_policies: Name -> document.
        permissions_boundary_arn: None: no boundary.
        description: Empty: none.
        max_session_seconds: IAM's default is 3600.
        last_used: In UTC. None: never, or longer ago than the 400 days that IAM remembers.
        last_used_region: Where that was.

    See https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
    """

    arn: str
    trust_policy: Mapping[str, Any]
    managed_policy_arns: tuple[str, ...] = ()
    inline_policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    permissions_boundary_arn: str | None = None
    description: str = ""
    max_session_seconds: int = 3600
    last_used: datetime | None = None
    last_used_region: str = ""

    def __post_init__(self) -> None:
        """Check the ARN, from which account, path and name are read."""
        _checks.role_arn(self.arn, field="arn")

    @classmethod
    def from_api(
        cls,
        role: Mapping[str, Any],
        *,
        managed_policy_arns: Iterable[str],
        inline_policies: Mapping[str, Mapping[str, Any]],
    ) -> LiveRole:
        """Make the value of IAM's answers, as boto3 returns them.

        Args:
            role: `Role` of GetRole.
            managed_policy_arns: Each `PolicyArn` of ListAttachedRolePolicies.
            inline_policies: Name -> `PolicyDocument` of GetRolePolicy, for each name of ListRolePolicies.
        """
        used = role.get("RoleLastUsed", {})
        return cls(
            arn=role["Arn"],
            trust_policy=role["AssumeRolePolicyDocument"],
            managed_policy_arns=tuple(managed_policy_arns),
            inline_policies=dict(inline_policies),
            permissions_boundary_arn=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            description=role.get("Description", ""),
            max_session_seconds=role.get("MaxSessionDuration", 3600),
            last_used=used.get("LastUsedDate"),
            last_used_region=used.get("Region", ""),
        )

    @property
    def partition(self) -> str:
        """The ARN's second field."""
        return self.arn.split(":")[1]

    @property
    def account_id(self) -> str:
        """The account of the role."""
        return self.arn.split(":")[4]

    @property
    def path(self) -> str:
        """Begins and ends with `/`."""
        return self.arn.partition(":role")[2].rpartition("/")[0] + "/"

    @property
    def role_name(self) -> str:
        """The name, without the path."""
        return self.arn.rpartition("/")[2]
