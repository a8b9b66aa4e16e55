"""The differences of one inline policy, in words, each with its fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference, Severity
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.live_role import LiveRole
from devops_agent_constructs.policies.guardrail_lists import guardrail_lists
from devops_agent_constructs.policies.permission_statements import Permission, PermissionStatement

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

    def redundant(self, permissions: Iterable[Permission], *, is_preview: bool) -> Difference:
        """AWS's managed policy has it."""
        kind = "statements of AWS's preview" if is_preview else "statements"
        what = f"{kind} that are not needed: AWS's managed policy grants {listed(permissions)} already"
        return self._make(
            "previewInlineStatements" if is_preview else "grantedAlready",
            f"the inline policy {self.name} has {what}",
            symptom="none",
            fix=_TAKE_AWAY,
            severity=Severity.WORTH_KNOWING,
        )

    def without_effect(self, permissions: Iterable[Permission]) -> Difference:
        """AWS's guardrail has it not."""
        return self._make("blockedByGuardrail", self._outside(permissions), symptom=_BLOCKED, fix=_TAKE_AWAY)

    def asked_for_without_effect(self, permissions: Iterable[Permission]) -> Difference:
        """Neither, but the accounts file asks for it."""
        return Difference(
            id="blockedByGuardrail",
            severity=Severity.WORTH_KNOWING,
            what=self._outside(permissions),
            symptom=_BLOCKED,
            fix="leave the capability out of the accounts file",
        )

    def unasked(self, permissions: Iterable[Permission]) -> Difference:
        """It has an effect, and nobody asked for it."""
        return self._make(
            "extraInlinePermissions",
            f"the inline policy {self.name} allows more than was asked for: {listed(permissions)}",
            symptom="none: the agent may read more than you meant",
            fix=f"{_TAKE_AWAY}, or ask for it as a capability in the accounts file",
        )

    def all_but(self, statement: PermissionStatement) -> Difference:
        """An Allow with NotAction or NotResource."""
        element = "NotAction" if statement.is_not_action else "NotResource"
        what = f"{statement.name} of the inline policy {self.name} allows everything but what it lists ({element})"
        symptom = "none: AWS's guardrail limits the agent, but not others who can assume the role"
        return self._make("allowsAllBut", what, symptom=symptom, fix=_TAKE_AWAY)

    def denial(self, statement: PermissionStatement) -> Difference:
        """A Deny that the library would not write."""
        but = "everything but " if statement.is_not_action else ""
        only_if = f", if {' and '.join(statement.conditions)}" if statement.conditions else ""
        what = f"{statement.name} of the inline policy {self.name} denies {but}{joined(statement.actions)}{only_if}"
        return self._make(
            "inlineDeny",
            what,
            symptom='what it denies fails with "explicit deny in an identity-based policy"',
            fix=f"{_TAKE_AWAY}, unless you limit the agent by it on purpose",
        )

    def other_name(self) -> Difference:
        """It allows what is to be allowed, and nothing else."""
        return self._make(
            "inlinePolicyOtherName",
            f"the inline policy {self.name} allows what {service.INLINE_POLICY_NAME} should, under another name",
            symptom="none; a stack of this library adds its own policy beside it, and never takes this one away",
            fix="have it under the library's name",
            severity=Severity.WORTH_KNOWING,
        )

    def not_understood(self, error: Exception) -> Difference:
        """IAM has it, and we cannot read it."""
        what = f"the inline policy {self.name} cannot be read: {error}"
        fix = "look at it, and delete it if you do not need it"
        return self._make("inlinePolicyNotUnderstood", what, symptom="what it does is not known here", fix=fix)

    def _outside(self, permissions: Iterable[Permission]) -> str:
        lists = guardrail_lists()
        return (
            f"the inline policy {self.name} allows {listed(permissions)}, which AWS's guardrail does not let the agent "
            f"use, at least not all of it ({lists.policy_name} {lists.policy_version}; list of additional permissions "
            f"read {lists.supported_read})"
        )

    def _make(
        self, difference_id: str, what: str, *, symptom: str, fix: str, severity: Severity = Severity.NEEDS_DOING
    ) -> Difference:
        wanted = self.expected.inline_policy
        name, role_arn = service.INLINE_POLICY_NAME, self.live.arn
        made = []
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
