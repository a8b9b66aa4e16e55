"""Makes the value of a new Agent Space from an accounts file."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from devops_agent_constructs.accounts_file.agent_space_format import NewAgentSpaceEntry, OperatorAppEntry
from devops_agent_constructs.accounts_file.format import AccountsFile
from devops_agent_constructs.accounts_file.outputs_file import OUTPUTS_FILE
from devops_agent_constructs.accounts_file.paths import KeyPath, path_of
from devops_agent_constructs.accounts_file.places import placed, renamed
from devops_agent_constructs.accounts_file.role_reader import capabilities_of, given, path_of_sid
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.primary.account import NewAgentSpace
from devops_agent_constructs.primary.operator_app import (
    IamSignIn,
    IdentityCenterSignIn,
    IdentityProviderSignIn,
    OperatorSignIn,
)

_HERE: KeyPath = ("primary", "create_agent_space")
_SIGN_INS: dict[str, type[OperatorSignIn]] = {
    "iam": IamSignIn,
    "identity_center": IdentityCenterSignIn,
    "identity_provider": IdentityProviderSignIn,
}
"""The name of each way of signing in in the file, and its class."""


def new_agent_space(
    entry: NewAgentSpaceEntry, space: AgentSpaceArn | None, file: AccountsFile, document: YamlDocument
) -> NewAgentSpace:
    """Make the value; account and Region are those of the Agent Space, once it is there."""
    if file.generation is not Generation.GA or file.agent_role_arn is not UNSET:
        key = "generation" if file.agent_role_arn is UNSET else "agent_role_arn"
        why = "a new Agent Space brings its own agent role, and AWS's later set-up (ga)"
        raise document.error((key,), why=why, fix="remove this key")
    settings = given(entry)
    _take_place(settings, space, file, document)
    capabilities = capabilities_of(entry.capabilities, _HERE, document)
    settings["capabilities"] = tuple(capability for _, capability in capabilities)
    if entry.operator_app is not UNSET:
        settings["operator_app"] = _operator_app(entry.operator_app, document)

    def path_in_file(error: OnboardingInputError) -> KeyPath:
        if error.field == "sid" and capabilities:
            return path_of_sid(error.value, capabilities)
        path = path_of(error.field)
        if path[0] == "operator_app" and entry.operator_app is not UNSET:
            return _path_in_operator_app(entry.operator_app, path[1:])
        return (*_HERE, *path)

    with placed(document, path_in_file):
        return NewAgentSpace(**settings)


def _take_place(
    settings: dict[str, Any], space: AgentSpaceArn | None, file: AccountsFile, document: YamlDocument
) -> None:
    """Complete account and Region, and check that they are those of the Agent Space."""
    for name in ("account_id", "region"):
        path: KeyPath = (*_HERE, name)
        known = None if space is None else getattr(space, name)
        if settings.setdefault(name, known) is None:
            fix = "add it, as there is no Agent Space yet to take it from"
            raise document.error(path, why="it is required and missing", fix=fix)
        if known not in (None, settings[name]):
            why, fix = f"the Agent Space is {space and space.arn}", "correct one of the two"
            if file.agent_space_arn is UNSET:
                why = f"{OUTPUTS_FILE} says that {why}, and an Agent Space does not move"
                fix = f"correct it, or remove {OUTPUTS_FILE} if it is of another app"
            raise document.error(path, why=why, fix=fix)


def _operator_app(entry: OperatorAppEntry, document: YamlDocument) -> OperatorSignIn | None:
    """Make the way of signing in; None: there is no operator app."""
    if len(named := given(entry)) != 1:
        why = f"must have one key, the way to sign in; it has {len(named)}"
        fix = f"write one of {', '.join(_SIGN_INS)}, like iam: {{}}, or enabled: false"
        raise document.error((*_HERE, "operator_app"), why=why, fix=fix)
    [(name, settings)] = named.items()
    if name == "enabled":
        return IamSignIn() if settings else None
    with placed(document, lambda error: _path_in_operator_app(entry, path_of(error.field))):
        return _SIGN_INS[name](**given(settings))


def _path_in_operator_app(entry: OperatorAppEntry, path: KeyPath) -> KeyPath:
    [(name, settings)] = given(entry).items()
    return (*_HERE, "operator_app", name, *renamed(type(settings), path))
