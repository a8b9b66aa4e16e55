"""AWS CDK constructs that connect secondary AWS accounts to AWS DevOps Agent.

Names load when they are first used: policies and values do not wait for the CDK, nor for Node.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devops_agent_constructs.account_sync.account_sync import AccountSync
    from devops_agent_constructs.account_sync.metrics import SyncMetric
    from devops_agent_constructs.account_sync.organization_event_rules import OrganizationEventRules
    from devops_agent_constructs.account_sync.organization_read_role import OrganizationReadRole
    from devops_agent_constructs.agent_space_arn import AgentSpaceArn, IAgentSpace
    from devops_agent_constructs.app_checks.devops_agent_checks import DevOpsAgentChecks
    from devops_agent_constructs.association_health.health import AssociationHealth
    from devops_agent_constructs.association_health.validation import AssociationValidation
    from devops_agent_constructs.errors import OnboardingInputError
    from devops_agent_constructs.generation import Generation
    from devops_agent_constructs.onboarding.connect import connect_accounts
    from devops_agent_constructs.onboarding.connected import ConnectedAccounts
    from devops_agent_constructs.onboarding.settings import HealthSettings, SyncSettings, ValidationSettings
    from devops_agent_constructs.onboarding.sync_stack import AccountSyncStack
    from devops_agent_constructs.onboarding.value import Onboarding
    from devops_agent_constructs.organization.deployment import CallAs, SelfManagedDeployment, ServiceManagedDeployment
    from devops_agent_constructs.organization.operation_preferences import ConcurrencyMode, OperationPreferences
    from devops_agent_constructs.organization.organization import Organization
    from devops_agent_constructs.organization.rollout import OrganizationRollout
    from devops_agent_constructs.organization.stack import OrganizationStack
    from devops_agent_constructs.policies.access_limits import AccessLimits
    from devops_agent_constructs.policies.additional_permissions import (
        AthenaQueries,
        DynamoDBItems,
        GluePartitions,
        KmsDecrypt,
        LogRecords,
        S3Objects,
        SsmParameters,
        SupportCommunications,
    )
    from devops_agent_constructs.policies.capabilities import Capability, CustomStatement, ResourceExplorerSetup
    from devops_agent_constructs.primary.access import PrimaryAccountAccess
    from devops_agent_constructs.primary.account import NewAgentSpace, PrimaryAccount
    from devops_agent_constructs.primary.agent_space import AgentSpace
    from devops_agent_constructs.primary.agent_space_stack import AgentSpaceStack
    from devops_agent_constructs.primary.assume_role_grant import AssumeRoleGrant
    from devops_agent_constructs.primary.imported_agent_space import ImportedAgentSpace
    from devops_agent_constructs.primary.operator_app import IamSignIn, IdentityCenterSignIn, IdentityProviderSignIn
    from devops_agent_constructs.primary.stack import PrimaryAccountStack
    from devops_agent_constructs.secondary.access_boundary import AccessBoundary
    from devops_agent_constructs.secondary.account import SecondaryAccount, TopologyScope
    from devops_agent_constructs.secondary.elevated_actions_role import ElevatedActionsRole
    from devops_agent_constructs.secondary.role import SecondaryAccountRole
    from devops_agent_constructs.secondary.stack import SecondaryAccountStack

__all__ = [
    "AccessBoundary",
    "AccessLimits",
    "AccountSync",
    "AccountSyncStack",
    "AgentSpace",
    "AgentSpaceArn",
    "AgentSpaceStack",
    "AssociationHealth",
    "AssociationValidation",
    "AssumeRoleGrant",
    "AthenaQueries",
    "CallAs",
    "Capability",
    "ConcurrencyMode",
    "ConnectedAccounts",
    "CustomStatement",
    "DevOpsAgentChecks",
    "DynamoDBItems",
    "ElevatedActionsRole",
    "Generation",
    "GluePartitions",
    "HealthSettings",
    "IAgentSpace",
    "IamSignIn",
    "IdentityCenterSignIn",
    "IdentityProviderSignIn",
    "ImportedAgentSpace",
    "KmsDecrypt",
    "LogRecords",
    "NewAgentSpace",
    "Onboarding",
    "OnboardingInputError",
    "OperationPreferences",
    "Organization",
    "OrganizationEventRules",
    "OrganizationReadRole",
    "OrganizationRollout",
    "OrganizationStack",
    "PrimaryAccount",
    "PrimaryAccountAccess",
    "PrimaryAccountStack",
    "ResourceExplorerSetup",
    "S3Objects",
    "SecondaryAccount",
    "SecondaryAccountRole",
    "SecondaryAccountStack",
    "SelfManagedDeployment",
    "ServiceManagedDeployment",
    "SsmParameters",
    "SupportCommunications",
    "SyncMetric",
    "SyncSettings",
    "TopologyScope",
    "ValidationSettings",
    "connect_accounts",
]

_MODULES = {
    "account_sync.account_sync": ("AccountSync",),
    "account_sync.metrics": ("SyncMetric",),
    "account_sync.organization_event_rules": ("OrganizationEventRules",),
    "account_sync.organization_read_role": ("OrganizationReadRole",),
    "secondary.access_boundary": ("AccessBoundary",),
    "primary.agent_space": ("AgentSpace",),
    "agent_space_arn": ("AgentSpaceArn", "IAgentSpace"),
    "primary.agent_space_stack": ("AgentSpaceStack",),
    "app_checks.devops_agent_checks": ("DevOpsAgentChecks",),
    "association_health.health": ("AssociationHealth",),
    "association_health.validation": ("AssociationValidation",),
    "secondary.elevated_actions_role": ("ElevatedActionsRole",),
    "errors": ("OnboardingInputError",),
    "generation": ("Generation",),
    "primary.imported_agent_space": ("ImportedAgentSpace",),
    "onboarding.connect": ("connect_accounts",),
    "onboarding.connected": ("ConnectedAccounts",),
    "onboarding.settings": ("HealthSettings", "SyncSettings", "ValidationSettings"),
    "onboarding.sync_stack": ("AccountSyncStack",),
    "onboarding.value": ("Onboarding",),
    "organization.operation_preferences": ("ConcurrencyMode", "OperationPreferences"),
    "primary.operator_app": ("IamSignIn", "IdentityCenterSignIn", "IdentityProviderSignIn"),
    "organization.organization": ("Organization",),
    "organization.rollout": ("OrganizationRollout",),
    "organization.stack": ("OrganizationStack",),
    "policies.access_limits": ("AccessLimits",),
    "policies.additional_permissions": (
        "AthenaQueries",
        "DynamoDBItems",
        "GluePartitions",
        "KmsDecrypt",
        "LogRecords",
        "S3Objects",
        "SsmParameters",
        "SupportCommunications",
    ),
    "policies.capabilities": ("Capability", "CustomStatement", "ResourceExplorerSetup"),
    "primary.account": ("NewAgentSpace", "PrimaryAccount"),
    "primary.access": ("PrimaryAccountAccess",),
    "primary.assume_role_grant": ("AssumeRoleGrant",),
    "primary.stack": ("PrimaryAccountStack",),
    "secondary.account": ("SecondaryAccount", "TopologyScope"),
    "secondary.role": ("SecondaryAccountRole",),
    "organization.deployment": ("CallAs", "SelfManagedDeployment", "ServiceManagedDeployment"),
    "secondary.stack": ("SecondaryAccountStack",),
}


if not TYPE_CHECKING:  # A type checker that saw it would take every misspelt name for an export.

    def __getattr__(name: str) -> object:
        for module, names in _MODULES.items():
            if name in names:
                value = getattr(import_module(f"{__name__}.{module}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
