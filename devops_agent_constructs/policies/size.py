"""Measures policies as IAM counts: characters without the white space between them.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, read 2026-10-20.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.document import one_as_itself
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN

# What is known of some: the shortest and the longest partition (aws, aws-us-gov), Region (us-east-1, ap-southeast-1).
_LENGTHS = {"Partition": (3, 10), "AccountId": (12, 12), "Region": (9, 14)}
_OF_OTHERS = (1, service.MAX_ROLE_ARN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many characters policies have together.

    Attributes:
        at_least: With every token as short as it can be.
        at_most: With every token as long as the longest ARN of a role; the same without tokens.
    """

    at_least: int
    at_most: int


def policy_size(*documents: Mapping[str, object]) -> Size:
    """Measure policies, tokens included."""
    shortest = longest = 0
    for document in documents:
        text = json.dumps(one_as_itself(document), separators=(",", ":"), ensure_ascii=False)
        lengths = [_length(name) for name in UNKNOWN.findall(text)]
        others = len(UNKNOWN.sub("", text))
        shortest += others + sum(at_least for at_least, _ in lengths)
        longest += others + sum(at_most for _, at_most in lengths)
    return Size(at_least=shortest, at_most=longest)


def check_trust_policy(document: Mapping[str, object]) -> None:
    """Refuse a trust policy that is certainly too long for IAM's default quota.

    Raises:
        OnboardingInputError: It is; `field` is `agent_space`, as only their number makes it long.
    """
    size = policy_size(document).at_least
    if size > service.MAX_TRUST_POLICY_CHARACTERS:
        why = f"the trust policy has {size:,} characters; IAM admits {service.MAX_TRUST_POLICY_CHARACTERS:,} by default"
        fix = (
            "give the role fewer Agent Spaces and define a second role for the others; or, after AWS has raised the "
            "quota L-C07B4B0D, add them to `.role.assume_role_policy`"
        )
        raise OnboardingInputError("agent_space", f"{size} characters", why=why, fix=fix)


def check_inline_policies(*documents: Mapping[str, object], field: str) -> None:
    """Refuse inline policies of one role that are certainly too long together; this quota cannot be raised."""
    size = policy_size(*documents).at_least
    if size > service.MAX_INLINE_POLICIES_CHARACTERS:
        limit = service.MAX_INLINE_POLICIES_CHARACTERS
        why = f"the role's inline policies have {size:,} characters; IAM admits {limit:,} together, and never more"
        fix = "name fewer resources, cover them by a CustomStatement with wildcards, or attach a managed policy"
        raise OnboardingInputError(field, f"{size} characters", why=why, fix=fix)


def _length(token: str) -> tuple[int, int]:
    # `AWS.Partition.3` is a token of CDK, `DevOpsAgent.AWS::Partition` a placeholder of a template.
    known = (lengths for name, lengths in _LENGTHS.items() if f"AWS.{name}" in token or f"AWS::{name}" in token)
    return next(known, _OF_OTHERS)
