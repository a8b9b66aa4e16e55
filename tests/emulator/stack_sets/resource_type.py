"""`AWS::CloudFormation::StackSet` as its resource handler creates, updates and deletes it."""

from __future__ import annotations

from contextlib import suppress

from moto.cloudformation.exceptions import StackSetNotFoundException
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets import membership
from tests.emulator.stack_sets.checks import check
from tests.emulator.stack_sets.refusal import refuse_as_service
from tests.emulator.stack_sets.stack_set import OperationFailed, StackSet
from tests.emulator.stack_sets.targets import units_of

_NOT_OF_THE_STACK_SET = {"StackInstancesGroup", "OperationPreferences", "CallAs"}
"""Properties whose change updates no instance."""


def _create(properties: Properties, place: Place) -> Deployed:
    """Create the StackSet with its instances; if too many fail, what was made goes, as in a rollback."""
    check(properties)
    stack_set = StackSet(properties, place, _organization(properties, place))
    for backend in _backends(stack_set, place):
        if any(other.name == stack_set.name and other.status == "ACTIVE" for other in backend.stacksets.values()):
            refuse_as_service(f"StackSet {stack_set.name} already exists")
    for backend in _backends(stack_set, place):
        backend.stacksets[stack_set.id] = stack_set
    try:
        stack_set.add(stack_set.targets().values())
    except OperationFailed:
        with suppress(OperationFailed):
            _remove(stack_set)
        raise
    return Deployed(physical_resource_id=stack_set.id, attributes={"StackSetId": stack_set.id})


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    """Update the StackSet; if too many instances fail, all go back to what they had, as in a rollback.

    AWS would say UPDATE_ROLLBACK_FAILED if that failed too; here the first failure is all that is told.
    """
    check(properties)
    _organization(properties, place)
    stack_set = _find(deployed, place)
    before = stack_set.properties
    try:
        _apply(stack_set, properties)
    except OperationFailed:
        with suppress(OperationFailed):
            _apply(stack_set, before)
        raise


def _apply(stack_set: StackSet, properties: Properties) -> None:
    """In the order of AWS's handler: delete, update, create.

    An account that neither group or only both of them reach is none of their business: one that joined while
    auto-deployment was off gets nothing, and one that left keeps its stack.
    """
    before, last = stack_set.targets(), stack_set.properties
    stack_set.take_over(properties)
    wanted = stack_set.targets()
    instances = {(one.account_id, one.region_name): one for one in stack_set.own_instances()}
    if gone := [one for key, one in instances.items() if key in before and key not in wanted]:
        stack_set.take_away(gone)
    changed = {name for name in last.keys() | properties.keys() if last.get(name) != properties.get(name)}
    outdated = []
    for key, instance in instances.items():
        if instance in gone:
            continue
        overrides = wanted[key].overrides if key in wanted else instance.overrides
        if changed - _NOT_OF_THE_STACK_SET or overrides != instance.overrides:
            outdated.append(instance)
        instance.overrides = overrides
    if outdated:
        stack_set.bring_up_to_date(outdated)
    if new := [target for key, target in wanted.items() if key not in before and key not in instances]:
        stack_set.add(new)


def _delete(deployed: Deployed, place: Place) -> None:
    with suppress(StackSetNotFoundException):
        _remove(_find(deployed, place))


def _remove(stack_set: StackSet) -> None:
    if instances := stack_set.own_instances():
        stack_set.take_away(instances)
    stack_set.delete()


def _find(deployed: Deployed, place: Place) -> StackSet:
    found = cloudformation_backends[place.account_id][place.region].describe_stack_set(deployed.physical_resource_id)
    if not isinstance(found, StackSet):
        raise TypeError("the emulator's own StackSet is not in place")
    return found


def _backends(stack_set: StackSet, place: Place) -> list[CloudFormationBackend]:
    """Where it can be read: in the account of its stack, and in the management account if that owns it."""
    owners = dict.fromkeys([place.account_id, stack_set.owner_id])
    return [cloudformation_backends[owner][place.region] for owner in owners]


def _organization(properties: Properties, place: Place) -> OrganizationsBackend | None:
    if properties["PermissionModel"] == "SELF_MANAGED":
        return None
    organization = membership.organization_to_deploy_to(place.account_id, properties.get("CallAs", "SELF"))
    membership.check_units(organization, units_of(properties))
    return organization


STACK_SET = ResourceType(name="AWS::CloudFormation::StackSet", create=_create, update=_update, delete=_delete)
