"""Holds the primary account's side of an onboarding as checked values: a new Agent Space, an organization's id."""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.primary.agent_space_text import check_texts


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class NewAgentSpace:
    """An Agent Space to create, in a stack of its own in the primary account.

    Attributes:
        name: 1-255 characters.
        account_id: The primary account, 12 digits.
        region: The Agent Space's Region.
        description: 1-1,000 characters. None: none.
        locale: Language of the agent's answers, like `en-US`. None: AWS's default.
        elevated_actions_enabled: Whether the agent may propose directed actions through elevated roles.

    Raises:
        OnboardingInputError: A value that CloudFormation or DevOps Agent would refuse.
    """

    name: str
    account_id: str
    region: str
    description: str | None = None
    locale: str | None = None
    elevated_actions_enabled: bool = False

    def __post_init__(self) -> None:
        """Check where it is to be, and its texts."""
        _validators.known(self.account_id, field="account_id", why="the stack is in it")
        _validators.known(self.region, field="region", why="the stack is in it")
        _validators.account_id(self.account_id, field="account_id")
        _validators.region(self.region, field="region")
        check_texts(name=self.name, description=self.description, locale=self.locale)

    @property
    def partition(self) -> str:
        """The Region's."""
        return _validators.partition_of(self.region)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class PrimaryAccount:
    """The primary account's side: the associations, and what goes with them.

    Attributes:
        new_agent_space: The Agent Space to create. None: it exists already.
        organization_id: As for `PrimaryAccountAccess`.

    Raises:
        OnboardingInputError: `organization_id` is malformed.
    """

    new_agent_space: NewAgentSpace | None = None
    organization_id: str | None = None

    def __post_init__(self) -> None:
        """Check the organization's id."""
        if self.organization_id is not None:
            _validators.organization_id(self.organization_id, field="organization_id")
