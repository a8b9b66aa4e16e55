"""Makes the settings and capabilities of roles from an accounts file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from devops_agent_constructs.accounts_file.paths import KeyPath, path_of
from devops_agent_constructs.accounts_file.places import placed
from devops_agent_constructs.accounts_file.role_format import CAPABILITIES, AccessLimitsEntry, RoleEntry
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability, CustomStatement

PlacedCapability = tuple[KeyPath, Capability]
"""A capability, and where it stands in the file."""


def given(entry: Struct) -> dict[str, Any]:
    """Return what a mapping of the file sets, by the names that the values have for it."""
    return {name: value for name in entry.__struct_fields__ if (value := getattr(entry, name)) is not UNSET}


def role_settings(*roles: RoleEntry, capabilities: list[PlacedCapability]) -> dict[str, Any]:
    """Return the settings of a role, by the names of the values; what a later one sets wins."""
    settings = {name: value for role in roles for name, value in given(role).items()}
    if isinstance(limits := settings.get("access_limits"), AccessLimitsEntry):
        try:
            settings["access_limits"] = AccessLimits(**msgspec.structs.asdict(limits))
        except OnboardingInputError as error:
            # The whole of them is to blame if they limit nothing.
            is_whole = error.field == "access_limits"
            raise error.at(error.field if is_whole else f"access_limits.{error.field}") from None
    return settings | {"capabilities": tuple(capability for _, capability in capabilities)}


def capabilities_of(entries: Sequence[Any], path: KeyPath, document: YamlDocument) -> list[PlacedCapability]:
    """Make the capabilities of what stands at `path`, a role say."""
    made: list[PlacedCapability] = []
    for index, entry in enumerate(entries):
        here = (*path, "capabilities", index)
        if len(named := given(entry)) != 1:
            why = f"must have one key, the capability's name; it has {len(named)}"
            fix = "write one list item per capability, like support_communications: {}"
            raise document.error(here, why=why, fix=fix)
        [(name, settings)] = named.items()
        made.append(((*here, name), _capability(name, settings, (*here, name), document)))
    return made


def _capability(name: str, entry: Struct, path: KeyPath, document: YamlDocument) -> Capability:
    with placed(document, lambda error: (*path, *path_of(error.field))):
        capability: Capability = CAPABILITIES[name](**msgspec.structs.asdict(entry))
        return capability


def path_of_sid(sid: object, capabilities: list[PlacedCapability]) -> KeyPath:
    """Return where a Sid stands that another statement of the role has, too."""
    # The built-in statements never clash with each other: the last of one's own is to blame.
    custom = [(path, made) for path, made in capabilities if isinstance(made, CustomStatement)]
    *_, path = (path for path, made in custom if made.sid == sid)
    return (*path, "sid")
