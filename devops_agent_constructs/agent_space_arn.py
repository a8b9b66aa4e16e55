"""Where an Agent Space lives, parsed once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from devops_agent_constructs import _checks
from devops_agent_constructs.errors import OnboardingInputError

# The id as in botocore's `devops-agent` model, API version 2026-01-01 (shape AgentSpaceId).
_ARN = re.compile(r"arn:(aws[a-z-]*):aidevops:([^:]*):([^:]*):agentspace/([A-Za-z0-9-]{1,64})")


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

    See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
    """

    arn: str
    partition: str
    region: str
    account_id: str
    agent_space_id: str
    elevated_actions_enabled: bool | None = field(default=None, compare=False)

    @classmethod
    def from_arn(cls, arn: str, *, field: str = "agent_space_arn") -> AgentSpaceArn:
        """Parse a concrete ARN.

        Args:
            arn: The ARN of one Agent Space, from the console or from a stack's outputs.
            field: The name that an error blames.

        Raises:
            OnboardingInputError: It is not such an ARN, or only deployment knows it (a CDK token).
        """
        if _checks.is_token(arn):
            raise known_only_by_deployment(arn, field=field)
        match = _ARN.fullmatch(arn)
        if match is None or not _checks.is_region(match[2]) or not _checks.is_account_id(match[3]):
            raise OnboardingInputError(field, arn, why=_why_not(arn, match), fix=_EXAMPLE)
        return cls(arn=arn, partition=match[1], region=match[2], account_id=match[3], agent_space_id=match[4])

    @classmethod
    def any_in_account(cls, account_id: str, *, region: str, partition: str = "aws") -> AgentSpaceArn:
        """Stand for every Agent Space of an account and Region, present and future.

        Weaker than one ARN: whoever may create an Agent Space in the primary account can reach the secondary account.
        It serves when the space does not exist yet while the secondary accounts are deployed.

        Args:
            account_id: The primary account, 12 digits.
            region: The Region of its Agent Spaces.
            partition: The ARN's second field.

        Raises:
            OnboardingInputError: `account_id` or `region` is malformed.
        """
        _checks.account_id(account_id, field="account_id")
        _checks.region(region, field="region")
        arn = f"arn:{partition}:aidevops:{region}:{account_id}:agentspace/*"
        return cls(arn=arn, partition=partition, region=region, account_id=account_id, agent_space_id="*")

    @property
    def is_any_in_account(self) -> bool:
        """Whether this stands for every Agent Space of the account."""
        return self.agent_space_id == "*"


def known_only_by_deployment(arn: str, *, field: str) -> OnboardingInputError:
    """Return the error for the ARN of an Agent Space that another account cannot know yet, with both ways out."""
    why = "only deployment knows this ARN, but the trust policy of another account must spell it out"
    fix = "deploy the Agent Space first and pass its ARN from the outputs, or use AgentSpaceArn.any_in_account"
    return OnboardingInputError(field, arn, why=why, fix=fix)


_EXAMPLE = (
    "copy it from the Agent Space's page, like "
    "'arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c'"
)


def _why_not(arn: str, match: re.Match[str] | None) -> str:
    if arn != arn.strip():
        return "an ARN has no white space or line break around it"
    if "*" in arn or "?" in arn:
        return "a wildcard would admit other Agent Spaces (AgentSpaceArn.any_in_account does so by name)"
    if match is None:
        return "not the ARN of an Agent Space"
    if not _checks.is_region(match[2]):
        return f"{match[2]!r} is not the name of an AWS Region"
    return f"{match[3]!r} is not an AWS account id, which has 12 digits"
