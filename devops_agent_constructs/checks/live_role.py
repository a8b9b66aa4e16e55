"""Holds a role as IAM's API returns it, and reads it into what the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.policy import read_policy, read_trust
from devops_agent_constructs.checks.role import Purpose, Role


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
        partition: The ARN's second field; this and what follows is read from the ARN.
        account_id: The account of the role.
        path: Begins and ends with `/`.
        role_name: The name, without the path.

    See https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
    """

    arn: str
    trust_policy: Mapping[str, Any]
    managed_policy_arns: tuple[str, ...] = ()
    inline_policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    permissions_boundary_arn: str | None = None
    description: str = ""
    max_session_seconds: int = service.DEFAULT_SESSION_SECONDS
    last_used: datetime | None = None
    last_used_region: str = ""
    partition: str = field(init=False, repr=False, compare=False)
    account_id: str = field(init=False, repr=False, compare=False)
    path: str = field(init=False, repr=False, compare=False)
    role_name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the ARN, and read it."""
        arn = _validators.role_arn(self.arn, field="arn")
        parts = {"partition": arn.partition, "account_id": arn.account_id, "path": arn.path, "role_name": arn.name}
        for name, part in parts.items():
            object.__setattr__(self, name, part)

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
            max_session_seconds=role.get("MaxSessionDuration", service.DEFAULT_SESSION_SECONDS),
            last_used=used.get("LastUsedDate"),
            last_used_region=used.get("Region", ""),
        )

    def role(self, *, purpose: Purpose | None = None, agent_space: AgentSpaceArn | None = None) -> Role:
        """Return what the rules look at, as the reader of templates makes it.

        Args:
            purpose: What DevOps Agent does with it. None: what its policies and name say.
            agent_space: Which Agent Space must get in. None: the one that the trust policy names.
        """
        place = Place(template=self.arn)
        role = Role(
            place=place,
            account_id=self.account_id,
            name=self.role_name,
            path=self.path,
            trust=read_trust(self.trust_policy, place.at("AssumeRolePolicyDocument")),
            managed_policy_arns=self.managed_policy_arns,
            policies=tuple(
                read_policy(document, place.at("Policies", name), account_id=self.account_id)
                for name, document in self.inline_policies.items()
            ),
            permissions_boundary=self.permissions_boundary_arn or "",
            agent_spaces=() if agent_space is None else (agent_space,),
        )
        return replace(role, purpose=purpose or role.apparent_purpose)
