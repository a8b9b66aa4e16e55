"""Adds to the primary account's stack what validates its associations."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration

from devops_agent_constructs.association_health.validation import AssociationValidation
from devops_agent_constructs.onboarding.settings import ValidationSettings
from devops_agent_constructs.primary.stack import PrimaryAccountStack


def define_validation(stack: PrimaryAccountStack, settings: ValidationSettings) -> None:
    """Define the validation, and the output `ConnectedAccounts`, like `3 valid`."""
    validation = AssociationValidation(
        stack,
        "Validation",
        access=stack.access,
        timeout=Duration.minutes(settings.timeout_minutes),
        fail_deployment=settings.fail_deployment,
    )
    CfnOutput(stack, "ConnectedAccounts", value=validation.summary, description="What the validation found")
