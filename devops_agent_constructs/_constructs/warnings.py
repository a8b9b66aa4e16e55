"""Gives the warnings that several constructs share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aws_cdk import Annotations
from constructs import Construct

from devops_agent_constructs import _validators, service
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.guardrail.verdicts import guardrail_verdicts
from devops_agent_constructs.guardrail.wording import guardrail_warnings, limits_without_effect
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.size import policy_size

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam


def warn_guardrail(
    construct: Construct,
    capabilities: Iterable[Capability],
    *,
    account: RoleAccount,
    generation: Generation,
    managed_policies: Sequence[iam.IManagedPolicy | str] | None,
) -> None:
    """Warn of permissions that AWS's guardrail leaves without effect, or that AWS's managed policy has already.

    What a generation adds by itself is not looked at: nobody could drop it.
    """
    arns = None
    if managed_policies is not None:
        arns = [policy if isinstance(policy, str) else policy.managed_policy_arn for policy in managed_policies]
    statements = [statement for capability in capabilities for statement in capability.statements(account)]
    verdicts = guardrail_verdicts(statements, generation=generation, managed_policy_arns=arns)
    for warning_id, message in guardrail_warnings(verdicts):
        Annotations.of(construct).add_warning_v2(warning_id, message)


def warn_limits(construct: Construct, limits: AccessLimits | None, *, generation: Generation) -> None:
    """Warn of limits that change nothing. Not in PREVIEW: the lists are those of AWS's later policy."""
    if limits is None or generation is Generation.PREVIEW:
        return
    for without_effect in limits_without_effect(limits):
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:limitWithoutEffect",
            f"{without_effect}. Check the spelling; if AWS's lists have grown since, acknowledge this warning.",
        )


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
    if region in service.AGENT_SPACE_REGIONS or _validators.is_token(region):
        return
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:unknownAgentSpaceRegion",
        f"Agent Spaces are not known to exist in {region}: AWS's list of Regions, read "
        f"{service.AGENT_SPACE_REGIONS_READ}, does not have it. AWS adds Regions; {advice}.",
    )
