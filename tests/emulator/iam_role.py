"""`AWS::IAM::Role` as CloudFormation creates, updates and deletes it."""

import json
from typing import Any
from weakref import WeakKeyDictionary

from moto.cloudformation.exceptions import ValidationError
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.utilities.utils import get_partition

from tests.emulator import iam_checks
from tests.emulator.imports import is_import

# The properties that CloudFormation last gave to a role: what somebody attached by hand is left alone.
_LAST: WeakKeyDictionary[Role, dict[str, Any]] = WeakKeyDictionary()


class RoleHandler:
    """Takes the place of moto's own handler; the role that it makes is moto's.

    moto's handler lacks `ManagedPolicyArns`, stores inline policies that GetRolePolicy cannot answer with, accepts
    what IAM refuses, updates nothing but the description, and cannot delete a role with a managed policy.
    """

    LEAVES_REPLACED = True

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that names the role."""
        return Role.cloudformation_name_type()

    @staticmethod
    def cloudformation_type() -> str:
        """The type in a template."""
        return Role.cloudformation_type()

    @staticmethod
    def has_cfn_attr(attr: str) -> bool:
        """Whether `Fn::GetAtt` knows the attribute."""
        return Role.has_cfn_attr(attr)

    @staticmethod
    def create_from_cloudformation_json(
        resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> Role:
        """Create the role, or nothing at all if IAM refuses a part of it."""
        backend, properties = _backend(account_id, region_name), cloudformation_json["Properties"]
        if is_import(cloudformation_json):
            # As it is: a later update changes only what differs from the template of the import.
            found: Role = backend.get_role(resource_name)
            _LAST[found] = properties
            return found
        _check(backend, properties)
        role = backend.create_role(
            role_name=resource_name,
            assume_role_policy_document="",
            path=properties.get("Path", "/"),
            permissions_boundary=None,
            description="",
            tags=properties.get("Tags", []),
            max_session_duration=None,
        )
        _apply(backend, role, properties)
        return role

    @staticmethod
    def update_from_cloudformation_json(
        original_resource: Role,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Role:
        """Update the same role in place, or return its replacement, if it has another name or path."""
        backend, properties = _backend(account_id, region_name), cloudformation_json["Properties"]
        # Without RoleName moto makes up another name at every update; CloudFormation keeps the first.
        name, path = properties.get("RoleName", original_resource.name), properties.get("Path", "/")
        if (name, path) == (original_resource.name, original_resource.path):
            _check(backend, properties)
            _apply(backend, original_resource, properties)
            return original_resource
        if "RoleName" in properties and name == original_resource.name:
            raise ValidationError(
                message="CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {name} and update the stack again."
            )
        return RoleHandler.create_from_cloudformation_json(
            new_resource_name, cloudformation_json, account_id, region_name
        )

    @staticmethod
    def delete_from_cloudformation_json(
        resource_name: str, _: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """Delete the role and the policies of its template; IAM refuses while others are attached.

        One that is gone already is no failure: a handler answers NotFound, as the contract asks, and the stack goes on.
        See https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
        """
        backend = _backend(account_id, region_name)
        if resource_name in {role.name for role in backend.get_roles()}:
            _detach(backend.get_role(resource_name))
            backend.delete_role(resource_name)


def _backend(account_id: str, region_name: str) -> IAMBackend:
    return iam_backends[account_id][get_partition(region_name)]


def _check(backend: IAMBackend, properties: dict[str, Any]) -> None:
    """Check everything before anything changes, so that a refusal leaves the role as it was."""
    iam_checks.check_trust_policy(_document(properties["AssumeRolePolicyDocument"]))
    for policy in properties.get("Policies", []):
        iam_checks.check_inline_policy(_document(policy["PolicyDocument"]))
    for arn in properties.get("ManagedPolicyArns", []):
        iam_checks.check_managed_policy(backend, arn)
    if boundary := properties.get("PermissionsBoundary"):
        iam_checks.check_permissions_boundary(backend, boundary)


def _apply(backend: IAMBackend, role: Role, properties: dict[str, Any]) -> None:
    role.assume_role_policy_document = _document(properties["AssumeRolePolicyDocument"])
    role.description = properties.get("Description", "")
    role.max_session_duration = properties.get("MaxSessionDuration", 3600)
    role.permissions_boundary_arn = properties.get("PermissionsBoundary")
    role.tags = list(backend._tag_verification(properties.get("Tags", [])).values())
    _detach(role)
    for policy in properties.get("Policies", []):
        role.put_policy(policy["PolicyName"], _document(policy["PolicyDocument"]))
    for arn in properties.get("ManagedPolicyArns", []):
        backend.attach_role_policy(arn, role.name)
    _LAST[role] = properties


def _detach(role: Role) -> None:
    """Take away what the last template gave to the role."""
    last = _LAST.get(role, {})
    for policy in last.get("Policies", []):
        role.policies.pop(policy["PolicyName"], None)
    for arn in last.get("ManagedPolicyArns", []):
        if policy := role.managed_policies.get(arn):
            policy.detach_from(role)


def _document(document: Any) -> str:
    # A YAML template without quotes makes a date of the policy version; JSON knows none.
    return document if isinstance(document, str) else json.dumps(_without_no_value(document), default=str)


def _without_no_value(part: Any) -> Any:
    """Leave out what `AWS::NoValue` stands for, which moto leaves in lists."""
    if isinstance(part, list):
        return [_without_no_value(one) for one in part if one is not None]
    return {key: _without_no_value(one) for key, one in part.items()} if isinstance(part, dict) else part
