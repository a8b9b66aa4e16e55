"""Warnings that several constructs give."""

from __future__ import annotations

from aws_cdk import Annotations
from constructs import Construct

from devops_agent_constructs import _checks, service
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.size import policy_size


def warn_inline_size(construct: Construct, *documents: InlinePolicy | None) -> None:
    """Warn if the inline policies of a role can become too long, once deployment knows what their tokens stand for."""
    size = policy_size(*filter(None, documents))
    if size.at_most > service.MAX_INLINE_POLICIES_CHARACTERS:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:inlinePolicySize",
            f"The role's inline policies have {size.at_least:,} to {size.at_most:,} characters, by what only "
            f"deployment knows; IAM admits {service.MAX_INLINE_POLICIES_CHARACTERS:,}. Give resources by name instead "
            "of as references, name fewer, or cover them by a CustomStatement with wildcards.",
        )


def warn_unknown_region(construct: Construct, region: str, *, advice: str) -> None:
    """Warn if AWS's list of Regions with Agent Spaces, as last read, lacks one."""
    if region in service.AGENT_SPACE_REGIONS or _checks.is_token(region):
        return
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:unknownAgentSpaceRegion",
        f"Agent Spaces are not known to exist in {region}: AWS's list of Regions, read "
        f"{service.AGENT_SPACE_REGIONS_READ}, does not have it. AWS adds Regions; {advice}.",
    )
