"""A CloudFormation type with its schema: checked, updated in place or replaced, deleted. moto lacks all three."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

from tests.emulator import resource_schema

Properties = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a stack is, and the name that CloudFormation makes up for a resource without one."""

    account_id: str
    region: str
    made_up_name: str = ""

    def made_up_name_of(self, max_length: int) -> str:
        """Return the name for a type that takes only shorter ones: the stack's name and the end of it stay."""
        rest, _, end = self.made_up_name.rpartition("-")
        return f"{rest[: max_length - len(end) - 1]}-{end}"


@dataclass(eq=False, kw_only=True)
class Deployed:
    """A resource of a stack; moto adds its type and its logical id.

    Attributes:
        physical_resource_id: What `Ref` returns.
        attributes: What `Fn::GetAtt` returns.
        properties: Those of the template that it has now.
        resource_type: Who updates and deletes it.
    """

    physical_resource_id: str
    attributes: dict[str, str] = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)
    resource_type: ResourceType | None = None

    def get_cfn_attribute(self, name: str) -> str:
        """The value of an attribute."""
        if name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self.attributes[name]

    @staticmethod
    def is_created() -> bool:
        """Nothing takes time here."""
        return True

    def delete(self, account_id: str, region: str) -> None:
        """Delete it."""
        if self.resource_type is None:
            raise RuntimeError("nobody can delete what nobody created")
        try:
            self.resource_type.delete(self, Place(account_id=account_id, region=region))
        except (TypeError, AttributeError) as mistake:  # moto would take them for "has no delete()", and go on
            raise RuntimeError(f"{self.physical_resource_id} cannot be deleted") from mistake


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """Takes the place of a moto model class; CloudFormation's own schema is checked here, the service's rules are not.

    Attributes:
        name: e.g. `AWS::DevOpsAgent::Association`.
        create: Creates a resource.
        update: Changes a resource in place.
        delete: Deletes a resource; one that is gone already is no failure.
    """

    LEAVES_REPLACED: ClassVar = True

    name: str
    create: Callable[[Properties, Place], Deployed]
    update: Callable[[Deployed, Properties, Place], None]
    delete: Callable[[Deployed, Place], None]

    def cloudformation_type(self) -> str:
        """The type in a template."""
        return self.name

    def has_cfn_attr(self, attr: str) -> bool:
        """Whether `Fn::GetAtt` knows the attribute."""
        return attr in resource_schema.attributes(self.name)

    def create_from_cloudformation_json(
        self, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> Deployed:
        """Create a resource."""
        properties = cloudformation_json["Properties"]
        resource_schema.check_properties(self.name, properties)
        deployed = self.create(properties, Place(account_id=account_id, region=region_name, made_up_name=resource_name))
        deployed.properties, deployed.resource_type = properties, self
        return deployed

    def update_from_cloudformation_json(
        self,
        original_resource: Deployed,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Deployed:
        """Update a resource in place, or return its replacement and leave the original to the end of the update."""
        properties = cloudformation_json["Properties"]
        if resource_schema.is_replaced(self.name, original_resource.properties, properties):
            return self.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        resource_schema.check_properties(self.name, properties)
        self.update(original_resource, properties, Place(account_id=account_id, region=region_name))
        original_resource.properties = properties
        return original_resource
