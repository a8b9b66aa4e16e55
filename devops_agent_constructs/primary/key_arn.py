"""Checks the ARN of a customer managed key for an Agent Space, without the CDK."""

from __future__ import annotations

import re

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError

# The schema of AWS::DevOpsAgent::AgentSpace of 2026-10-20.
KEY_ARN_FORM = (
    r"arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"
)
_KEY_ARN = re.compile(KEY_ARN_FORM)
KIND = "a symmetric, single-Region key of the Agent Space's Region"


def why_not(arn: str, *, region: str) -> str:
    """Return why DevOps Agent does not take a key for an Agent Space of the Region; empty if it may."""
    if ":alias/" in arn:
        return "an alias; DevOps Agent takes the key itself"
    if _validators.is_token(arn):
        return ""
    if _KEY_ARN.fullmatch(arn) is None:
        return "a multi-Region key" if ":key/mrk-" in arn else "not the full ARN of a key"
    own = arn.split(":")[3]
    if not _validators.is_token(region) and own != region:
        # Not on AWS's page, but the key's policy names the Agent Space's Region.
        return f"a key of {own}; the Agent Space is in {region}"
    return ""


def check(arn: str, *, region: str, field: str) -> None:
    """Check that a key may be an Agent Space's, as far as its ARN says.

    Raises:
        OnboardingInputError: An alias, or a key that is multi-Region or of another Region.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-encryption-at-rest-for-devops-agent.html
    (read 2026-10-20).
    """
    if why := why_not(arn, region=region):
        raise OnboardingInputError(field, arn, why=why, fix=f"give the ARN of {KIND}")
