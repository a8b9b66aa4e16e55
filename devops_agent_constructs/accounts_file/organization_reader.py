"""Makes the organization of an accounts file."""

from __future__ import annotations

from typing import Any

from devops_agent_constructs.accounts_file.format import OrganizationEntry
from devops_agent_constructs.accounts_file.role_reader import given
from devops_agent_constructs.organization.deployment import CallAs, ServiceManagedDeployment
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.organization.organization import Organization


def read_organization(entry: OrganizationEntry, role: dict[str, Any], *, region: str | None) -> Organization:
    """Make the value; the file has on one level what stands in three values.

    Args:
        entry: What the file says.
        role: The settings of the role that all accounts share.
        region: Where the organization names none.

    Raises:
        OnboardingInputError: In the words of the values.
    """
    own = {name: tuple(value) if isinstance(value, list) else value for name, value in given(entry).items()}
    settings: dict[str, Any] = {"region": region} | own | {"call_as": CallAs[entry.call_as.upper()]}
    deployment = _taken_from(settings, ServiceManagedDeployment)
    preferences = _taken_from(settings, OperationPreferences)
    return Organization(
        deployment=ServiceManagedDeployment(**deployment),
        operation_preferences=OperationPreferences(**preferences) if preferences else None,
        **settings,
        **role,
    )


def _taken_from(settings: dict[str, Any], cls: type) -> dict[str, Any]:
    """Take out what is a field of a dataclass."""
    return {name: settings.pop(name) for name in list(settings) if name in cls.__dataclass_fields__}  # type: ignore[attr-defined]
