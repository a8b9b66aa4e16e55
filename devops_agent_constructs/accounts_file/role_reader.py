"""Makes the settings and capabilities of roles from an accounts file."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct

from devops_agent_constructs.accounts_file.paths import KeyPath, path_of
from devops_agent_constructs.accounts_file.places import placed
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES, AccessLimitsEntry, RoleEntry
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability, CustomStatement

PlacedCapability = tuple[KeyPath, Capability]
"""A capability, and where it stands in the file."""


def given(entry: Struct) -> dict[str, Any]:
    """Return what a mapping of the file sets, by the names that the values have for it."""
    return {name: value for name in entry.__struct_fields__ if (value := getattr(entry, name)) is not UNSET}


def role_settings(
    *roles: RoleEntry, capabilities: list[PlacedCapability], document: YamlDocument, limits_path: KeyPath
) -> dict[str, Any]:
    """Return the settings of a role, by the names of the values.

    Args:
        roles: What a later one sets wins.
        capabilities: Of all of them.
        document: The file.
        limits_path: Where the access limits stand, if there are any.
    """
    settings = {name: value for role in roles for name, value in given(role).items()}
    if isinstance(limits := settings.get("access_limits"), AccessLimitsEntry):
        # The whole of them is to blame if they limit nothing.
        with placed(
            document, lambda field: limits_path if field == limits_path[-1] else (*limits_path, *path_of(field))
        ):
            settings["access_limits"] = AccessLimits(**msgspec.structs.asdict(limits))
    return settings | {"capabilities": tuple(capability for _, capability in capabilities)}


def capabilities_of(role: RoleEntry, path: KeyPath, document: YamlDocument) -> list[PlacedCapability]:
    """Make the capabilities of a role, which stands at `path`."""
    made: list[PlacedCapability] = []
    for index, entry in enumerate(role.capabilities):
        here = (*path, "capabilities", index)
        if len(named := given(entry)) != 1:
            why = f"must have one key, the capability's name; it has {len(named)}"
            fix = "write one list item per capability, like support_communications: {}"
            raise document.error(here, why=why, fix=fix)
        [(name, settings)] = named.items()
        made.append(((*here, name), _capability(name, settings, (*here, name), document)))
    return made


def _capability(name: str, entry: Struct, path: KeyPath, document: YamlDocument) -> Capability:
    with placed(document, lambda field: (*path, *path_of(field))):
        capability: Capability = CAPABILITIES[name](**msgspec.structs.asdict(entry))
        return capability


def sids_of(capabilities: list[PlacedCapability]) -> dict[object, KeyPath]:
    """Return where the Sid of each custom statement stands; of two that clash the last is to blame.

    The built-in statements never clash with each other.
    """
    return {made.sid: (*path, "sid") for path, made in capabilities if isinstance(made, CustomStatement)}
