"""How everything that the package exports is called, and which kinds of values each argument takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration, Stack

from devops_agent_constructs import (
    AccessLimits,
    AccountSync,
    AgentSpace,
    AgentSpaceArn,
    CallAs,
    NewAgentSpace,
    Onboarding,
    OrganizationRollout,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
    SelfManagedDeployment,
    ServiceManagedDeployment,
)
from devops_agent_constructs.organization.organization import Organization
from tests.conftest import SPACE

NOTHING: frozenset[str] = frozenset()
NONE = frozenset({"None"})
TEXT = frozenset({"text", "text token"})
TEXTS = frozenset({"list", "tuple", "list token"})
FLAG = frozenset({"bool"})
NUMBER = frozenset({"int"})
STACK = frozenset({"stack", "bucket", "parameter"})
SCOPE = STACK | {"app"}
POLICY = TEXT | NONE
ACCOUNT = SecondaryAccount(account_id="333333333333")
UNITS = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)


@dataclass(frozen=True, kw_only=True)
class Case:
    """How to call something with good arguments, and which kinds of values each argument takes beside those.

    `good` are the arguments without a default; a method is called on what `on` makes.
    """

    accepts: Mapping[str, frozenset[str]]
    good: Mapping[str, object] = field(default_factory=dict)
    on: Callable[[Stack], object] | None = None


ROLE = {
    "role_name": TEXT,
    "path": TEXT,
    "description": TEXT,
    "capabilities": NOTHING,
    "access_limits": NONE,
    "managed_policies": TEXTS | NONE,
    "permissions_boundary": POLICY,
}
PLACE = {"scope": STACK, "construct_id": TEXT}
STACKS = {"scope": SCOPE, "construct_id": TEXT}
GENERATION = {"generation": TEXT}
SPACE_OR_NONE = TEXT | NONE
TEMPLATE: dict[str, object] = {"Resources": {}}


def role(stack: Stack) -> SecondaryAccountRole:
    """Define a role under a name of its own."""
    name = f"Role{len(stack.node.children)}"
    return SecondaryAccountRole(stack, name, agent_space=SPACE, role_name=name)


def rollout(stack: Stack) -> OrganizationRollout:
    """Define a rollout."""
    deployment = SelfManagedDeployment(accounts=["333333333333"])
    name = f"R{len(stack.node.children)}"
    return OrganizationRollout(
        stack, name, agent_space=SPACE, deployment=deployment, stack_set_name=name, role_name=name
    )


def access(stack: Stack) -> PrimaryAccountAccess:
    """Connect an account; the values' stack is of the Agent Space's account then."""
    space = AgentSpaceArn.from_arn(SPACE.arn.replace("111111111111", "222222222222"))
    return PrimaryAccountAccess(stack, f"A{len(stack.node.children)}", agent_space=space, accounts=[ACCOUNT])


def sync(stack: Stack) -> AccountSync:
    """Keep an account in step; the values' stack is of the Agent Space's account then."""
    space = AgentSpaceArn.from_arn(SPACE.arn.replace("111111111111", "222222222222"))
    name = f"Sync{len(stack.node.children)}"
    return AccountSync(stack, name, agent_space=space, accounts=[ACCOUNT], name=name)


def space(stack: Stack) -> AgentSpace:
    """Define an Agent Space."""
    name = f"Space{len(stack.node.children)}"
    return AgentSpace(stack, name, name="Operations", agent_role_name=name)


CASES = {
    "AccessBoundary": Case(
        good={"access_limits": AccessLimits(deny_data_reads=True)},
        accepts={**PLACE, "access_limits": NOTHING, "managed_policy_name": TEXT | NONE},
    ),
    "AccessLimits": Case(
        accepts={
            "restrict_to_regions": TEXTS,
            "deny_actions": TEXTS,
            "deny_data_reads": FLAG,
            "allowed_services": TEXTS,
        }
    ),
    "AccountSync": Case(
        good={"agent_space": SPACE.arn.replace("111111111111", "222222222222"), "accounts": [ACCOUNT]},
        accepts={
            **PLACE,
            "agent_space": TEXT,
            "organization": NONE,
            "accounts": NOTHING,
            "associated_accounts": TEXTS,
            "stack_set_name": TEXT,
            "organization_read_role_arn": TEXT | NONE,
            "schedule": NONE,
            "management_account_id": TEXT | NONE,
            "adopted_accounts": TEXTS,
            "adopted_roles": TEXTS,
            "max_removals": NUMBER,
            "max_removal_percentage": NUMBER,
            "encryption_key": NONE,
            "name": TEXT,
            "reserve_concurrency": FLAG,
            "log_retention": NOTHING,
        },
    ),
    "AccountSync.grant_invoke": Case(on=sync, accepts={"grantee": frozenset({"role"})}),
    "AccountSync.metric": Case(
        on=sync,
        good={"name": "InvalidAccounts"},
        accepts={"name": TEXT, "period": NONE, "statistic": TEXT | NONE},
    ),
    "AccountSyncStack": Case(
        good={"onboarding": Onboarding(agent_space=SPACE, accounts=[ACCOUNT]), "agent_space": SPACE},
        accepts={
            **STACKS,
            "onboarding": NOTHING,
            "agent_space": NOTHING,
            "organization_stack": NONE,
            "synthesizer": NONE,
        },
    ),
    "AgentSpace": Case(
        good={"name": "Operations"},
        accepts={
            **PLACE,
            "name": TEXT,
            "description": TEXT | NONE,
            "locale": TEXT | NONE,
            "tags": NONE | {"dict"},
            "operator_app": NONE,
            "agent_role": NONE | {"role"},
            "agent_role_name": TEXT,
            "capabilities": NOTHING,
            "permissions_boundary": POLICY,
            "elevated_actions_enabled": FLAG,
            "encryption_key": NONE,
            "removal_policy": NOTHING,
        },
    ),
    "AgentSpace.add_capability": Case(on=space, accepts={"capability": NOTHING}),
    "AgentSpace.from_agent_space_arn": Case(
        on=lambda _: AgentSpace, good={"agent_space_arn": SPACE.arn}, accepts={**STACKS, "agent_space_arn": TEXT}
    ),
    "AgentSpace.grant_encryption_key": Case(on=space, accepts={"grantee": frozenset({"role"})}),
    "AgentSpaceArn": Case(
        good={
            "arn": SPACE.arn,
            "partition": "aws",
            "region": "us-east-1",
            "account_id": "111111111111",
            "agent_space_id": SPACE.agent_space_id,
        },
        accepts={
            "arn": TEXT,
            "partition": TEXT,
            "region": TEXT,
            "account_id": TEXT,
            "agent_space_id": TEXT,
            "elevated_actions_enabled": FLAG | NONE,
            "encryption_key_arn": TEXT | NONE,
            "is_deploy_time_value": FLAG,
        },
    ),
    "AgentSpaceArn.any_in_account": Case(
        on=lambda _: AgentSpaceArn,
        good={"account_id": "111111111111", "region": "us-east-1"},
        accepts={"account_id": TEXT, "region": TEXT, "partition": TEXT | NONE},
    ),
    "AgentSpaceArn.from_arn": Case(
        on=lambda _: AgentSpaceArn, good={"arn": SPACE.arn}, accepts={"arn": TEXT, "field": TEXT}
    ),
    "AgentSpaceArn.of": Case(
        on=lambda _: AgentSpaceArn, good={"agent_space": SPACE}, accepts={"agent_space": TEXT, "field": TEXT}
    ),
    "AgentSpaceStack": Case(
        good={"new_agent_space": NewAgentSpace(name="Operations", account_id="111111111111", region="us-east-1")},
        accepts={**STACKS, "new_agent_space": NOTHING, "synthesizer": NONE},
    ),
    "AssociationHealth": Case(
        good={"agent_space": SPACE.arn.replace("111111111111", "222222222222"), "schedule": Duration.minutes(15)},
        accepts={
            **PLACE,
            "sync": NONE,
            "agent_space": SPACE_OR_NONE,
            "schedule": NONE,
            "invalid_for": NONE,
            "topic": NONE,
            "dashboard": FLAG,
            "vended_logs": FLAG,
            "log_retention": NOTHING,
        },
    ),
    "AssociationValidation": Case(
        good={"access": access(Stack(None, "Validated"))},
        accepts={
            **PLACE,
            "access": NOTHING,
            "timeout": NOTHING,
            "fail_deployment": FLAG,
            "encryption_key": NONE,
        },
    ),
    "AthenaQueries": Case(accepts={"workgroups": TEXTS}),
    "CustomStatement": Case(
        good={"sid": "Own", "actions": ["s3:GetObject"], "resources": ["*"]},
        accepts={"sid": TEXT, "actions": TEXTS, "resources": TEXTS, "conditions": NONE},
    ),
    "DevOpsAgentChecks": Case(accepts={"agent_space": SPACE_OR_NONE}),
    "DynamoDBItems": Case(accepts={"tables": TEXTS}),
    "ElevatedActionsRole": Case(
        good={"agent_space": SPACE},
        accepts={
            **PLACE,
            "agent_space": TEXT,
            "statements": NOTHING,
            "attach_actions_policy": FLAG,
            "permissions_boundary": POLICY,
            "role_name": TEXT,
            "path": TEXT,
            "description": TEXT,
        },
    ),
    "GluePartitions": Case(accepts={"tables": TEXTS}),
    "HealthSettings": Case(
        accepts={
            "invalid_minutes": NUMBER | NONE,
            "topic_arn": TEXT | NONE,
            "dashboard": FLAG,
            "vended_logs": FLAG,
        }
    ),
    "IamSignIn": Case(accepts={}),
    "IdentityCenterSignIn": Case(accepts={"instance_arn": TEXT}),
    "IdentityProviderSignIn": Case(
        good={"issuer_url": "https://example.okta.com", "client_id": "id", "client_secret": None, "provider": "okta"},
        accepts={
            "issuer_url": TEXT,
            "client_id": TEXT,
            "client_secret": NOTHING,
            "provider": TEXT,
            "json_field": TEXT | NONE,
        },
    ),
    "ImportedAgentSpace": Case(good={"agent_space": SPACE}, accepts={**STACKS, "agent_space": TEXT}),
    "KmsDecrypt": Case(accepts={"keys": TEXTS}),
    "LogRecords": Case(accepts={"log_groups": TEXTS}),
    "NewAgentSpace": Case(
        good={"name": "Operations", "account_id": "111111111111", "region": "us-east-1"},
        accepts={
            "name": TEXT,
            "account_id": TEXT,
            "region": TEXT,
            "description": TEXT | NONE,
            "locale": TEXT | NONE,
            "elevated_actions_enabled": FLAG,
            "tags": frozenset({"dict"}),
            "operator_app": NONE,
            "agent_role_name": TEXT,
            "capabilities": NOTHING,
            "permissions_boundary": TEXT | NONE,
            "encryption_key_arn": TEXT | NONE,
        },
    ),
    "Onboarding": Case(
        good={"agent_space": SPACE, "accounts": [ACCOUNT]},
        accepts={
            **GENERATION,
            "agent_space": SPACE_OR_NONE,
            "accounts": NOTHING,
            "agent_role_arn": TEXT | NONE,
            "primary": NONE,
            "organization": NONE,
            "sync": NONE,
            "validate": NONE,
            "health": NONE,
            "bootstrap_qualifier": TEXT | NONE,
            "stack_prefix": TEXT,
            "tags": NONE | {"dict"},
            "termination_protection": FLAG,
            "stage_name": TEXT | NONE,
        },
    ),
    "OperationPreferences": Case(
        accepts={
            "failure_tolerance_percentage": NUMBER | NONE,
            "failure_tolerance_count": NUMBER | NONE,
            "max_concurrent_percentage": NUMBER | NONE,
            "max_concurrent_count": NUMBER | NONE,
            "concurrency_mode": NOTHING,
        }
    ),
    "Organization": Case(
        good={"account_id": "111111111111", "deployment": UNITS},
        accepts={
            **ROLE,
            "account_id": TEXT,
            "deployment": NOTHING,
            "region": TEXT | NONE,
            "include_management_account": FLAG,
            "operation_preferences": NONE,
            "associated_accounts": TEXTS,
            "max_session_seconds": NUMBER | NONE,
        },
    ),
    "OrganizationEventRules": Case(
        good={"agent_space": SPACE, "organization": Organization(account_id="222222222222", deployment=UNITS)},
        accepts={
            **PLACE,
            "agent_space": TEXT,
            "organization": NOTHING,
            "stack_set_name": TEXT,
            "sync_name": TEXT,
        },
    ),
    "OrganizationReadRole": Case(
        good={"agent_space": SPACE, "organization": Organization(account_id="222222222222", deployment=UNITS)},
        accepts={
            **PLACE,
            "agent_space": TEXT,
            "organization": NOTHING,
            "stack_set_name": TEXT,
            "sync_name": TEXT,
            "role_name": TEXT,
        },
    ),
    "OrganizationRollout": Case(
        good={"agent_space": SPACE, "deployment": SelfManagedDeployment(accounts=["333333333333"])},
        accepts={
            **PLACE,
            **ROLE,
            **GENERATION,
            "agent_space": TEXT,
            "deployment": NOTHING,
            "agent_role_arn": TEXT | NONE,
            "max_session": NONE,
            "include_management_account": FLAG,
            "region": TEXT | NONE,
            "stack_set_name": TEXT,
            "operation_preferences": NONE,
        },
    ),
    "OrganizationRollout.add_capability": Case(on=rollout, accepts={"capability": NOTHING}),
    "OrganizationRollout.role_arn_for": Case(on=rollout, accepts={"account_id": TEXT}),
    "OrganizationRollout.secondary_accounts": Case(on=rollout, accepts={"account_ids": TEXTS | {"set", "generator"}}),
    "OrganizationStack": Case(
        good={"organization": Organization(account_id="111111111111", deployment=UNITS), "agent_space": SPACE},
        accepts={
            **STACKS,
            **GENERATION,
            "organization": NOTHING,
            "agent_space": TEXT,
            "agent_role_arn": TEXT | NONE,
            "synthesizer": NONE,
            "stack_set_name": TEXT,
        },
    ),
    "PrimaryAccount": Case(accepts={"new_agent_space": NONE, "organization_id": TEXT | NONE}),
    "PrimaryAccountAccess": Case(
        good={"agent_space": SPACE.arn.replace("111111111111", "222222222222"), "accounts": [ACCOUNT]},
        accepts={
            **PLACE,
            **GENERATION,
            "agent_space": TEXT,
            "accounts": NOTHING,
            "agent_role": NONE | {"role"},
            "organization_id": TEXT | NONE,
        },
    ),
    "PrimaryAccountAccess.grant_associate": Case(
        on=access, accepts={"grantee": frozenset({"role"}), "vended_logs": FLAG}
    ),
    "PrimaryAccountStack": Case(
        good={"agent_space": SPACE, "accounts": [ACCOUNT]},
        accepts={
            **STACKS,
            **GENERATION,
            "agent_space": TEXT,
            "accounts": NOTHING,
            "organization_id": TEXT | NONE,
            "agent_role_arn": TEXT | NONE,
            "synthesizer": NONE,
        },
    ),
    "ResourceExplorerSetup": Case(accepts={"enabled": FLAG}),
    "S3Objects": Case(accepts={"buckets": TEXTS}),
    "SecondaryAccount": Case(
        good={"account_id": "222222222222"},
        accepts={
            **ROLE,
            "account_id": TEXT,
            "region": TEXT | NONE,
            "max_session_seconds": NUMBER | NONE,
            "elevated_role_arn": TEXT | NONE,
            "topology": NONE,
            "tags": frozenset({"dict"}),
        },
    ),
    "SecondaryAccount.role_arn": Case(on=lambda _: ACCOUNT, accepts={"partition": TEXT}),
    "SecondaryAccountRole": Case(
        good={"agent_space": SPACE},
        accepts={
            **PLACE,
            **ROLE,
            **GENERATION,
            "agent_space": TEXT | TEXTS,
            "agent_role_arn": TEXT | TEXTS | NONE,
            "max_session": NONE,
        },
    ),
    "SecondaryAccountRole.add_capability": Case(on=role, accepts={"capability": NOTHING}),
    "SecondaryAccountStack": Case(
        good={"account": ACCOUNT, "agent_space": SPACE},
        accepts={
            **STACKS,
            **GENERATION,
            "account": NOTHING,
            "agent_space": TEXT | TEXTS,
            "agent_role_arn": TEXT | TEXTS | NONE,
            "synthesizer": NONE,
        },
    ),
    "SelfManagedDeployment": Case(
        good={"accounts": ["333333333333"]},
        accepts={"accounts": TEXTS, "administration_role_arn": TEXT | NONE, "execution_role_name": TEXT | NONE},
    ),
    "ServiceManagedDeployment": Case(
        good={"organizational_units": ["ou-a1b2-11112222"], "call_as": CallAs.SELF},
        accepts={
            "organizational_units": TEXTS,
            "call_as": NOTHING,
            "exclude_accounts": TEXTS,
            "only_accounts": TEXTS,
            "additional_accounts": TEXTS,
            "organization_root": TEXT | NONE,
            "auto_deployment": FLAG | NONE,
            "retain_stacks_on_account_removal": FLAG,
            "depends_on": TEXTS,
        },
    ),
    "SsmParameters": Case(accepts={"parameters": TEXTS}),
    "SupportCommunications": Case(accepts={}),
    "SyncSettings": Case(
        accepts={
            "schedule_minutes": NUMBER,
            "adopted_accounts": TEXTS,
            "adopted_roles": TEXTS,
            "max_removals": NUMBER,
            "max_removal_percentage": NUMBER,
            "events": FLAG | NONE,
            "reserve_concurrency": FLAG,
        }
    ),
    "TopologyScope": Case(good={"tags": {"a": "b"}}, accepts={"tags": frozenset({"dict"}), "resource_arns": TEXTS}),
    "ValidationSettings": Case(accepts={"timeout_minutes": NUMBER, "fail_deployment": FLAG}),
    "acknowledge_findings": Case(accepts={"construct": NOTHING}),
    "check_role": Case(
        good={"role_arn": "arn:aws:iam::222222222222:role/R", "trust_policy": {"Version": "2012-10-17"}},
        accepts={
            "role_arn": TEXT,
            "trust_policy": frozenset({"dict", "dict of numbers"}),
            "managed_policy_arns": TEXTS,
            "inline_policies": NONE,
            "permissions_boundary_arn": TEXT | NONE,
            "purpose": NONE,
            "agent_space": SPACE_OR_NONE,
        },
    ),
    "check_template": Case(
        good={"body": TEMPLATE},
        accepts={
            "body": frozenset({"dict", "dict of numbers"}),
            "name": TEXT,
            "account_id": TEXT | NONE,
            "region": TEXT | NONE,
            "parameters": NONE | {"dict"},
            "agent_space": SPACE_OR_NONE,
        },
    ),
    "check_templates": Case(good={"templates": []}, accepts={"templates": NOTHING, "agent_space": SPACE_OR_NONE}),
    "connect_accounts": Case(
        good={"onboarding": Onboarding(agent_space=SPACE, accounts=[ACCOUNT])},
        accepts={"scope": SCOPE, "onboarding": NOTHING},
    ),
    "from_context": Case(accepts={"scope": SCOPE | {"role"}}),
    "from_file": Case(accepts={"path": TEXT | {"path"}, "stage_name": TEXT}),
    "quick_create_url": Case(
        good={"template_url": "https://b.s3.us-east-1.amazonaws.com/t.json", "agent_space": SPACE},
        accepts={
            "template_url": TEXT,
            "agent_space": TEXT,
            "region": TEXT | NONE,
            "stack_name": TEXT,
            "agent_role_arn": TEXT | NONE,
        },
    ),
    "secondary_account_template": Case(
        accepts={
            **ROLE,
            **GENERATION,
            "agent_space": SPACE_OR_NONE,
            "agent_role_arn": TEXT | NONE,
            "max_session_seconds": NUMBER | NONE,
        }
    ),
    "template_body": Case(accepts={"template": frozenset({"dict", "dict of numbers"})}),
}
