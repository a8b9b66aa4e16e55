"""`AWS::CloudFormation::StackSet` as CloudFormation creates, updates and deletes it, and its auto-deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from weakref import WeakSet

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets import membership
from tests.emulator.stack_sets.checks import check
from tests.emulator.stack_sets.stack_set import StackSet


class _Deployed(Deployed):
    """Like any other resource, but it knows its StackSet."""

    stack_set: StackSet


_ALL: WeakSet[_Deployed] = WeakSet()


def _create(properties: Properties, place: Place) -> Deployed:
    check(properties)
    if properties["PermissionModel"] == "SERVICE_MANAGED":
        _check_trusted_access(place.account_id, properties.get("CallAs", "SELF"))
    backend = cloudformation_backends[place.account_id][place.region]
    name = properties["StackSetName"]
    if any(other.name == name and other.status == "ACTIVE" for other in backend.stacksets.values()):
        raise ValidationError(message=f"StackSet {name} already exists")
    of_moto = backend.create_stack_set(
        name=name,
        template=properties["TemplateBody"],
        parameters=_parameters(properties),
        tags={},
        permission_model=properties["PermissionModel"],
        admin_role=properties.get("AdministrationRoleARN"),
        exec_role=properties.get("ExecutionRoleName"),
        description=properties.get("Description"),
    )
    stack_set = StackSet(stack_set_id=of_moto.id, account_id=place.account_id, properties=properties)
    of_moto.instances.stack_instances = cast("list[Any]", stack_set.instances)
    try:
        stack_set.bring_up_to_date()
    except ValidationError:
        _delete_all(backend, stack_set)
        raise
    deployed = _Deployed(physical_resource_id=of_moto.id, attributes={"StackSetId": of_moto.id})
    deployed.stack_set = stack_set
    _ALL.add(deployed)
    return deployed


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    """Update every instance; if too many fail, bring all back to what they had, as CloudFormation's rollback does."""
    check(properties)
    stack_set = _of(deployed)
    before, stack_set.properties = stack_set.properties, properties
    try:
        stack_set.bring_up_to_date()
    except ValidationError:
        stack_set.properties = before
        stack_set.bring_up_to_date()
        raise
    of_moto = cloudformation_backends[place.account_id][place.region].stacksets[stack_set.stack_set_id]
    of_moto.template, of_moto.parameters = properties["TemplateBody"], _parameters(properties)


def _delete(deployed: Deployed, place: Place) -> None:
    _delete_all(cloudformation_backends[place.account_id][place.region], _of(deployed))


def _delete_all(backend: CloudFormationBackend, stack_set: StackSet) -> None:
    for instance in list(stack_set.instances):
        stack_set.remove(instance, retain=False)
    backend.delete_stack_set(stack_set.stack_set_id)


def _of(deployed: Deployed) -> StackSet:
    if not isinstance(deployed, _Deployed):
        raise TypeError(f"{deployed.physical_resource_id} is no StackSet")
    return deployed.stack_set


def _parameters(properties: Properties) -> dict[str, str]:
    return {one["ParameterKey"]: one["ParameterValue"] for one in properties.get("Parameters", [])}


def _check_trusted_access(account_id: str, call_as: str) -> None:
    organization = membership.organization_to_deploy_to(account_id, call_as)
    if membership.STACK_SETS not in {service["ServicePrincipal"] for service in organization.services}:
        raise ValidationError(message="You must enable organizations access to operate a service managed stack set")


def noticing_changes(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Make an operation of Organizations tell the StackSets that an account came or went."""

    def notice(organization: OrganizationsBackend, **arguments: Any) -> Any:
        answer = operation(organization, **arguments)
        for deployed in sorted(_ALL, key=lambda one: one.physical_resource_id):
            state = cloudformation_backends[deployed.stack_set.account_id]
            if any(deployed.stack_set.stack_set_id in backend.stacksets for backend in state.values()):
                deployed.stack_set.membership_changed(organization)
        return answer

    return notice


STACK_SET = ResourceType(name="AWS::CloudFormation::StackSet", create=_create, update=_update, delete=_delete)
