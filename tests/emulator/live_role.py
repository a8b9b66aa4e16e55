"""A role as it stands in an account, read over the IAM API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveRole:
    """What IAM says about a role; two reads of an unchanged role are equal."""

    arn: str
    role_id: str
    description: str
    max_session_seconds: int
    permissions_boundary_arn: str | None
    trust_policy: dict[str, Any]
    managed_policy_arns: list[str]
    inline_policies: dict[str, Any]
    tags: dict[str, str]

    @classmethod
    def find(cls, iam: IAMClient, role_name: str) -> LiveRole | None:
        """Read the role, if there is one."""
        try:
            return cls.read(iam, role_name)
        except iam.exceptions.NoSuchEntityException:
            return None

    @classmethod
    def read(cls, iam: IAMClient, role_name: str) -> LiveRole:
        """Read the role with all of its policies; raises IAM's NoSuchEntity if there is none."""
        role: Any = iam.get_role(RoleName=role_name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]
        inline = iam.list_role_policies(RoleName=role_name)["PolicyNames"]
        return cls(
            arn=role["Arn"],
            role_id=role["RoleId"],
            description=role.get("Description", ""),
            max_session_seconds=role["MaxSessionDuration"],
            permissions_boundary_arn=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            trust_policy=role["AssumeRolePolicyDocument"],
            managed_policy_arns=sorted(policy["PolicyArn"] for policy in attached),
            inline_policies={
                name: iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"] for name in inline
            },
            tags={tag["Key"]: tag["Value"] for tag in role.get("Tags", [])},
        )
