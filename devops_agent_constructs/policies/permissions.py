"""Computes what a secondary role may do: AWS's managed policies and the inline policy, by generation."""

from __future__ import annotations

from collections.abc import Iterable

from devops_agent_constructs import service
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability, CustomStatement, ResourceExplorerSetup, allow
from devops_agent_constructs.policies.document import InlinePolicy, Statement, merge
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.size import check_inline_policies
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION

_MANAGED_POLICIES = {
    Generation.GA: (service.GA_MANAGED_POLICY,),
    Generation.PREVIEW: (service.PREVIEW_MANAGED_POLICY,),
    Generation.TRANSITION: (service.GA_MANAGED_POLICY, service.PREVIEW_MANAGED_POLICY),
}


def managed_policy_names(generation: Generation) -> tuple[str, ...]:
    """Return the names of AWS's managed policies for a secondary role of this generation.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-managed-policies.html
    """
    return _MANAGED_POLICIES[generation]


def inline_policy(
    capabilities: Iterable[Capability],
    *,
    account: RoleAccount,
    generation: Generation = Generation.GA,
    access_limits: AccessLimits | None = None,
) -> InlinePolicy | None:
    """Compute the inline policy `DevOpsAgentInlinePolicy` of a secondary role.

    Args:
        capabilities: In any order; resources of the same kind are united. Resource Explorer set-up is added for GA and
            TRANSITION unless `ResourceExplorerSetup(enabled=False)` is among them.
        account: The account of the role.
        generation: Which set-up to follow; PREVIEW and TRANSITION add the statements of the preview.
        access_limits: What to deny. None: nothing.

    Returns:
        The document, or None if it would have no statement, which IAM refuses.

    Raises:
        OnboardingInputError: Two capabilities use one Sid for different actions or conditions, a limit takes away
            what a capability allows, or the document is longer than IAM admits.
    """
    given = list(capabilities)
    if generation is not Generation.PREVIEW and ResourceExplorerSetup(enabled=False) not in given:
        given.append(ResourceExplorerSetup())
    statements = [statement for capability in given for statement in capability.statements(account)]
    if access_limits is not None:
        statements += access_limits.statements(allows=statements)
    if generation is not Generation.GA:
        statements += preview_statements()
    return _document(statements, field="capabilities")


def elevated_policy(statements: Iterable[CustomStatement]) -> InlinePolicy | None:
    """Compute the inline policy `DevOpsAgentElevatedActions` of a role for directed actions; None without statements.

    Raises:
        OnboardingInputError: Two statements have one Sid and differ in more than their resources, or the document is
            longer than IAM admits.
    """
    account = RoleAccount(partition="aws", account_id="")  # A statement of one's own spells out its resources.
    return _document((part for statement in statements for part in statement.statements(account)), field="statements")


def _document(statements: Iterable[Statement], *, field: str) -> InlinePolicy | None:
    merged = merge(statements)
    if not merged:
        return None
    policy: InlinePolicy = {"Version": VERSION, "Statement": merged}
    check_inline_policies(policy, field=field)
    return policy


def preview_statements() -> list[Statement]:
    """Return the eight actions that AWS's preview guide added, on `*` as there; Search and most others accept no ARN.

    All eight are part of AIDevOpsAgentAccessPolicy and missing in AIOpsAssistantPolicy.
    """
    return [
        allow("AllowAwsSupportActions", ["support:CreateCase", "support:DescribeCases"], ["*"]),
        allow(
            "AllowExpandedAIOpsAssistantPolicy",
            [
                "aidevops:GetKnowledgeItem",
                "aidevops:ListKnowledgeItems",
                "eks:AccessKubernetesApi",
                "resource-explorer-2:Search",
                "route53:GetHealthCheckStatus",
                "synthetics:GetCanaryRuns",
            ],
            ["*"],
        ),
    ]
