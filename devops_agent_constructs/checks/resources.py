"""What the rules look at: roles with who gets in, policies and associations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.role import Policy, Role
from devops_agent_constructs.checks.verdict import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """An account that is connected to an Agent Space.

    Attributes:
        place: Of the configuration, e.g. `Properties.Configuration.SourceAws`.
        kind: `Aws`, an Agent Space's own account, or `SourceAws`, another one.
        stack_account_id: The account of its stack, which is the Agent Space's.
        agent_space_arn: Its Agent Space.
        account_id: The account that it connects.
        account_type: `monitor` or `source`.
        role_arn: The role to investigate with.
        elevated_role_arn: The role for directed actions; empty if there is none.
    """

    place: Place
    kind: str
    stack_account_id: str
    agent_space_arn: str
    account_id: str
    account_type: str
    role_arn: str
    elevated_role_arn: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """All that the rules look at.

    Attributes:
        roles: Those of DevOps Agent.
        policies: All of the templates.
        associations: All of the templates.
        unreadable: What of them cannot be read, and why.
        verdicts: Who gets into each role, by its place.
    """

    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    associations: tuple[Association, ...] = ()
    unreadable: tuple[tuple[Place, str], ...] = ()
    verdicts: Mapping[Place, Verdict] = field(default_factory=dict)

    @property
    def judged(self) -> Iterator[tuple[Role, Verdict]]:
        """Each role with who gets in."""
        return ((role, self.verdicts[role.place]) for role in self.roles)
