"""Reads the accounts file and makes values of it; nothing else in this library reads files or context.

Needs the extra `app`. Every error names the key, the value, why and the fix, after the file, line and column.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from constructs import Construct
from msgspec import UNSET

from devops_agent_constructs._checks import is_token
from devops_agent_constructs._format_errors import explain
from devops_agent_constructs._yaml import Key, YamlDocument, field_of
from devops_agent_constructs.accounts_file import CAPABILITIES, AccountEntry, AccountsFile, RoleEntry
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.capabilities import Capability, CustomStatement
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.secondary_account import SecondaryAccount, check_accounts

CONTEXT_KEY = "devops-agent-constructs:configFile"
DEFAULT_FILE = "devops-agent.yaml"

# Where the file has what SecondaryAccount calls by its own names.
_ROLE_KEYS = {
    "role_name": "name",
    "path": "path",
    "description": "description",
    "permissions_boundary": "permissions_boundary",
    "managed_policies": "managed_policies",
    "max_session_seconds": "max_session_seconds",
}

_Placed = tuple[tuple[Key, ...], Capability]
"""A capability, and where it stands in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Onboarding:
    """What an accounts file says, checked.

    Attributes:
        agent_space: The Agent Space that every account trusts.
        generation: Which of AWS's two set-ups the roles follow.
        agent_role_arn: The agent role in the primary account, if given.
        accounts: The secondary accounts, in the file's order.
    """

    agent_space: AgentSpaceArn
    generation: Generation
    agent_role_arn: str | None
    accounts: tuple[SecondaryAccount, ...]


def from_context(scope: Construct) -> Onboarding:
    """Read the accounts file that the app's context names, `devops-agent.yaml` by default.

    The context key is `devops-agent-constructs:configFile`; a relative path counts from the working folder.

    Raises:
        OnboardingInputError: As `from_file` does, or the context's value is not a path.
    """
    path = scope.node.try_get_context(CONTEXT_KEY)
    if path is None:
        return from_file(Path(DEFAULT_FILE))
    if not isinstance(path, str) or not path:
        fix = f"write it like -c {CONTEXT_KEY}=accounts.yaml"
        raise OnboardingInputError(CONTEXT_KEY, path, why="must be the path of a file", fix=fix)
    return from_file(Path(path))


def from_file(path: Path) -> Onboarding:
    """Read an accounts file, YAML or (if its name ends in `.json`) JSON.

    Raises:
        OnboardingInputError: The file is missing, empty, malformed, or holds a value that cannot work.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise OnboardingInputError("file", str(path), why="not text in UTF-8", fix="save it as UTF-8") from error
    except (OSError, ValueError) as error:  # A ValueError: no file system has such a name.
        fix = f"create it in the working folder, or name another: -c {CONTEXT_KEY}=PATH"
        why = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise OnboardingInputError("file", str(path), why=why, fix=fix) from error
    if is_token(text):
        why = "holds a CDK token ('${Token[...]}'), which means nothing outside the app that made it"
        raise OnboardingInputError("file", str(path), why=why, fix="write the value itself")
    document = YamlDocument(path, text)
    try:
        file = msgspec.convert(document.data, AccountsFile)
    except msgspec.ValidationError as error:
        raise explain(error, document) from None
    return _Reader(file, document).onboarding()


class _Reader:
    """Makes values of a file whose format is right; each error gets the key and the place that the user knows."""

    def __init__(self, file: AccountsFile, document: YamlDocument) -> None:
        self._file, self._document = file, document

    def onboarding(self) -> Onboarding:
        file = self._file
        try:
            space = AgentSpaceArn.from_arn(file.agent_space_arn)
            role_arn = None if file.agent_role_arn is UNSET else file.agent_role_arn
            trust_policy([space], generation=file.generation, agent_role_arns=[] if role_arn is None else [role_arn])
        except OnboardingInputError as error:
            # The agent role that is missing is missing for the sake of the generation.
            place = "generation" if error.value is None else error.field
            raise error.at(error.field, location=self._document.location((place,))) from None
        shared = self._capabilities(file.role, ("role",))
        accounts = tuple(self._account(index, entry, shared) for index, entry in enumerate(file.accounts))
        try:
            check_accounts(accounts, [space])
        except OnboardingInputError as error:
            raise self._blame(error, self._path_of_field(error.field)) from None
        return Onboarding(agent_space=space, generation=file.generation, agent_role_arn=role_arn, accounts=accounts)

    def _account(self, index: int, entry: str | AccountEntry, shared: list[_Placed]) -> SecondaryAccount:
        entry = AccountEntry(id=entry) if isinstance(entry, str) else entry
        capabilities = [*shared, *self._capabilities(entry.role, ("accounts", index, "role"))]
        settings: dict[str, Any] = {"account_id": entry.id, "capabilities": tuple(made for _, made in capabilities)}
        if entry.region is not UNSET:
            settings["region"] = entry.region
        for name, key in _ROLE_KEYS.items():
            for role in (entry.role, self._file.role):
                if (value := getattr(role, key)) is not UNSET:
                    settings.setdefault(name, value)
        try:
            return SecondaryAccount(**settings)
        except OnboardingInputError as error:
            raise self._blame(error, self._path_of_setting(index, error, capabilities)) from None

    def _capabilities(self, role: RoleEntry, path: tuple[Key, ...]) -> list[_Placed]:
        made: list[_Placed] = []
        for index, entry in enumerate(role.capabilities):
            place = (*path, "capabilities", index)
            given = {name: value for name, value in msgspec.structs.asdict(entry).items() if value is not UNSET}
            if len(given) != 1:
                why = f"must have one key, the capability's name; it has {len(given)}"
                fix = "write one list item per capability, like support_communications: {}"
                raise self._blame(OnboardingInputError("", self._document.value(place), why=why, fix=fix), place)
            [(name, settings)] = given.items()
            try:
                made.append(((*place, name), CAPABILITIES[name](**msgspec.structs.asdict(settings))))
            except OnboardingInputError as error:
                raise self._blame(error, (*place, name, *_keys(error.field))) from None
        return made

    def _path_of_setting(self, index: int, error: OnboardingInputError, capabilities: list[_Placed]) -> tuple[Key, ...]:
        if error.field == "sid":
            # The built-in statements never clash with each other: the last of one's own is to blame.
            custom = [(path, made) for path, made in capabilities if isinstance(made, CustomStatement)]
            *_, place = (path for path, made in custom if made.sid == error.value)
            return (*place, "sid")
        return self._path_in_account(index, error.field)

    def _path_of_field(self, field: str) -> tuple[Key, ...]:
        """Translate `accounts[3].account_id`, or `accounts`."""
        accounts, *rest = _keys(field)
        return self._path_in_account(int(rest[0]), str(rest[1])) if rest else (accounts,)

    def _path_in_account(self, index: int, field: str) -> tuple[Key, ...]:
        entry = self._file.accounts[index]
        name, *rest = _keys(field)
        if name == "account_id":
            return ("accounts", index) if isinstance(entry, str) else ("accounts", index, "id")
        if (key := _ROLE_KEYS.get(str(name))) is None:
            return ("accounts", index, name)
        is_own = isinstance(entry, AccountEntry) and getattr(entry.role, key) is not UNSET
        return (*(("accounts", index) if is_own else ()), "role", key, *rest)

    def _blame(self, error: OnboardingInputError, path: tuple[Key, ...]) -> OnboardingInputError:
        return error.at(field_of(path), location=self._document.location(path))


def _keys(field: str) -> tuple[Key, ...]:
    """Split `a[3].b` into `("a", 3, "b")`."""
    parts = field.replace("[", ".").replace("]", "").split(".")
    return tuple(int(part) if part.isdecimal() else part for part in parts)
