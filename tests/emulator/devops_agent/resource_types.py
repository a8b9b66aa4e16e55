"""`AWS::DevOpsAgent::AgentSpace` and `AWS::DevOpsAgent::Association`: what their handlers ask of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from moto.core.exceptions import ServiceException
from moto.devopsagent.exceptions import DevOpsAgentClientError, ResourceNotFoundException, ValidationException
from moto.devopsagent.models import DevOpsAgentBackend, devopsagent_backends

from tests.emulator.devops_agent.agent_space import AgentSpace, Association
from tests.emulator.devops_agent.service_model import check_request, status_code
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType


class HandlerFailed(ServiceException):
    """The service refused what CloudFormation asked of it."""

    def __init__(self, refused: DevOpsAgentClientError) -> None:
        service = f"(Service: DevOpsAgent, Status Code: {status_code(refused.code)})"
        super().__init__(f'Resource handler returned message: "{refused.message} {service}"')

    def __str__(self) -> str:
        """The message alone, as CloudFormation puts it into its events."""
        return str(self.message)


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except DevOpsAgentClientError as refused:
        raise HandlerFailed(refused) from refused


def _create_space(properties: Properties, place: Place) -> Deployed:
    with _asking():
        check_request("CreateAgentSpace", _request(properties))
        backend = _backend(place)
        space = backend.create_agent_space(
            name=properties["Name"],
            description=properties.get("Description"),
            locale=properties.get("Locale"),
            kms_key_arn=properties.get("KmsKeyArn"),
            tags=_tags(properties),
        )
        try:
            _check_operator_app(space, properties)
        except ValidationException:
            backend.delete_agent_space(space.agent_space_id)
            raise
    _set_preferences(space, properties)
    return Deployed(physical_resource_id=space.agent_space_id, attributes=_space_attributes(space))


def _update_space(deployed: Deployed, properties: Properties, place: Place) -> None:
    backend = _backend(place)
    with _asking():
        check_request("CreateAgentSpace", _request(properties))
        _check_operator_app(backend.get_agent_space(deployed.physical_resource_id), properties)
        space = backend.update_agent_space(
            deployed.physical_resource_id,
            name=properties["Name"],
            description=properties.get("Description", ""),
            locale=properties.get("Locale", ""),
        )
    backend.tagger.delete_all_tags_for_resource(space.arn)
    backend.tag_resource(space.arn, _tags(properties))
    _set_preferences(space, properties)
    deployed.attributes = _space_attributes(space)


def _delete_space(deployed: Deployed, place: Place) -> None:
    with suppress(ResourceNotFoundException):
        _backend(place).delete_agent_space(deployed.physical_resource_id)


def _create_association(properties: Properties, place: Place) -> Deployed:
    configuration = _configuration(properties)
    request = {"agentSpaceId": properties["AgentSpaceId"], "serviceId": properties["ServiceId"]}
    with _asking():
        check_request("AssociateService", {**request, "configuration": configuration})
        space = _space(place, properties["AgentSpaceId"])
        association = space.associate(properties["ServiceId"], configuration)
    # A type with two primary identifiers: `Ref` joins them.
    return Deployed(
        physical_resource_id=f"{space.agent_space_id}|{association.association_id}",
        attributes=_association_attributes(association),
    )


def _update_association(deployed: Deployed, properties: Properties, place: Place) -> None:
    configuration = _configuration(properties)
    space_id, association_id = deployed.physical_resource_id.split("|")
    request = {"agentSpaceId": space_id, "associationId": association_id, "configuration": configuration}
    with _asking():
        check_request("UpdateAssociation", request)
        association = _space(place, space_id).update_association(association_id, configuration)
    deployed.attributes = _association_attributes(association)


def _delete_association(deployed: Deployed, place: Place) -> None:
    space_id, association_id = deployed.physical_resource_id.split("|")
    with suppress(ResourceNotFoundException):
        _space(place, space_id).associations.pop(association_id, None)


def _backend(place: Place) -> DevOpsAgentBackend:
    regions = devopsagent_backends[place.account_id]
    if place.region not in regions:
        raise ServiceException("ValidationError", f"{place.region} is no Region of AWS DevOps Agent")
    return regions[place.region]


def _space(place: Place, agent_space_id: str) -> AgentSpace:
    space = _backend(place).get_agent_space(agent_space_id)
    if not isinstance(space, AgentSpace):
        raise TypeError("the emulator's own Agent Space is not in place")
    return space


def _request(properties: Properties) -> dict[str, Any]:
    """The properties of an Agent Space as the API wants them."""
    names = {"Name": "name", "Description": "description", "Locale": "locale", "KmsKeyArn": "kmsKeyArn"}
    request = {name: properties[key] for key, name in names.items() if key in properties}
    return {**request, "tags": _tags(properties)}


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


def _check_operator_app(space: Any, properties: Properties) -> None:
    """The service looks at the trust policy of the operator app's role when it is given one."""
    for settings in properties.get("OperatorApp", {}).values():
        if refused := space.why_not_operated_by(settings["OperatorAppRoleArn"]):
            raise ValidationException(f"the role of the operator app cannot be assumed: {refused}")


def _set_preferences(space: Any, properties: Properties) -> None:
    # Those of the template replace all; without any the defaults are back.
    preferences = properties.get("Preferences", {})
    space.preferences = {name[0].lower() + name[1:]: value for name, value in preferences.items()}


def _configuration(properties: Properties) -> dict[str, Any]:
    """The configuration as the API has it: without topology scope, which only CloudFormation knows."""
    [(kind, settings)] = properties["Configuration"].items()
    api = {name[0].lower() + name[1:]: value for name, value in settings.items() if name not in {"Resources", "Tags"}}
    return {kind[0].lower() + kind[1:]: api}


def _space_attributes(space: Any) -> dict[str, str]:
    times = {"CreatedAt": space.created_at.isoformat(), "UpdatedAt": space.updated_at.isoformat()}
    return {"AgentSpaceId": space.agent_space_id, "Arn": space.arn, **times}


def _association_attributes(association: Association) -> dict[str, str]:
    times = {"CreatedAt": association.created_at.isoformat(), "UpdatedAt": association.updated_at.isoformat()}
    return {"AssociationId": association.association_id, **times}


AGENT_SPACE = ResourceType(
    name="AWS::DevOpsAgent::AgentSpace", create=_create_space, update=_update_space, delete=_delete_space
)
ASSOCIATION = ResourceType(
    name="AWS::DevOpsAgent::Association",
    create=_create_association,
    update=_update_association,
    delete=_delete_association,
)
