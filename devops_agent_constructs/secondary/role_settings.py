"""Holds the settings of a secondary role as one checked value, from which all that makes the role is computed.

Whoever defines such a role builds it first: the values `SecondaryAccount` and `Organization`, the constructs, the plain
template. Whom the role trusts is no setting of it; `policies.trust` computes that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from devops_agent_constructs import _validators, service
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.permissions import inline_policy, managed_policy_names
from devops_agent_constructs.policies.resources import RoleAccount

if TYPE_CHECKING:  # The command line and the plain template do not wait for the CDK.
    from aws_cdk import aws_iam as iam

ROLE_DESCRIPTION = "Lets AWS DevOps Agent investigate this account"


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleSettings:
    """The settings of a secondary role, in whatever account.

    What depends on the account, its partition or the generation is checked by `inline_policy`, which nobody who makes
    the role can leave out.

    Attributes:
        role_name: 1-64 characters.
        path: Begins and ends with `/`.
        description: At most 1,000 Latin characters.
        capabilities: What the agent may read beyond AWS's managed policy.
        access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
        managed_policies: Objects of the CDK, names of the account's own policies, or ARNs. None: AWS's policies.
        permissions_boundary: An object of the CDK, the name of a policy of the account, or an ARN. None: no boundary.
        max_session_seconds: 3600 to 43200. None: IAM applies its own default of 1 hour.

    Raises:
        OnboardingInputError: A value that IAM or DevOps Agent would refuse in any account.
    """

    role_name: str = service.SECONDARY_ROLE_NAME
    path: str = "/"
    description: str = ROLE_DESCRIPTION
    capabilities: Sequence[Capability] = ()
    access_limits: AccessLimits | None = None
    managed_policies: Sequence[iam.IManagedPolicy | str] | None = None
    permissions_boundary: iam.IManagedPolicy | str | None = None
    max_session_seconds: int | None = None

    @classmethod
    def of(cls, holder: object) -> RoleSettings:
        """Make the value of an object that has all of the settings as fields of its own."""
        return cls(**{field.name: getattr(holder, field.name) for field in fields(cls)})

    def __post_init__(self) -> None:
        """Check what is the same in every account."""
        _validators.role_name(self.role_name, field="role_name")
        _validators.path(self.path, field="path")
        # The shortest partition; `inline_policy` knows the role's.
        _validators.role_arn_length(role_name=self.role_name, path=self.path, field="path")
        _validators.description(self.description, field="description")
        count = len(self.managed_policies or ())
        if count > service.MAX_MANAGED_POLICIES_PER_ROLE:
            why = f"{count} managed policies; IAM attaches {service.MAX_MANAGED_POLICIES_PER_ROLE} to a role by default"
            fix = "unite some; or, after AWS has raised the quota, attach the rest with `.role.add_managed_policy`"
            raise OnboardingInputError("managed_policies", count, why=why, fix=fix)
        if self.max_session_seconds is not None:
            _validators.session_seconds(self.max_session_seconds, field="max_session_seconds")

    def inline_policy(
        self, account: RoleAccount, *, generation: Generation, partition: str | None
    ) -> InlinePolicy | None:
        """Check the settings against an account, and compute the role's inline policy there.

        Args:
            account: The account of the role; with a token as its id, policies of any account will do.
            generation: Which of AWS's two set-ups to follow.
            partition: The role's. None or a token: not known, so that the role's ARN counts with `aws`, the shortest.

        Returns:
            The document; None if it would have no statement.

        Raises:
            OnboardingInputError: A policy is of another account; a policy, a Region or a resource is of another
                partition; capabilities or limits contradict each other; the document is longer than IAM admits.
        """
        self.check_place(account.account_id, partition)
        document = inline_policy(
            self.capabilities, account=account, generation=generation, access_limits=self.access_limits
        )
        partition_checks.check_resources(document, partition, field="capabilities")
        return document

    def check_place(self, account_id: str, partition: str | None) -> None:
        """Check that policies given by name or ARN, and the limits' Regions, are of the account and the partition."""
        known = "aws" if partition is None or _validators.is_token(partition) else partition
        _validators.role_arn_length(role_name=self.role_name, path=self.path, field="path", partition=known)
        for field, policy in self.policies().items():
            if isinstance(policy, str):
                _validators.policy(policy, account_id=account_id, field=field)
        partition_checks.check_all(self.partition_fields(), partition)

    def partition_fields(self) -> dict[str, object]:
        """Return what may name a partition, by the field that an error names."""
        return {**self.policies(), **partition_checks.regions_of(self.access_limits)}

    def managed_policy_arns(self, account: RoleAccount, *, generation: Generation) -> tuple[str, ...]:
        """Return the ARNs of the managed policies that the role has in an account."""
        if self.managed_policies is None:
            names = managed_policy_names(generation)
            return tuple(f"arn:{account.partition}:iam::aws:policy/{name}" for name in names)
        return tuple(policy_arn(policy, account) for policy in self.managed_policies)

    def permissions_boundary_arn(self, account: RoleAccount) -> str | None:
        """Return the ARN of the boundary that the role has in an account; None if it has none of its own."""
        return None if self.permissions_boundary is None else policy_arn(self.permissions_boundary, account)

    def role_arn(self, account: RoleAccount) -> str:
        """Return the ARN that the role has, or will have, in an account: name and path are fixed."""
        return account.arn("iam", f"role{self.path}{self.role_name}", region="")

    def with_capability(self, capability: Capability) -> RoleSettings:
        """Return the settings with one capability more."""
        return replace(self, capabilities=(*self.capabilities, capability))

    def policies(self) -> dict[str, iam.IManagedPolicy | str | None]:
        """Return the boundary and the managed policies as they were given, by the field that an error names."""
        managed = {f"managed_policies[{index}]": policy for index, policy in enumerate(self.managed_policies or ())}
        return {"permissions_boundary": self.permissions_boundary, **managed}


def policy_arn(policy: iam.IManagedPolicy | str, account: RoleAccount) -> str:
    """Return the ARN of a policy; a name means the policy of that name in the account."""
    if not isinstance(policy, str):
        return policy.managed_policy_arn
    if policy.startswith("arn:") or _validators.is_token(policy):
        return policy
    return account.arn("iam", f"policy/{policy}", region="")
