"""Names the stacks of an onboarding, like `DevOpsAgentPrimary`; whoever prints a command asks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from devops_agent_constructs import _validators, service
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.organization_access import FUNCTION_ROLE_NAME, READ_ROLE_NAME

if TYPE_CHECKING:
    from aws_cdk import Stage
    from constructs import Construct

_PREFIX = re.compile("[A-Za-z][A-Za-z0-9-]*")
_LONGEST_ID = len("DevOpsAgentSecondary-123456789012")
_LONGEST_ROLE_NAME = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class StackNames:
    """The ids of the stacks of one accounts file; in a stage, the name of a stack begins with the stage's.

    Attributes:
        prefix: What all begin with, like `Orders` or `Orders-`. Empty: nothing.

    Raises:
        OnboardingInputError: CloudFormation would refuse a stack with this prefix.
    """

    prefix: str = ""

    def __post_init__(self) -> None:
        """Check the prefix."""
        if not self.prefix:
            return
        longest = service.MAX_STACK_NAME - _LONGEST_ID
        if _validators.is_token(self.prefix) or _PREFIX.fullmatch(self.prefix) is None or len(self.prefix) > longest:
            why = f"a stack's name begins with a letter and has A-Z a-z 0-9 -, this part of it at most {longest}"
            raise OnboardingInputError("stack_prefix", self.prefix, why=why, fix="write it like 'Orders-'")

    @property
    def agent_space(self) -> str:
        """The stack of a new Agent Space."""
        return f"{self.prefix}DevOpsAgentSpace"

    @property
    def primary(self) -> str:
        """The stack of the associations."""
        return f"{self.prefix}DevOpsAgentPrimary"

    @property
    def organization(self) -> str:
        """The stack that rolls out to an organization."""
        return f"{self.prefix}DevOpsAgentOrganization"

    @property
    def sync(self) -> str:
        """The stack that keeps the associations in step."""
        return f"{self.prefix}DevOpsAgentSync"

    @property
    def sync_function(self) -> str:
        """The sync's function in it, with the function's role and event bus; by default `AccountSync`'s own name."""
        return f"{self.prefix}{FUNCTION_ROLE_NAME}"

    @property
    def organization_read_role(self) -> str:
        """The role in the organization's stack that reads for the sync; by default `OrganizationReadRole`'s own."""
        return f"{self.prefix}{READ_ROLE_NAME}"

    @property
    def longest_prefix_of_sync(self) -> int:
        """How long a prefix may be if there is a sync: IAM's roles have shorter names than stacks."""
        return _LONGEST_ROLE_NAME - len(StackNames().organization_read_role)

    @property
    def stack_set(self) -> str:
        """The StackSet in it, of which an account has one of a name."""
        return f"{self.prefix}DevOpsAgentSecondary"

    def secondary(self, account_id: str) -> str:
        """Return the stack of a secondary account."""
        return f"{self.prefix}DevOpsAgentSecondary-{account_id}"


def stage_name_of(scope: Construct) -> str:
    """Return the name of a stage, or of the one around a construct; empty for the app."""
    from aws_cdk import Stage  # noqa: PLC0415 (the command line prints names, and does not wait for Node)

    # `Stage.of` a stage is the one around it.
    stage = cast("Stage", scope) if Stage.is_stage(scope) else Stage.of(scope)
    return "" if stage is None else stage.stage_name
