"""Holds a secondary account, the role it gets, and where topology discovery starts, as checked values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked, checked_fields
from devops_agent_constructs._constructs import tag_checks
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.secondary.role_settings import ROLE_DESCRIPTION, RoleSettings

# The pattern of the schema of AWS::DevOpsAgent::Association (2026-10-20), without its classes of other scripts.
_TAG = re.compile(r"[\w\s.:/=+@-]{1,512}")


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class TopologyScope:
    """What topology discovery starts from in a secondary account; it limits neither access nor investigations.

    CloudFormation has both properties, the API of 2026-01-01 has neither: whether they have an effect is unconfirmed.

    Attributes:
        tags: Key -> value, 1-512 characters each.
        resource_arns: ARNs of CloudFormation stacks, ECR repositories, S3 buckets or objects.

    Raises:
        OnboardingInputError: Neither is given, or a tag or an ARN is malformed.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-association.html
    """

    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    resource_arns: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check both."""
        if not self.tags and not self.resource_arns:
            why = "neither tags nor resources"
            raise OnboardingInputError("topology", {}, why=why, fix="give one of them, or leave it out")
        for key, value in self.tags.items():
            for text in (key, value):
                if not _validators.is_token(text) and _TAG.fullmatch(text) is None:
                    why = "a tag's key and value have 1-512 letters, digits, spaces and _.:/=+-@"
                    raise OnboardingInputError("topology.tags", {key: value}, why=why, fix="correct it")
        for index, arn in enumerate(self.resource_arns):
            if not _validators.is_token(arn) and not arn.startswith("arn:"):
                why = "not an ARN"
                raise OnboardingInputError(f"topology.resource_arns[{index}]", arn, why=why, fix="give the full ARN")


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SecondaryAccount:
    """A secondary account and the role it gets.

    Attributes:
        account_id: 12 digits.
        region: The Region of the stack; the role is global. None: the Agent Space's Region.
        role_name: 1-64 characters, fixed: the primary account spells out the role's ARN.
        path: Begins and ends with `/`.
        description: At most 1,000 Latin characters.
        capabilities: What the agent may read beyond AWS's managed policy.
        access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
        managed_policies: Names of the account's own policies, or ARNs, instead of AWS's policy. None: AWS's policy.
        permissions_boundary: The name of a policy of the account, or an ARN. None: no boundary of its own.
        max_session_seconds: 3600 to 43200. None: IAM applies its own default of 1 hour.
        elevated_role_arn: A role of the account for AWS's directed actions, which must be enabled in the Agent Space.
            None: none.
        topology: What the agent's topology discovery starts from. None: AWS's default, all CloudFormation stacks.
        tags: Of its stack and of the role, key -> value, at most 50.
        role_settings: What of this concerns the role, as one value; computed.

    Raises:
        OnboardingInputError: A value that IAM or DevOps Agent would refuse.
    """

    account_id: str
    region: str | None = None
    role_name: str = service.SECONDARY_ROLE_NAME
    path: str = "/"
    description: str = ROLE_DESCRIPTION
    capabilities: Sequence[Capability] = ()
    access_limits: AccessLimits | None = None
    managed_policies: Sequence[str] | None = None
    permissions_boundary: str | None = None
    max_session_seconds: int | None = None
    elevated_role_arn: str | None = None
    topology: TopologyScope | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    role_settings: RoleSettings = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check every field."""
        _validators.known(self.account_id, field="account_id", why="the stack's name and logical ids are made of it")
        _validators.known(self.region, field="region", why="the stack is in it")
        _validators.account_id(self.account_id, field="account_id")
        if self.region is not None:
            _validators.region(self.region, field="region")
        settings = RoleSettings.of(self)
        object.__setattr__(self, "role_settings", settings)
        partition = self.partition
        partition_checks.check_all(self.partition_fields(), partition)
        account = RoleAccount(partition=partition or "aws", account_id=self.account_id)
        # TRANSITION has the statements of both set-ups: what fits together there fits everywhere.
        settings.inline_policy(account, generation=Generation.TRANSITION, partition=partition)
        if self.elevated_role_arn is not None:
            arn = _validators.role_arn(self.elevated_role_arn, field="elevated_role_arn")
            if arn.account_id != self.account_id:
                why = f"the elevated role must be in the account itself, {self.account_id}"
                fix = "give the ARN of a role in this account"
                raise OnboardingInputError("elevated_role_arn", self.elevated_role_arn, why=why, fix=fix)
        tag_checks.check_stack(self.tags, field="tags")

    @property
    def partition(self) -> str | None:
        """The partition that its Region or an ARN names; None if nothing does."""
        return partition_checks.first(self.partition_fields().values())

    def partition_fields(self) -> dict[str, object]:
        """Return what may name a partition, by the field that an error names."""
        arns = () if self.topology is None else self.topology.resource_arns
        return {
            "region": self.region,
            **self.role_settings.partition_fields(),
            "elevated_role_arn": self.elevated_role_arn,
            **{f"topology.resource_arns[{index}]": arn for index, arn in enumerate(arns)},
        }

    @checked
    def role_arn(self, partition: str = "aws") -> str:
        """Return the ARN that the role has, or will have: name and path are fixed."""
        return self.role_settings.role_arn(RoleAccount(partition=partition, account_id=self.account_id))
