"""`AWS::S3::BucketPolicy`, which the bucket of `cdk bootstrap` has; moto does not know the type.

The policy goes no further: moto ignores conditions, and would take "nobody without TLS" for "nobody".
"""

from __future__ import annotations

from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType


def _create(properties: Properties, _: Place) -> Deployed:
    return Deployed(physical_resource_id=properties["Bucket"])


def _nothing(*_: object) -> None:
    """Nothing was put anywhere."""


BUCKET_POLICY = ResourceType(name="AWS::S3::BucketPolicy", create=_create, update=_nothing, delete=_nothing)
