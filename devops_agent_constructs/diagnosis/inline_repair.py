"""The differences of one inline policy, in words, each with its fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.guardrail.lists import guardrail_lists
from devops_agent_constructs.policy_evaluation.permission_statements import Permission, PermissionStatement

_MOST = 6
_TAKE_AWAY = "take the statement away"


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineRepair:
    """Makes differences of an inline policy.

    Attributes:
        name: The policy's name, as it is.
        live: The role as it is.
        expected: The role that it should be.
    """

    name: str
    live: LiveRole
    expected: ExpectedRole

    @property
    def unasked_for(self) -> Severity:
        """How bad it is to allow what nobody asked for: an error if there is a file that asks for something."""
        return Severity.WARNING if self.expected.accounts_file is None else Severity.ERROR

    def redundant(self, permissions: Iterable[Permission], *, is_preview: bool) -> Difference:
        """AWS's managed policy has it."""
        kind = "statements of AWS's preview" if is_preview else "statements"
        what = f"{kind} that are not needed: AWS's managed policy grants {listed(permissions)} already"
        return self._make(
            "previewInlineStatements" if is_preview else "grantedAlready",
            f"the inline policy {self.name} has {what}",
            symptom="none",
            fix=_TAKE_AWAY,
            severity=Severity.WARNING,
        )

    def without_effect(self, permissions: Iterable[Permission]) -> Difference:
        """AWS's guardrail has it not."""
        return self._make(
            "blockedByGuardrail",
            self._outside(permissions),
            symptom=_BLOCKED,
            fix=_TAKE_AWAY,
            severity=self.unasked_for,
        )

    def asked_for_without_effect(self, permissions: Iterable[Permission]) -> Difference:
        """Neither, but the accounts file asks for it."""
        return Difference(
            id="blockedByGuardrail",
            severity=Severity.WARNING,
            what=self._outside(permissions),
            symptom=_BLOCKED,
            fix="leave the capability out of the accounts file",
        )

    def of_agent_role(self, permissions: Iterable[Permission]) -> Difference:
        """The agent role assumes the roles of AWS's preview."""
        return Difference(
            id="agentRoleAssumes",
            severity=Severity.WARNING,
            what=f"the inline policy {self.name} of the agent role allows {listed(permissions)}",
            symptom="none: without it, the agent loses each account whose role still trusts the agent role alone",
            fix="keep it until devops-agent-accounts migrate says that nobody needs it",
        )

    def unasked(self, permissions: Iterable[Permission]) -> Difference:
        """It has an effect, and nobody asked for it."""
        return self._make(
            "extraInlinePermissions",
            f"the inline policy {self.name} allows more than was asked for: {listed(permissions)}",
            symptom="none: the agent may read more than you meant",
            fix=f"{_TAKE_AWAY}, or ask for it as a capability in the accounts file",
            severity=self.unasked_for,
        )

    def all_but(self, statement: PermissionStatement) -> Difference:
        """An Allow with NotAction or NotResource."""
        element = "NotAction" if statement.is_not_action else "NotResource"
        what = f"{statement.name} of the inline policy {self.name} allows everything but what it lists ({element})"
        symptom = "none: AWS's guardrail limits the agent, but not others who can assume the role"
        return self._make("allowsAllBut", what, symptom=symptom, fix=_TAKE_AWAY, severity=self.unasked_for)

    def denial(self, statement: PermissionStatement) -> Difference:
        """A Deny that the library would not write."""
        but = "everything but " if statement.is_not_action else ""
        only_if = f", if {' and '.join(statement.conditions_in_words)}" if statement.conditions else ""
        what = f"{statement.name} of the inline policy {self.name} denies {but}{joined(statement.actions)}{only_if}"
        return Difference(
            id="inlineDeny",
            severity=Severity.WARNING,
            what=what,
            symptom='what it denies fails with "explicit deny in an identity-based policy"',
            fix="keep it if you limit the agent by it on purpose",
        )

    def other_name(self) -> Difference:
        """It allows what is to be allowed, and nothing else."""
        return self._make(
            "inlinePolicyOtherName",
            f"the inline policy {self.name} allows what {service.INLINE_POLICY_NAME} should, under another name",
            symptom="none; a stack of this library adds its own policy beside it, and never takes this one away",
            fix="have it under the library's name",
            severity=Severity.WARNING,
        )

    def not_understood(self, error: Exception) -> Difference:
        """IAM has it, and we cannot read it."""
        what = f"the inline policy {self.name} cannot be read: {error}"
        return Difference(
            id="inlinePolicyNotUnderstood",
            severity=Severity.WARNING,
            what=what,
            symptom="what it does is not known here",
            fix="look at it, and delete it if you do not need it",
        )

    def _outside(self, permissions: Iterable[Permission]) -> str:
        lists = guardrail_lists()
        return (
            f"the inline policy {self.name} allows {listed(permissions)}, which AWS's guardrail does not let the agent "
            f"use, at least not all of it ({lists.policy_name} {lists.policy_version}; list of additional permissions "
            f"read {lists.supported_read})"
        )

    def _make(self, difference_id: str, what: str, *, symptom: str, fix: str, severity: Severity) -> Difference:
        wanted = self.expected.inline_policy
        name, role_arn = service.INLINE_POLICY_NAME, self.live.arn
        made = []
        if self.expected.accounts_file is None:  # Nobody asked for the library's defaults.
            return Difference(id=difference_id, severity=severity, what=what, symptom=symptom, fix=fix)
        # Before another policy goes that may have what is needed.
        if wanted is not None and (self.name == name or name not in self.live.inline_policies):
            made.append(commands.put_inline_policy(role_arn, wanted))
        if self.name != name or wanted is None:
            made.append(commands.delete_inline_policy(role_arn, self.name))
        return Difference(
            id=difference_id, severity=severity, what=what, symptom=symptom, fix=fix, commands=tuple(made)
        )


_BLOCKED = 'the agent gets "no session policy allows the ... action", whatever the role allows'


def listed(permissions: Iterable[Permission]) -> str:
    """Name permissions, the first few if they are many."""
    return joined(dict.fromkeys(map(str, permissions)))


def joined(words: Iterable[str]) -> str:
    """Name the first few, and how many more there are."""
    every = list(words)
    more = len(every) - _MOST
    return ", ".join(every[:_MOST]) + (f" and {more} more" if more > 0 else "")
