"""Holds the resources and tags that topology discovery starts from in an account, as a checked value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError

# The pattern of the schema of AWS::DevOpsAgent::Association (2026-10-20), without its classes of other scripts.
_TAG = re.compile(r"[\w\s.:/=+@-]{1,512}")


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class TopologyScope:
    """What topology discovery starts from in a secondary account; it limits neither access nor investigations.

    CloudFormation has both properties, the API of 2026-01-01 has neither: whether they have an effect is unconfirmed.

    Attributes:
        tags: Key -> value, 1-512 characters each.
        resource_arns: ARNs of CloudFormation stacks, ECR repositories, S3 buckets or objects.

    Raises:
        OnboardingInputError: Neither is given, or a tag or an ARN is malformed.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-association.html
    """

    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    resource_arns: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check both."""
        if not self.tags and not self.resource_arns:
            why = "neither tags nor resources"
            raise OnboardingInputError("topology", {}, why=why, fix="give one of them, or leave it out")
        for key, value in self.tags.items():
            for text in (key, value):
                if not _validators.is_token(text) and _TAG.fullmatch(text) is None:
                    why = "a tag's key and value have 1-512 letters, digits, spaces and _.:/=+-@"
                    raise OnboardingInputError("topology.tags", {key: value}, why=why, fix="correct it")
        for index, arn in enumerate(self.resource_arns):
            if not _validators.is_token(arn) and not arn.startswith("arn:"):
                why = "not an ARN"
                raise OnboardingInputError(f"topology.resource_arns[{index}]", arn, why=why, fix="give the full ARN")
