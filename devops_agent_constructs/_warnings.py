"""Warnings that several constructs give."""

from __future__ import annotations

from aws_cdk import Annotations
from constructs import Construct

from devops_agent_constructs import _checks, service


def warn_unknown_region(construct: Construct, region: str, *, advice: str) -> None:
    """Warn if AWS's list of Regions with Agent Spaces, as last read, lacks one."""
    if region in service.AGENT_SPACE_REGIONS or _checks.is_token(region):
        return
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:unknownAgentSpaceRegion",
        f"Agent Spaces are not known to exist in {region}: AWS's list of Regions, read "
        f"{service.AGENT_SPACE_REGIONS_READ}, does not have it. AWS adds Regions; {advice}.",
    )
