"""Defines a role on which it is tried what an aspect of the CDK does to a boundary."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

_PROPERTY = "PermissionsBoundary"


class TrialRole(iam.CfnRole):
    """A role that is in nobody's app, and keeps what an aspect says of its boundary.

    The CDK shows no override of a resource, and a policy of another app cannot be rendered here.
    """

    def __init__(self, stack: Stack, given: str | None) -> None:
        super().__init__(stack, "Role", assume_role_policy_document={})
        self.boundary = given

    def add_property_override(self, property_path: str, value: Any) -> None:  # noqa: ANN401 (as in the CDK)
        """Keep the boundary."""
        if property_path == _PROPERTY:
            self.boundary = value

    def add_property_deletion_override(self, property_path: str) -> None:
        """Keep that there is none."""
        if property_path == _PROPERTY:
            self.boundary = None
