"""Holds all that the rules look at: roles with who gets in, policies and associations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs.checks.finding import Finding, Place
from devops_agent_constructs.checks.role import Policy, Role
from devops_agent_constructs.checks.verdict import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class AssociatedAccount:
    """An account that is connected to an Agent Space.

    Attributes:
        place: Of the configuration, e.g. `Properties.Configuration.SourceAws`.
        kind: `Aws`, an Agent Space's own account, or `SourceAws`, another one.
        stack_account_id: The account of its stack, which is the Agent Space's.
        agent_space_arn: Its Agent Space.
        account_id: The account that it connects.
        account_type: `monitor` or `source`.
        role_arns: `AssumableRoleArn`, to investigate with, and `AgentElevatedRoleArn`, for directed actions, each as
            far as it is written.
    """

    place: Place
    kind: str
    stack_account_id: str
    agent_space_arn: str
    account_id: str
    account_type: str
    role_arns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """All that the rules look at.

    Attributes:
        roles: Those of DevOps Agent.
        policies: All of the templates.
        associations: All of the templates.
        unreadable: What of them cannot be read, and why.
        judged: Each role with who gets in.
        findings: Of the rules that were asked before.
    """

    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    associations: tuple[AssociatedAccount, ...] = ()
    unreadable: tuple[tuple[Place, str], ...] = ()
    judged: tuple[tuple[Role, Verdict], ...] = ()
    findings: Sequence[Finding] = ()

    def found_by(self, *rule_ids: str) -> list[Finding]:
        """Return what some of the rules that were asked before have found."""
        return [finding for finding in self.findings if finding.rule_id in rule_ids]
