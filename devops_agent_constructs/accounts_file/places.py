"""Puts an error of a value under the key that the accounts file has for it, with the line and column.

`accounts[3].role_name` of a value is `accounts[3].role.name` in the file, or `role.name` where all accounts share it;
the format says which key is which field's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import UNSET, Struct

from devops_agent_constructs.accounts_file.format import (
    AccountEntry,
    AccountsFile,
    OrganizationEntry,
    PrimaryEntry,
)
from devops_agent_constructs.accounts_file.function_format import SyncEntry
from devops_agent_constructs.accounts_file.paths import KeyPath, field_of, path_of
from devops_agent_constructs.accounts_file.role_format import RoleEntry
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.errors import OnboardingInputError

_ROLE_FIELDS = frozenset(RoleEntry.__struct_fields__)


@contextmanager
def placed(document: YamlDocument, path_in_file: Callable[[OnboardingInputError], KeyPath]) -> Iterator[None]:
    """Raise the errors of values that are made inside with the file's keys, which `path_in_file` says, and places."""
    try:
        yield
    except OnboardingInputError as error:
        if error.location:  # Placed already, by one inside of this.
            raise
        path = path_in_file(error)
        raise error.at(field_of(path), location=document.location(path)) from None


def path_in(file: AccountsFile, field: str) -> KeyPath:
    """Translate a field of the values that a file makes, such as `organization.deployment.only_accounts[2]`."""
    match path_of(field):
        case ("accounts", int(index), *rest) if isinstance(file.accounts, list):
            return _path_in_account(file, index, file.accounts[index], tuple(rest))
        case ("organization", "deployment", *rest) | ("organization", *rest):
            if rest and rest[0] in _ROLE_FIELDS:
                return ("role", *renamed(RoleEntry, tuple(rest)))
            return ("organization", *renamed(OrganizationEntry, tuple(rest)))
        case ("primary", *rest):
            return ("primary", *renamed(PrimaryEntry, tuple(rest)))
        case ("sync", *rest):
            return ("sync", *renamed(SyncEntry, tuple(rest)))
        case path:
            return renamed(AccountsFile, path)


def _path_in_account(file: AccountsFile, index: int, entry: str | AccountEntry, path: KeyPath) -> KeyPath:
    here: KeyPath = ("accounts", index)
    own = entry if isinstance(entry, AccountEntry) else AccountEntry(account_id=entry)
    match path:
        case ("account_id", *_) if isinstance(entry, str):
            return here
        case ("region", *_) if own.region is UNSET and file.region is not UNSET:
            return path
        case (str(name), *_) if name in _ROLE_FIELDS:
            is_own = getattr(own.role, name) not in (UNSET, [])
            return (*(here if is_own else ()), "role", *renamed(RoleEntry, path))
        case _:
            return (*here, *renamed(AccountEntry, path))


def renamed(entry: type[Struct], path: KeyPath) -> KeyPath:
    """Replace the first part of a path, the name of a field, by its key."""
    keys = dict(zip(entry.__struct_fields__, entry.__struct_encode_fields__, strict=True))
    return tuple(keys.get(str(part), part) if index == 0 else part for index, part in enumerate(path))
