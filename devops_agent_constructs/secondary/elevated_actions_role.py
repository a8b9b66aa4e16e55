"""Defines the IAM role for AWS's directed actions, each of which a person approves before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import outer_boundary, placement, roles, taken, warnings
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.capabilities import CustomStatement
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.permissions import elevated_policy
from devops_agent_constructs.policies.trust import elevated_trust_policy
from devops_agent_constructs.secondary.role_settings import RoleSettings


class ElevatedActionsRole(Construct):
    """IAM role in a secondary account for AWS's directed actions, of one Agent Space.

    It may do what you list and nothing else. AWS caps each session once more, by a list of supported actions that it
    does not publish (console: Configuration, Agent Actions): what is not in it has no effect. AWS also says that the
    agent never deletes, never changes a permissions boundary and never passes a role.

    The role takes effect when the account's association names it (`SecondaryAccount.elevated_role_arn`) and the Agent
    Space permits directed actions (`AgentSpace(elevated_actions_enabled=True)`).

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:boundaryReplaced: One of the app, a stage or the stack wins over the given one.
        devops-agent-constructs:elevatedManagedPolicy: AWS's policy for directed actions is attached.
        devops-agent-constructs:inlinePolicySize: With references to other resources the inline policy may become too
            long, which only deployment knows.
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of this name in the account.
        devops-agent-constructs:unknownAgentSpaceRegion: AWS's list of Regions, as last read, lacks the Agent Space's.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        statements: Sequence[CustomStatement] = (),
        attach_actions_policy: bool = False,
        permissions_boundary: iam.IManagedPolicy | str | None = None,
        role_name: str = service.ELEVATED_ROLE_NAME,
        path: str = "/",
        description: str = "Lets AWS DevOps Agent take approved actions in this account",
    ) -> None:
        """Define the role.

        Args:
            scope: Something inside a stack for the secondary account.
            construct_id: Part of the logical id; a change cannot deploy, as the role's name is taken.
            agent_space: The only Agent Space that the trust policy admits, as for `SecondaryAccountRole`; not
                `any_in_account`.
            statements: The actions that people may approve, on which resources. May be empty only with
                `attach_actions_policy`.
            attach_actions_policy: Attach AWS's `AIDevOpsAgentActionsPolicy` too. It allows nearly everything but IAM
                and Organizations, grew from 10 actions to that in August 2026, and may grow again; so it warns, and
                needs a permissions boundary.
            permissions_boundary: An `AccessBoundary` or another object, the name of a policy of the account, or an ARN.
                None: none of its own.
            role_name: Fixed, 1-64 characters: the association spells out the role's ARN. A change replaces.
            path: Begins and ends with `/`. A change replaces the role, which fails while the name stays the same.
            description: At most 1,000 Latin characters.

        Raises:
            OnboardingInputError: A value that IAM or DevOps Agent would refuse; no permission; AWS's policy without a
                boundary; more than one Agent Space admitted; a name that another role of the stack has.

        See https://docs.aws.amazon.com/devopsagent/latest/userguide/working-with-devops-agent-working-with-directed-actions.html
        """
        settings = RoleSettings(
            role_name=role_name, path=path, description=description, permissions_boundary=permissions_boundary
        )
        stack = placement.stack_of(scope, construct_id)
        space = AgentSpaceArn.of(agent_space)
        trust = elevated_trust_policy(space)
        roles.check_not_customized(scope)
        partition = placement.partition_of(stack, space)
        settings.check_place(stack.account, partition)
        roles.check_policies(permissions_boundary, stack=stack, partition=partition, field="permissions_boundary")
        inline = elevated_policy(statements)
        partition_checks.check_resources(inline, partition, field="statements")
        if inline is None and not attach_actions_policy:
            why = "the agent could do nothing with this role"
            fix = "list what people may approve, e.g. CustomStatement(sid=..., actions=[...], resources=[...])"
            raise OnboardingInputError("statements", list(statements), why=why, fix=fix)
        if attach_actions_policy and permissions_boundary is None:
            why = f"{service.ACTIONS_MANAGED_POLICY} allows nearly everything, and AWS widens it"
            fix = "name the policy that caps the role, e.g. permissions_boundary='WorkloadBoundary'"
            raise OnboardingInputError("permissions_boundary", None, why=why, fix=fix)
        roles.reserve_name(stack, role_name, field="role_name")

        super().__init__(scope, construct_id)
        self._inline_policy = inline
        policies = [roles.aws_managed_policy(service.ACTIONS_MANAGED_POLICY)] if attach_actions_policy else []
        boundary = roles.boundary(self, permissions_boundary)
        self.role = iam.Role(
            self,
            "Resource",
            assumed_by=roles.principal(trust),
            role_name=role_name,
            path=None if path == "/" else path,
            description=description,
            managed_policies=policies,
            inline_policies=roles.inline_policies(inline, name=service.ELEVATED_POLICY_NAME),
            permissions_boundary=boundary,
        )
        outer_boundary.warn_if_replaced(self, boundary, self.role)
        [statement] = trust["Statement"]
        # CDK's principals know sts:AssumeRole and sts:TagSession only.
        resource = cast("iam.CfnRole", self.role.node.default_child)
        resource.add_property_override("AssumeRolePolicyDocument.Statement.0.Action", statement["Action"])
        if attach_actions_policy:
            Annotations.of(self).add_warning_v2(
                "devops-agent-constructs:elevatedManagedPolicy",
                f"{service.ACTIONS_MANAGED_POLICY} grew from 10 actions to nearly everything outside of IAM and "
                "Organizations in August 2026, and AWS can widen it again without a change of yours. Only the "
                "permissions boundary caps it. A list of statements of your own does not grow.",
            )
        taken.warn_of_roles(self, [stack.account], role_name=role_name)
        warnings.warn_inline_size(self, inline)
        warnings.warn_unknown_region(self, space.region, advice=f"compare {space.arn} with the Agent Space's page")

    @property
    def role_arn(self) -> str:
        """The ARN of the role, as a token."""
        return self.role.role_arn

    @property
    def role_name(self) -> str:
        """The name of the role, as a token."""
        return self.role.role_name

    @property
    def inline_policy(self) -> InlinePolicy | None:
        """The inline policy as plain data; None if the role has none."""
        return self._inline_policy
