"""The key `organization` of an accounts file: its value, and where each part of it stands."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET

from devops_agent_constructs.accounts_file.format import OrganizationEntry
from devops_agent_constructs.accounts_file.paths import Key, path_of
from devops_agent_constructs.accounts_file.role_format import RoleEntry
from devops_agent_constructs.accounts_file.role_reader import (
    ROLE_KEYS,
    PlacedCapability,
    blame,
    path_of_sid,
    settings_of,
)
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.deployment import CallAs, ServiceManagedDeployment
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.organization.organization import Organization

# What the values call by longer names, as nothing around them says what they are for.
_KEYS = {
    "exclude_accounts": "exclude",
    "only_accounts": "only",
    "additional_accounts": "additional",
    "organization_root": "root",
    "retain_stacks_on_account_removal": "retain_on_account_removal",
    "associated_accounts": "associate",
}
_NAMES = re.compile(rf"({'|'.join(_KEYS)})(\[?)")


def read_organization(
    entry: OrganizationEntry,
    role: RoleEntry,
    capabilities: list[PlacedCapability],
    document: YamlDocument,
    *,
    region: str | None,
) -> Organization:
    """Make the value, with the role that all accounts share, and the Region where it names none."""
    given = {name: value for name, value in msgspec.structs.asdict(entry).items() if value is not UNSET}
    speed = {name: given[name] for name in given.keys() & set(OperationPreferences.__dataclass_fields__)}
    try:
        return Organization(
            account_id=entry.account_id,
            region=given.get("region", region),
            deployment=ServiceManagedDeployment(
                organizational_units=tuple(entry.organizational_units),
                call_as=CallAs[entry.call_as.upper()],
                exclude_accounts=tuple(entry.exclude),
                only_accounts=tuple(entry.only),
                additional_accounts=tuple(entry.additional),
                organization_root=given.get("root"),
                auto_deployment=given.get("auto_deployment"),
                retain_stacks_on_account_removal=entry.retain_on_account_removal,
            ),
            include_management_account=entry.include_management_account,
            operation_preferences=OperationPreferences(**speed) if speed else None,
            associated_accounts=tuple(entry.associate),
            capabilities=tuple(made for _, made in capabilities),
            **settings_of((("role",), role), document=document),
        )
    except OnboardingInputError as error:
        place = path_of_sid(error.value, capabilities) if error.field == "sid" else path_in_file(error.field)
        raise blame(in_words_of_the_file(error), place, document) from None


def path_in_file(field: str) -> tuple[Key, ...]:
    """Translate `organization.deployment.only_accounts[2]`, or what the values themselves call a field."""
    name, *rest = (part for part in path_of(field) if part not in {"organization", "deployment"})
    if name == "capabilities" or name in ROLE_KEYS:
        return ("role", ROLE_KEYS.get(str(name), name), *rest)
    return ("organization", _KEYS.get(str(name), name), *rest)


def in_words_of_the_file(error: OnboardingInputError) -> OnboardingInputError:
    """Return the error with the file's keys in the places of the values' names, in quotes, as they are plain words."""
    why, fix = (_NAMES.sub(_key_in_text, text) for text in (error.why, error.fix))
    return OnboardingInputError(error.field, error.value, why=why, fix=fix)


def _key_in_text(match: re.Match[str]) -> str:
    name, bracket = match.groups()
    return f"{_KEYS[name]}[" if bracket else repr(_KEYS[name])
