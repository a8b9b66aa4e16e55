"""`Custom::*` and `AWS::CloudFormation::CustomResource`: a function creates, updates and deletes the resource.

As AWS does it: the function is invoked asynchronously with a request, and puts its answer into a bucket of
CloudFormation's, at an address with a signature that admits no content type. See
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html and the pages below it.
"""

from __future__ import annotations

import copy
import json
import os
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from moto.cloudformation.models import cloudformation_backends
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.s3.exceptions import MissingKey
from moto.s3.models import s3_backends

from tests.emulator.clock import CLOCK
from tests.emulator.lambda_functions.asynchronous import invoke_later
from tests.emulator.lambda_functions.function import find_function
from tests.emulator.server import OWN_ACCOUNT

_SERVICE_TIMEOUT_SECONDS = 3600
_MAX_ANSWER_BYTES = 4096
_NO_CONTENT_TYPE = "binary/octet-stream"
_ROLLED_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"
_POLL = timedelta(seconds=30)


class CustomResourceFailed(ServiceException):
    """The function said FAILED, or nothing that CloudFormation takes."""

    code = "ValidationError"

    def __str__(self) -> str:
        """The message alone, as CloudFormation puts it into its events."""
        return str(self.message)


@dataclass(eq=False, kw_only=True)
class CustomResource:
    """A custom resource of a stack; moto adds its type and its logical id."""

    account_id: str
    region: str
    stack_id: str
    resource_type: str
    logical_id: str
    properties: dict[str, Any]
    physical_resource_id: str
    data: dict[str, Any] = field(default_factory=dict)

    def get_cfn_attribute(self, name: str) -> Any:
        """A value of the answer's `Data`."""
        if name not in self.data:
            raise CustomResourceFailed(
                f"CustomResource attribute error: Vendor response doesn't contain {name} key in object {self.stack_id}"
            )
        return self.data[name]

    @staticmethod
    def is_created() -> bool:
        """CloudFormation has waited for the answer."""
        return True

    def delete(self, account_id: str, region: str) -> None:  # noqa: ARG002  # moto's signature
        """Let the function delete it."""
        self.request("Delete", self.properties)

    def request(self, kind: str, properties: dict[str, Any], **more: Any) -> None:
        """Ask the function, wait for its answer and take it over, or raise what CloudFormation says of it."""
        timeout = int(properties.get("ServiceTimeout", _SERVICE_TIMEOUT_SECONDS))
        if not 1 <= timeout <= _SERVICE_TIMEOUT_SECONDS:  # AWS's words are unconfirmed
            raise CustomResourceFailed(f"ServiceTimeout must be from 1 to {_SERVICE_TIMEOUT_SECONDS} seconds")
        request_id = str(uuid.uuid4())
        key = f"{quote(self.stack_id, safe='')}/{self.logical_id}/{request_id}"
        request = {
            "RequestType": kind,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": f"{os.environ['AWS_ENDPOINT_URL']}/{_bucket(self.region)}/{quote(key)}?Signature=signed",
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_id,
            "ResourceType": self.resource_type,
            "ResourceProperties": as_strings(properties),
            **({} if kind == "Create" else {"PhysicalResourceId": self.physical_resource_id}),
            **more,
        }
        answer = self._answer(key, request, timeout)
        if len(json.dumps(answer)) > _MAX_ANSWER_BYTES:
            # https://github.com/aws/aws-cdk/issues/23958 has the words.
            raise CustomResourceFailed("Response object is too long.")
        if answer.get("PhysicalResourceId"):
            self.physical_resource_id = answer["PhysicalResourceId"]
        if answer.get("Status") == "FAILED":
            raise CustomResourceFailed(
                f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')} "
                f"(RequestId: {request_id})"
            )
        _check(answer, request)
        self.data = answer.get("Data") or {}

    def _answer(self, key: str, request: dict[str, Any], timeout: int) -> dict[str, Any]:
        try:
            function = find_function(request["ServiceToken"], self.account_id, self.region)
        except (JsonRESTError, IndexError) as refused:
            raise CustomResourceFailed(f"{refused} (Service: Lambda, Status Code: 404)") from refused
        ends = CLOCK.now() + timedelta(seconds=timeout)
        # CloudFormation does so with the permissions of who deploys, or of its role; these are not looked at.
        invoke_later(function, json.dumps(request))
        while (answer := _stored(self.region, key)) is None:
            if CLOCK.now() >= ends:
                raise CustomResourceFailed(
                    "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
                    f"requestId [{request['RequestId']}]. If you are using the Python cfn-response module, you may "
                    "need to update your Lambda function code so that CloudFormation can attach the updated version."
                )
            CLOCK.advance(min(_POLL, ends - CLOCK.now()))
        return answer


class CustomResourceType:
    """Takes the place of moto's own, which never waits, updates or deletes, and takes a failure for an answer."""

    LEAVES_REPLACED: ClassVar = True

    @staticmethod
    def cloudformation_type() -> str:
        """The type in a template, for which there are two names."""
        return "AWS::CloudFormation::CustomResource"

    @staticmethod
    def has_cfn_attr(attr: str) -> bool:  # noqa: ARG004  # moto's signature
        """What `Fn::GetAtt` knows is the function's business."""
        return True

    @staticmethod
    def create_from_cloudformation_json(
        resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **known: Any
    ) -> CustomResource:
        """Let the function create it; what it says it could not create is deleted, too, as a part may be there."""
        resource = CustomResource(
            account_id=account_id,
            region=region_name,
            stack_id=known["StackId"],
            resource_type=known["ResourceType"],
            logical_id=known["LogicalId"],
            properties=cloudformation_json["Properties"],
            physical_resource_id=resource_name,
        )
        try:
            resource.request("Create", resource.properties)
        except CustomResourceFailed as failed:
            try:
                resource.delete(account_id, region_name)
            except CustomResourceFailed:
                raise failed from None
            raise
        return resource

    @staticmethod
    def update_from_cloudformation_json(
        original_resource: CustomResource,
        new_resource_name: str,  # noqa: ARG004  # moto's signature
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> CustomResource:
        """Let the function update it; another physical id means another resource, and the former is deleted later."""
        before, after = original_resource.properties, cloudformation_json["Properties"]
        if before["ServiceToken"] != after["ServiceToken"]:
            raise CustomResourceFailed("Modifying service token is not allowed.")
        changed = copy.copy(original_resource)
        changed.properties = after
        try:
            changed.request("Update", after, OldResourceProperties=as_strings(before))
        except CustomResourceFailed:
            # What the function has done of it is undone, with the properties the other way round.
            cloudformation_backends[account_id][region_name].stacks[changed.stack_id].status = _ROLLED_BACK
            original_resource.request("Update", before, OldResourceProperties=as_strings(after))
            raise
        if changed.physical_resource_id == original_resource.physical_resource_id:
            original_resource.properties, original_resource.data = after, changed.data
            return original_resource
        return changed


def as_strings(value: Any) -> Any:
    """Properties as CloudFormation sends them: numbers and truth values are strings."""
    if isinstance(value, dict):
        return {key: as_strings(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_strings(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


# AWS's words of the first two are unconfirmed.
def _check(answer: dict[str, Any], request: dict[str, Any]) -> None:
    if answer.get("Status") != "SUCCESS":
        raise CustomResourceFailed("Invalid response object: Value of property Status must be SUCCESS or FAILED")
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if answer.get(name) != request[name]:
            raise CustomResourceFailed(f"Invalid response object: Value of property {name} must be {request[name]}")
    if not answer.get("PhysicalResourceId"):
        raise CustomResourceFailed("Invalid PhysicalResourceId")


def _bucket(region: str) -> str:
    name, backend = (
        f"cloudformation-custom-resource-response-{region.replace('-', '')}",
        s3_backends[OWN_ACCOUNT]["aws"],
    )
    if name not in backend.buckets:
        backend.create_bucket(name, region)
    return name


def _stored(region: str, key: str) -> dict[str, Any] | None:
    bucket = _bucket(region)
    try:
        found = s3_backends[OWN_ACCOUNT]["aws"].get_object(bucket, key)
    except MissingKey:
        return None
    if found is None:
        return None
    # Without one it is S3's own default. CloudFormation signs an empty one, and S3 compares.
    content_type = found.metadata.get("content-type", _NO_CONTENT_TYPE)
    if content_type != _NO_CONTENT_TYPE:
        raise CustomResourceFailed(f"S3 refuses the answer, SignatureDoesNotMatch: its content type is {content_type}")
    answer: dict[str, Any] = json.loads(found.value)
    return answer
