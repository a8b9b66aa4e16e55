"""The parts about roles of an accounts file: their settings, their capabilities, and where each stands."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from devops_agent_constructs.accounts_file.paths import Key, field_of, path_of
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES, AccessLimitsEntry, RoleEntry
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability, CustomStatement

ROLE_KEYS = {
    "role_name": "name",
    "path": "path",
    "description": "description",
    "permissions_boundary": "permissions_boundary",
    "managed_policies": "managed_policies",
    "access_limits": "access_limits",
    "max_session_seconds": "max_session_seconds",
}
"""What the values call by their own names -> the key in the file."""

PlacedRole = tuple[tuple[Key, ...], RoleEntry]
"""Where the settings of a role stand, and themselves."""

PlacedCapability = tuple[tuple[Key, ...], Capability]
"""A capability, and where it stands in the file."""


def blame(error: OnboardingInputError, path: tuple[Key, ...], document: YamlDocument) -> OnboardingInputError:
    """Return the error under the key and the place that the user knows."""
    return error.at(field_of(path), location=document.location(path))


def settings_of(*roles: PlacedRole, document: YamlDocument) -> dict[str, Any]:
    """Return what the file sets, under the names of the values; what an earlier role sets wins."""
    settings: dict[str, Any] = {}
    for path, role in roles:
        for name, key in ROLE_KEYS.items():
            if name not in settings and (value := getattr(role, key)) is not UNSET:
                is_limits = isinstance(value, AccessLimitsEntry)
                settings[name] = _access_limits(value, (*path, key), document) if is_limits else value
    return settings


def _access_limits(entry: AccessLimitsEntry, path: tuple[Key, ...], document: YamlDocument) -> AccessLimits:
    try:
        return AccessLimits(**msgspec.structs.asdict(entry))
    except OnboardingInputError as error:
        # The whole of them is to blame if they limit nothing.
        place = path if error.field == path[-1] else (*path, *path_of(error.field))
        raise blame(error, place, document) from None


def capabilities_of(role: RoleEntry, path: tuple[Key, ...], document: YamlDocument) -> list[PlacedCapability]:
    """Make the capabilities of a role, which stands at `path`."""
    made: list[PlacedCapability] = []
    for index, entry in enumerate(role.capabilities):
        place = (*path, "capabilities", index)
        given = {name: value for name, value in msgspec.structs.asdict(entry).items() if value is not UNSET}
        if len(given) != 1:
            why = f"must have one key, the capability's name; it has {len(given)}"
            fix = "write one list item per capability, like support_communications: {}"
            raise blame(OnboardingInputError("", document.value(place), why=why, fix=fix), place, document)
        [(name, settings)] = given.items()
        try:
            made.append(((*place, name), CAPABILITIES[name](**msgspec.structs.asdict(settings))))
        except OnboardingInputError as error:
            raise blame(error, (*place, name, *path_of(error.field)), document) from None
    return made


def path_of_sid(sid: object, capabilities: list[PlacedCapability]) -> tuple[Key, ...]:
    """Return where the Sid stands that another statement has, too."""
    # The built-in statements never clash with each other: the last of one's own is to blame.
    custom = [(path, made) for path, made in capabilities if isinstance(made, CustomStatement)]
    *_, place = (path for path, made in custom if made.sid == sid)
    return (*place, "sid")
