"""What a template needs of the request that deploys it: capabilities, and values of its parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

_NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""Of the types that can be named, the property that does it."""


def missing_capability(resources: Iterable[Mapping[str, Any]], given: Collection[str]) -> str | None:
    """Say which capability CloudFormation asks for; None if it is given, or none is needed."""
    iam = [resource for resource in resources if resource["Type"].startswith("AWS::IAM::")]
    if any(_NAMES.get(resource["Type"]) in resource.get("Properties", {}) for resource in iam):
        needed = {"CAPABILITY_NAMED_IAM"}
    else:
        needed = {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} if iam else set()
    if not needed or needed & set(given):
        return None
    # https://github.com/envato/stack_master/issues/138 has the words.
    return f"Requires capabilities : [{min(needed, key=len)}]"


def parameter_fault(known: Mapping[str, Mapping[str, Any]], given: Collection[str]) -> str | None:
    """Say what CloudFormation has against the names of the parameters that are given; None if nothing."""
    if unknown := set(given) - known.keys():
        # https://github.com/aws-samples/amazon-ec2-image-builder-samples/issues/18
        return f"Parameters: [{', '.join(sorted(unknown))}] do not exist in the template"
    if missing := {name for name, parameter in known.items() if "Default" not in parameter} - set(given):
        # https://github.com/aws/serverless-application-model/issues/1107
        return f"Parameters: [{', '.join(sorted(missing))}] must have values"
    return None
