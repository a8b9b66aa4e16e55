"""`AWS::IAM::ManagedPolicy` as CloudFormation handles it; moto never changes nor deletes one."""

from __future__ import annotations

import json

from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend, iam_backends
from moto.utilities.utils import get_partition

from tests.emulator import iam_checks
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, read 2026-10-20
_MAX_CHARACTERS = 6_144
_MAX_POLICIES_OF_ROLE = 10


def _create(properties: Properties, place: Place) -> Deployed:
    backend, document = _backend(place), _checked(properties)
    for role_name in properties.get("Roles", []):
        _check_attachable(backend, role_name)
    policy = backend.create_policy(
        description=properties.get("Description", ""),
        path=properties.get("Path", "/"),
        policy_document=document,
        policy_name=properties.get("ManagedPolicyName", place.made_up_name),
        tags=[],
    )
    for role_name in properties.get("Roles", []):
        backend.attach_role_policy(policy.arn, role_name)
    return Deployed(physical_resource_id=policy.arn)


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    backend, document, arn = _backend(place), _checked(properties), deployed.physical_resource_id
    before, after = set(deployed.properties.get("Roles", [])), set(properties.get("Roles", []))
    for role_name in after - before:
        _check_attachable(backend, role_name)
    policy = backend.get_policy(arn)
    # IAM keeps five versions; CloudFormation makes room.
    for version in [version for version in policy.versions if not version.is_default]:
        backend.delete_policy_version(arn, version.version_id)
    backend.create_policy_version(arn, document, set_as_default=True)
    for role_name in sorted(before - after):
        _detach(backend, arn, role_name)
    for role_name in sorted(after - before):
        backend.attach_role_policy(arn, role_name)


def _delete(deployed: Deployed, place: Place) -> None:
    backend, arn = _backend(place), deployed.physical_resource_id
    for role_name in deployed.properties.get("Roles", []):
        _detach(backend, arn, role_name)
    if arn in backend.managed_policies:
        backend.delete_policy(arn)


def _backend(place: Place) -> IAMBackend:
    return iam_backends[place.account_id][get_partition(place.region)]


def _checked(properties: Properties) -> str:
    document = json.dumps(properties["PolicyDocument"], default=str, separators=(",", ":"))
    iam_checks.check_inline_policy(document)
    if len(document) > _MAX_CHARACTERS:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {_MAX_CHARACTERS}")
    if others := {"Users", "Groups"} & set(properties):
        raise NotImplementedError(f"the emulator attaches managed policies to roles, not to {' and '.join(others)}")
    return document


def _check_attachable(backend: IAMBackend, role_name: str) -> None:
    if len(backend.get_role(role_name).managed_policies) >= _MAX_POLICIES_OF_ROLE:
        raise LimitExceededException(f"Cannot exceed quota for PoliciesPerRole: {_MAX_POLICIES_OF_ROLE}")


def _detach(backend: IAMBackend, arn: str, role_name: str) -> None:
    """Detach the policy; the role may be gone, or somebody may have detached it by hand."""
    for role in backend.get_roles():
        if role.name == role_name and arn in role.managed_policies:
            backend.detach_role_policy(arn, role_name)


MANAGED_POLICY = ResourceType(name="AWS::IAM::ManagedPolicy", create=_create, update=_update, delete=_delete)
