"""Says where an Agent Space lives: its ARN, parsed once, from which Region and primary account are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked, checked_fields
from devops_agent_constructs._source_arn import SourceArn, parse_arn
from devops_agent_constructs.errors import OnboardingInputError


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class AgentSpaceArn:
    """Where an Agent Space lives; a secondary account trusts exactly one, unless told otherwise.

    Attributes:
        arn: `arn:<partition>:aidevops:<region>:<account>:agentspace/<id>`; the id is `*` after `any_in_account`.
        partition: e.g. `aws`.
        region: The Agent Space's Region, e.g. `us-east-1`.
        account_id: The primary account, 12 digits.
        agent_space_id: The ARN's last part; `*` after `any_in_account`.
        elevated_actions_enabled: Whether the space permits AWS's directed actions. None: not known, as for every space
            that this app does not define.
        encryption_key_arn: The customer managed key of a space that this app defines with one. None: not known.
        is_deploy_time_value: Whether it was given as a value that only deployment knows, so that a person may choose it
            then.

    Raises:
        OnboardingInputError: The Region is not one of the partition.

    See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
    """

    arn: str
    partition: str
    region: str
    account_id: str
    agent_space_id: str
    elevated_actions_enabled: bool | None = field(default=None, compare=False)
    encryption_key_arn: str | None = field(default=None, compare=False, repr=False)
    is_deploy_time_value: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check that the Region is one of the partition."""
        _validators.region_in_partition(self.region, self.partition, field="region")

    @classmethod
    @checked
    def of(cls, agent_space: AgentSpaceReference, *, field: str = "agent_space") -> AgentSpaceArn:
        """Return where an Agent Space lives that is given in any of the ways in which it may be.

        Args:
            agent_space: An `AgentSpaceArn`, an `AgentSpace` (made here or imported), or an ARN as text.
            field: The name that an error blames.

        Raises:
            OnboardingInputError: It is none of these, or not the ARN of an Agent Space.
        """
        if isinstance(agent_space, AgentSpaceArn):
            return agent_space
        if isinstance(agent_space, str):
            return cls.from_arn(agent_space, field=field)
        return agent_space.agent_space_arn

    @classmethod
    @checked
    def from_arn(cls, arn: str, *, field: str = "agent_space_arn") -> AgentSpaceArn:
        """Parse an ARN.

        A value that only deployment knows (an SSM parameter, a `CfnParameter`, an import from another stack) is taken
        apart by CloudFormation. The trust policy then compares it literally, so that a wildcard admits nobody.

        Args:
            arn: The ARN of one Agent Space, from the console or from a stack's outputs.
            field: The name that an error blames.

        Raises:
            OnboardingInputError: It is not such an ARN.
        """
        if _validators.is_token(arn) and ":" not in arn:
            return cls._from_token(arn, field=field)
        parts = parse_arn(arn)
        why = _why_not(arn, parts)
        if parts is None or why:
            raise OnboardingInputError(field, arn, why=why, fix=_EXAMPLE)
        _validators.region_in_partition(parts.region, parts.partition, field=field, value=arn)
        return cls(
            arn=arn,
            partition=parts.partition,
            region=parts.region,
            account_id=parts.account_id,
            agent_space_id=parts.id,
            is_deploy_time_value=_validators.is_token(arn),
        )

    @classmethod
    def _from_token(cls, arn: str, *, field: str) -> AgentSpaceArn:
        # Not at the top: who has a token has loaded the CDK, others need not wait for it.
        from aws_cdk import Aws, Fn, Tokenization  # noqa: PLC0415

        try:
            Tokenization.reverse_string(arn)
        except RuntimeError as error:
            why = "a CDK token of another app, which means nothing in this one"
            raise OnboardingInputError(field, arn, why=why, fix=_EXAMPLE) from error
        parts = Fn.split(":", arn)
        return cls(
            arn=arn,
            partition=Aws.PARTITION,  # Trust does not cross partitions, so it is that of whoever deploys.
            region=Fn.select(3, parts),
            account_id=Fn.select(4, parts),
            agent_space_id=Fn.select(1, Fn.split("/", arn)),
            is_deploy_time_value=True,
        )

    @classmethod
    @checked
    def any_in_account(cls, account_id: str, *, region: str, partition: str | None = None) -> AgentSpaceArn:
        """Stand for every Agent Space of an account and Region, present and future.

        Weaker than one ARN: whoever may create an Agent Space in the primary account can reach the secondary account.
        It serves when the space does not exist yet while the secondary accounts are deployed.

        Args:
            account_id: The primary account, 12 digits.
            region: The Region of its Agent Spaces.
            partition: The ARN's second field. None: the Region's.

        Raises:
            OnboardingInputError: `account_id` or `region` is malformed, or the Region is of another partition.
        """
        _validators.account_id(account_id, field="account_id")
        _validators.region(region, field="region")
        partition = partition or _validators.partition_of(region)
        arn = f"arn:{partition}:aidevops:{region}:{account_id}:agentspace/*"
        return cls(arn=arn, partition=partition, region=region, account_id=account_id, agent_space_id="*")

    @property
    def is_any_in_account(self) -> bool:
        """Whether this stands for every Agent Space of the account."""
        return self.agent_space_id == "*"


class IAgentSpace(Protocol):
    """What has the ARN of an Agent Space: an `AgentSpace`, made here or imported."""

    @property
    def agent_space_arn(self) -> AgentSpaceArn:
        """Where the space lives."""


AgentSpaceReference: TypeAlias = AgentSpaceArn | IAgentSpace | str
"""An Agent Space in any of the ways in which one may be given: `AgentSpaceArn.of` reads them."""


def all_of(agent_space: AgentSpaceReference | Sequence[AgentSpaceReference]) -> list[AgentSpaceArn]:
    """Return where each of one or several Agent Spaces lives; `field` of an error is like `agent_space[1]`."""
    if isinstance(agent_space, str) or not isinstance(agent_space, Sequence):
        return [AgentSpaceArn.of(agent_space)]
    if not agent_space:
        why = "nobody could assume the role"
        raise OnboardingInputError("agent_space", [], why=why, fix="give at least one Agent Space")
    return [AgentSpaceArn.of(space, field=f"agent_space[{index}]") for index, space in enumerate(agent_space)]


def known(space: AgentSpaceArn, *, why: str, fix: str, field: str = "agent_space") -> AgentSpaceArn:
    """Return an Agent Space whose ARN is known before deployment; `why` says what needs it."""
    if _validators.is_token(space.arn):
        raise OnboardingInputError(field, space.arn, why=f"only deployment knows this ARN, but {why}", fix=fix)
    return space


def known_only_by_deployment(arn: str, *, field: str) -> OnboardingInputError:
    """Return the error for the ARN of an Agent Space that another account cannot know yet, with both ways out."""
    why = "only deployment knows this ARN, but the trust policy of another account must spell it out"
    fix = "deploy the Agent Space first and pass its ARN from the outputs, or use AgentSpaceArn.any_in_account"
    return OnboardingInputError(field, arn, why=why, fix=fix)


_EXAMPLE = (
    "copy it from the Agent Space's page, like "
    "'arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c'"
)


def _why_not(arn: str, parts: SourceArn | None) -> str:
    """Say why this is not the ARN of one Agent Space; empty: it is."""
    if arn != arn.strip():
        return "an ARN has no white space or line break around it"
    if "*" in arn or "?" in arn:
        return "a wildcard would admit other Agent Spaces (AgentSpaceArn.any_in_account does so by name)"
    if parts is None or not parts.is_space:
        return "not the ARN of an Agent Space"
    if not _validators.is_token(parts.region) and not _validators.is_region(parts.region):
        return f"{parts.region!r} is not the name of an AWS Region"
    if not _validators.is_token(parts.account_id) and not _validators.is_account_id(parts.account_id):
        return f"{parts.account_id!r} is not an AWS account id, which has 12 digits"
    return ""
