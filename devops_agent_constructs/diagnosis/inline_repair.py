"""Write the commands that make inline policies what they should be: their Deny statements and guards stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.role_policies import RolePolicies
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    PermissionStatement,
    permissions_of,
)
from devops_agent_constructs.policy_evaluation.policy_elements import raw_statements

_NAME = service.INLINE_POLICY_NAME


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineRepair:
    """Commands for the inline policies of a role; none where there is a choice to make first.

    Attributes:
        live: The role.
        expected: The role that it should be.
        policies: What its policies say.
        guarded: What is wanted, and allowed under further conditions: the library's statements would do without them.
    """

    live: LiveRole
    expected: ExpectedRole
    policies: RolePolicies
    guarded: Sequence[Permission]

    def add(self, sids: Collection[str]) -> tuple[Command, ...]:
        """Return the command that adds statements of the library to its policy; by an accounts file, all of them."""
        # A file says what the policy is to be, so that all of it is written; without one, only what lacks is added.
        added = {statement.name for statement in self.policies.wanted} if self._is_by_file else set(sids)
        is_guarded = not added.isdisjoint(permission.name for permission in self.guarded)
        if is_guarded or not self.policies.is_whole or not self._may_rewrite(_NAME):
            return ()
        document = self._rewritten(_NAME, sids)
        return () if document is None else (self._put(_NAME, document),)

    def take_away(self, name: str) -> tuple[Command, ...]:
        """Return the commands that leave of a policy what the library would write, and its Deny statements."""
        # If the library's policy says all that is wanted already, the other one can go by itself.
        own, wanted = self.policies.inline.get(_NAME) or (), permissions_of(self.policies.wanted)
        is_enough = name == _NAME or all(permission.is_permitted(own) for permission in wanted)
        # Before another policy goes that may have what is needed.
        names = [name] if is_enough else [_NAME, name]
        if self.guarded or not all(map(self._may_rewrite, names)):
            return ()
        made = []
        for each in names:
            if (document := self._rewritten(each)) is not None:
                made.append(self._put(each, document))
            elif each == name:
                made.append(commands.iam("delete-role-policy", self.live.arn, policy_name=name))
        return tuple(made)

    @property
    def _is_by_file(self) -> bool:
        return self.expected.accounts_file is not None

    def _may_rewrite(self, name: str) -> bool:
        """Tell whether it is known what goes and what stays where a policy is written anew."""
        document, statements = self.live.inline_policies.get(name), self.policies.inline.get(name, ())
        if document is None or statements is None:
            return document is None
        # `${aws:username}` means something else under another version.
        has_variables = "${" in json.dumps([raw for raw in raw_statements(document) if raw["Effect"] == "Deny"])
        return not has_variables or document.get("Version") == self._base(name).get("Version")

    def _base(self, name: str) -> Mapping[str, Any]:
        """Return the library's policy of a name, with what else a policy of that name has that is there."""
        library: Mapping[str, Any] = (self.expected.inline_policy if name == _NAME else None) or {}
        document = self.live.inline_policies.get(name, {})
        # What both have, such as the version, is the file's or, where none asks, what is there.
        return {**document, **library} if self._is_by_file else {**library, **document}

    def _rewritten(self, name: str, sids: Collection[str] = ()) -> Mapping[str, Any] | None:
        """Return what is to be in a policy; None: nothing.

        Its own Deny statements stay, as they may be meant; without a file that asks for something else, all others too,
        beside which those of the library are added that `sids` names.
        """
        library: Mapping[str, Any] = (self.expected.inline_policy if name == _NAME else None) or {}
        document, added = self.live.inline_policies.get(name, {}), list(library.get("Statement", []))
        kept, statements = raw_statements(document), self.policies.inline.get(name) or ()
        if document and not self._is_by_file:
            added = [statement for statement in added if statement["Sid"] in sids]
        else:
            wanted = {signature(statement) for statement in (self.policies.wanted if library else ())}
            # The parser keeps the order of the statements, so that `compress` picks them as they are written.
            is_own = [not statement.is_allow and signature(statement) not in wanted for statement in statements]
            kept = list(compress(kept, is_own))
        # A Sid is unique in a policy:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
        taken = {statement["Sid"] for statement in added}
        kept = [{key: value for key, value in raw.items() if key != "Sid" or value not in taken} for raw in kept]
        return {**self._base(name), "Statement": [*kept, *added]} if kept or added else None

    def _put(self, name: str, document: Mapping[str, Any]) -> Command:
        text = commands.as_text(document)
        return commands.iam("put-role-policy", self.live.arn, policy_name=name, policy_document=text)


def signature(statement: PermissionStatement) -> tuple[object, ...]:
    """Return what counts of a statement, whatever its order, case and Sid: IAM compares actions without case."""
    actions = frozenset(action.lower() for action in statement.actions)
    is_not = (statement.is_allow, statement.is_not_action, statement.is_not_resource)
    return (*is_not, actions, frozenset(statement.resources), statement.conditions_in_words)
