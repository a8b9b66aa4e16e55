"""Connects accounts in the primary one: `AWS::DevOpsAgent::Association`, and the agent role's permission."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import attrgetter

from aws_cdk import Acknowledgment, Annotations, Validations
from aws_cdk import aws_iam as iam
from aws_cdk.aws_devopsagent import CfnAssociation
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement, taken
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.primary_account import (
    MAX_GRANT_POLICIES,
    GrantForm,
    associate_statements,
    assume_role_policies,
    check_resources,
)
from devops_agent_constructs.policies.vended_logs import log_delivery_statements
from devops_agent_constructs.primary.access_size import warn_access_size
from devops_agent_constructs.primary.account import check_accounts
from devops_agent_constructs.primary.assume_role_grant import check_owner, define_grant
from devops_agent_constructs.secondary.account import SecondaryAccount


class PrimaryAccountAccess(Construct):
    """Connects secondary accounts to an Agent Space, from a stack of the primary account and of the space's Region.

    Each account is one `AWS::DevOpsAgent::Association` of the kind `SourceAws`/`source`, with a logical id made of
    the account id: AWS refuses to associate an account twice, so a changed id could not deploy. CloudFormation calls it
    created when it is stored; whether the role can be assumed is checked later by the service.

    Attributes:
        agent_space: The Agent Space.
        accounts: The accounts, by id.
        associations: Account id -> association.
        assume_role_grant: The agent role's permission; None without an agent role.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:accountConnectedTwice: Another construct of the app connects an account to this space.
        devops-agent-constructs:grantByOrganization: The exact ARNs of the roles do not fit into IAM's default quotas,
            so the agent role may assume roles of these names in any account of the primary account's organization.
        devops-agent-constructs:templateAboveCliLimit: The stack names no bootstrap, and the CDK CLI sends no template
            of this length without one; with the number, and the ways out.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        accounts: Sequence[SecondaryAccount],
        generation: Generation | str = Generation.GA,
        agent_role: iam.IRole | None = None,
        organization_id: str | None = None,
    ) -> None:
        """Define the associations and the grant.

        Args:
            scope: Something inside a stack of the primary account, in the Agent Space's Region.
            construct_id: Part of every logical id: a change cannot deploy.
            agent_space: One Agent Space: an `AgentSpaceArn`, an `AgentSpace` (made in this stack or imported), or an
                ARN as text, which may be a value that only deployment knows.
            accounts: Each once; the order does not matter. Their roles must exist before this is deployed: in one app,
                state it with `Stack.add_dependency`.
            generation: Which set-up the secondary roles follow, or its value, like `"ga"`.
            agent_role: The agent role of this account, made here or imported, which gets `sts:AssumeRole` on the
                secondary roles, as customer managed policies. Needed by PREVIEW and TRANSITION.
            organization_id: `o-...`: the grant is one statement on the roles' names and paths, in every account of this
                organization. None: exact ARNs, while they fit.

        Raises:
            OnboardingInputError: A repeated account or the primary account; a stack of another account or Region; a
                missing agent role or one of another account; more resources than a stack holds; a malformed id; an
                elevated role, though the Agent Space of this app does not permit directed actions.

        See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-association.html
        """
        stack = placement.stack_of(scope, construct_id)
        space, generation = AgentSpaceArn.of(agent_space), Generation(generation)
        check_accounts(accounts, space)
        accounts = sorted(accounts, key=attrgetter("account_id"))
        each = "an account is connected to one Agent Space"
        placement.check_place(stack, space, what="associations are made", each=each)
        if organization_id is not None:
            _validators.organization_id(organization_id, field="organization_id")
        if agent_role is None and generation.needs_agent_role:
            why = f"in the generation {generation.value!r} the agent role assumes the secondary roles; none is given"
            fix = "pass it, e.g. iam.Role.from_role_name(stack, 'AgentRole', 'DevOpsAgentRole-AgentSpace')"
            raise OnboardingInputError("agent_role", None, why=why, fix=fix)
        role_arns = [account.role_arn(space.partition) for account in accounts]
        grant = assume_role_policies(role_arns, organization_id=organization_id) if agent_role else None
        if agent_role is not None and grant is not None:
            partition_checks.check(agent_role.role_arn, space.partition, field="agent_role")
            check_owner(stack, agent_role, grant)
        check_resources(["accounts"] * len(accounts), grant)

        super().__init__(scope, construct_id)
        # An association is a sixth shorter without its path in the construct tree, which its logical id spells out.
        self.node.set_context("aws:cdk:enable-path-metadata", False)
        self.agent_space, self.accounts = space, tuple(accounts)
        self.assume_role_grant = None if grant is None or agent_role is None else define_grant(self, grant, agent_role)
        self.associations = {account.account_id: self._association(account) for account in accounts}
        warn_access_size(self, accounts, space, associations=self.associations, grant=self.assume_role_grant)
        taken.warn_of_associations(self, self.associations, agent_space=self.agent_space)
        if grant is not None and grant.form is GrantForm.ORGANIZATION and organization_id is None:
            Annotations.of(self).add_warning_v2(
                "devops-agent-constructs:grantByOrganization",
                f"The ARNs of {len(accounts)} roles do not fit into {MAX_GRANT_POLICIES} managed policies, so the "
                "agent role may assume the roles of these names in every account of this account's organization. "
                "Accounts outside of it are not covered. Pass organization_id to choose this form yourself.",
            )

    @checked
    def grant_associate(self, grantee: iam.IGrantable, *, vended_logs: bool = False) -> iam.Grant:
        """Let a principal of the primary account create, change, validate and remove associations of this space.

        For whoever deploys this: CloudFormation's execution role, or a pipeline.

        Args:
            grantee: Gets the permission.
            vended_logs: Let it set up the delivery of the space's log too, as `AssociationHealth(vended_logs=True)`
                does. The log group, its policy's removal and the alarms are not covered.

        Raises:
            OnboardingInputError: The principal belongs to another account, where this stack can add nothing.
        """
        statements = [
            *associate_statements(self.agent_space),
            *(log_delivery_statements(self.agent_space) if vended_logs else ()),
        ]
        account_id = self.agent_space.account_id
        owner = grantee.grant_principal.principal_account
        if owner is not None and not _validators.is_token(owner) and owner != account_id:
            why = f"a principal of account {owner}; this stack can grant nothing there, and CDK would stay silent"
            fix = f"its owner must add these statements: {statements}"
            raise OnboardingInputError("grantee", str(grantee), why=why, fix=fix)
        grants = [
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=statement["Action"],
                resource_arns=statement["Resource"],
                conditions=statement.get("Condition"),
            )
            for statement in statements
        ]
        return reduce(lambda all_of_them, one: all_of_them.combine(one), grants)

    def _association(self, account: SecondaryAccount) -> CfnAssociation:
        arns, tags = (account.topology.resource_arns, account.topology.tags) if account.topology else ((), {})
        association = CfnAssociation(
            self,
            f"Source{account.account_id}",
            agent_space_id=self.agent_space.agent_space_id,
            service_id="aws",
            configuration=CfnAssociation.ServiceConfigurationProperty(
                source_aws=CfnAssociation.SourceAwsConfigurationProperty(
                    account_id=account.account_id,
                    account_type="source",
                    assumable_role_arn=account.role_arn(self.agent_space.partition),
                    agent_elevated_role_arn=account.elevated_role_arn,
                    resources=[CfnAssociation.AWSResourceProperty(resource_arn=arn) for arn in arns] or None,
                    tags=[
                        CfnAssociation.KeyValuePairProperty(key=key, value=value) for key, value in sorted(tags.items())
                    ]
                    or None,
                )
            ),
        )
        if self.assume_role_grant is not None:
            for policy in self.assume_role_grant.resources_for(account.role_arn(self.agent_space.partition)):
                association.add_resource_dependency(policy)
        if account.elevated_role_arn is not None:
            reason = "AgentElevatedRoleArn is in the schema of 2026-10-20; the copy inside the CDK is older"
            acknowledgment = Acknowledgment(id="CloudFormation-Validate::F3018", reason=reason)
            Validations.of(association).acknowledge(acknowledgment)
        return association
