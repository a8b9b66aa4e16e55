"""Warns of what another construct of the app has already: a role's name, an account's connection, an Agent Space."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator
from typing import cast
from weakref import ReferenceType, WeakKeyDictionary, ref

import jsii
from aws_cdk import Annotations, Stack
from constructs import Construct, IConstruct, IValidation

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn

# Weak, as a construct has a way up to its app, which would never go otherwise.
_taken: WeakKeyDictionary[IConstruct, dict[Hashable, ReferenceType[Construct]]] = WeakKeyDictionary()


def warn_of_roles(
    construct: Construct, account_ids: Iterable[str], *, role_name: str, root: IConstruct | None = None
) -> None:
    """Warn if another construct of the app makes a role of this name in one of the accounts.

    IAM is global, and compares names without their path and without case. It is a warning, as an app may define stacks
    of which only one is ever deployed.
    """
    for account_id, first in _take(construct, account_ids, "role", role_name.lower(), root):
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:roleNameTaken",
            f"{first.node.path} makes a role {role_name} in account {account_id} already. IAM is global, so the stack "
            "that is deployed second fails with EntityAlreadyExists, in whatever Region. Give one another role_name.",
        )


def warn_of_associations(construct: Construct, account_ids: Iterable[str], *, agent_space: AgentSpaceArn) -> None:
    """Warn if another construct of the app connects one of the accounts to the same Agent Space."""
    for account_id, first in _take(construct, account_ids, "association", agent_space.arn):
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:accountConnectedTwice",
            f"{first.node.path} connects account {account_id} to this Agent Space already. AWS refuses a second "
            "association, so the stack that is deployed second fails. Remove the account from one of the two.",
        )


def warn_of_syncs(construct: Construct, *, agent_space: AgentSpaceArn) -> None:
    """Warn if another construct of the app keeps the same Agent Space in step."""
    arn = agent_space.arn
    # In another stack a token may mean another account.
    place = Stack.of(construct).node.path if _validators.is_token(arn) else ""
    if (first := _take_one(construct, ("sync", arn, place))) is not None:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:agentSpaceSyncedTwice",
            f"{first.node.path} keeps this Agent Space in step already. Each of the two disconnects the accounts of "
            "the other, if their roles are called alike, and both write the same metrics. Give all units and accounts "
            "to one.",
        )


def warn_if_associated(construct: Construct, *, agent_space: AgentSpaceArn, known: Container[str]) -> None:
    """Warn when the app is synthesized if constructs connect accounts that a sync takes for its own, `known` aside."""
    construct.node.add_validation(_WarnIfAssociated(construct, agent_space, known))


@jsii.implements(IValidation)
class _WarnIfAssociated:
    """Looks when all constructs are defined: CDK asks for validation then, and warnings still count."""

    def __init__(self, construct: Construct, agent_space: AgentSpaceArn, known: Container[str]) -> None:
        self._construct, self._agent_space, self._known = construct, agent_space, known

    def validate(self) -> list[str]:
        """Warn, and find nothing wrong."""
        for key, made in _taken.get(self._construct.node.root, {}).items():
            kind, name, account_id = cast("tuple[str, str, str]", key)
            if (kind, name) != ("association", self._agent_space.arn) or account_id in self._known:
                continue
            if (other := made()) is not None:
                Annotations.of(self._construct).add_warning_v2(
                    "devops-agent-constructs:accountConnectedTwice",
                    f"{other.node.path} connects account {account_id} to this Agent Space, too. If the sync is first, "
                    "that stack cannot be deployed; and the sync disconnects the account if it is in none of its "
                    "units and its role is called like theirs. Name it in associated_accounts, and in accounts if it "
                    "is in none of the units.",
                )
        return []


def _take(
    construct: Construct, account_ids: Iterable[str], what: str, name: str, root: IConstruct | None = None
) -> Iterator[tuple[str, Construct]]:
    """Take something in accounts; yield the accounts where another construct, which is still there, has it already."""
    root = construct.node.root if root is None else root
    for account_id in account_ids:
        if _validators.is_token(account_id) or _validators.is_token(name):
            continue
        if (first := _take_one(construct, (what, name, account_id), root)) is not None:
            yield account_id, first


def _take_one(construct: Construct, key: Hashable, root: IConstruct | None = None) -> Construct | None:
    """Take something; return another construct, which is still there, that has it already."""
    taken = _taken.setdefault(construct.node.root if root is None else root, {})
    first = taken.setdefault(key, ref(construct))()
    if first is None:
        taken[key] = ref(construct)
    return None if first is construct else first
