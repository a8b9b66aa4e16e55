"""`AWS::S3::BucketPolicy`, which the bucket of `cdk bootstrap` has; moto does not know the type."""

from __future__ import annotations

import json

from moto.s3.models import S3Backend, s3_backends
from moto.utilities.utils import get_partition

from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType


def _create(properties: Properties, place: Place) -> Deployed:
    _put(properties, place)
    return Deployed(physical_resource_id=properties["Bucket"])


def _update(_: Deployed, properties: Properties, place: Place) -> None:
    _put(properties, place)


def _delete(deployed: Deployed, place: Place) -> None:
    _backend(place).delete_bucket_policy(deployed.physical_resource_id)


def _put(properties: Properties, place: Place) -> None:
    document = json.dumps(properties["PolicyDocument"], default=str)
    _backend(place).put_bucket_policy(properties["Bucket"], document.encode())


def _backend(place: Place) -> S3Backend:
    return s3_backends[place.account_id][get_partition(place.region)]


BUCKET_POLICY = ResourceType(name="AWS::S3::BucketPolicy", create=_create, update=_update, delete=_delete)
