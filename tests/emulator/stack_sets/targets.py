"""What a StackSet is to stand in: accounts and Regions, from the groups of its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.organizations.models import OrganizationsBackend

from tests.emulator.resource_type import Properties
from tests.emulator.stack_sets import membership

Key = tuple[str, str]
"""Account and Region."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An account and Region that is to have a stack.

    Attributes:
        unit_id: The targeted unit that the account is below; None with self-managed permissions.
        overrides: Parameters with another value than the StackSet's.
    """

    account_id: str
    region: str
    unit_id: str | None
    overrides: dict[str, str]


def targets_of(
    properties: Properties, organization: OrganizationsBackend | None, *, has_filters: bool = True
) -> dict[Key, Target]:
    """What the groups reach as the organization is now, suspended accounts included; the first group wins.

    Without the filters by account it is what automatic deployments reach, which do not consider them:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
    """
    found: dict[Key, Target] = {}
    for group in properties.get("StackInstancesGroup", []):
        overrides = as_mapping(group.get("ParameterOverrides", []))
        targets = (
            group["DeploymentTargets"] if has_filters else {**group["DeploymentTargets"], "AccountFilterType": None}
        )
        for account_id, unit_id in _accounts(targets, organization).items():
            for region in group["Regions"]:
                target = Target(account_id=account_id, region=region, unit_id=unit_id, overrides=overrides)
                found.setdefault((account_id, region), target)
    return found


def units_of(properties: Properties) -> list[str]:
    """The units that the groups name, each once."""
    groups = properties.get("StackInstancesGroup", [])
    return list(dict.fromkeys(unit for one in groups for unit in one["DeploymentTargets"]["OrganizationalUnitIds"]))


def as_mapping(parameters: list[dict[str, str]]) -> dict[str, str]:
    """Parameters by key."""
    return {one["ParameterKey"]: one["ParameterValue"] for one in parameters}


def _accounts(targets: dict[str, Any], organization: OrganizationsBackend | None) -> dict[str, str | None]:
    """Account -> the unit that it is reached by."""
    named = targets.get("Accounts", [])
    if organization is None:
        return dict.fromkeys(named)
    found: dict[str, str | None] = {}
    for unit_id in targets["OrganizationalUnitIds"]:
        for account_id in membership.accounts_below(organization, unit_id):
            found.setdefault(account_id, unit_id)
    match targets.get("AccountFilterType"):
        case "INTERSECTION":
            return {account_id: unit_id for account_id, unit_id in found.items() if account_id in named}
        case "DIFFERENCE":
            return {account_id: unit_id for account_id, unit_id in found.items() if account_id not in named}
        case _:
            return found
