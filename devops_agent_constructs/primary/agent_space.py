"""An Agent Space in the primary account, with the roles and the association that it works through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aws_cdk import CfnTag, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.aws_devopsagent import CfnAgentSpace
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import outer_boundary, placement, roles, warnings
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.agent_space import KeyStatement, key_policy_statements, operator_inline_policy
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.primary import (
    agent_space_checks,
    agent_space_resources,
    customer_managed_key,
    operator_app_role,
)
from devops_agent_constructs.primary.imported_agent_space import ImportedAgentSpace
from devops_agent_constructs.primary.operator_app import IAM_SIGN_IN, IdentityCenterSignIn, OperatorSignIn


class AgentSpace(Construct):
    """An Agent Space, in a stack of the primary account and of the space's Region.

    With it come the agent role, through which the agent reads the primary account itself; the association that
    connects that account; and the operator app, where people use the space, with its role.

    The agent role trusts exactly this space. The operator app's role cannot: the space names it, so it exists before
    the space's ARN; it trusts the Agent Spaces of this account and Region. The key's policy names them for that reason.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:boundaryReplaced: One of the app, a stage or the stack wins over the given one.
        devops-agent-constructs:inlinePolicySize: With references to other resources the agent role's inline policy
            may become too long, which only deployment knows.
        devops-agent-constructs:outsideGuardrail: AWS's guardrail leaves an action of a capability without effect.
        devops-agent-constructs:redundantPermission: AWS's managed policy has an action of a capability already.
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of the agent role's name.
        devops-agent-constructs:unknownAgentSpaceRegion: AWS's list of Regions, as last read, lacks the stack's.
        devops-agent-constructs:keyPolicyNotManaged: The owner of an imported key must extend its policy.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str | None = None,
        locale: str | None = None,
        tags: Mapping[str, str] | None = None,
        operator_app: OperatorSignIn | None = IAM_SIGN_IN,
        agent_role: iam.IRole | None = None,
        agent_role_name: str = service.AGENT_ROLE_NAME,
        capabilities: Sequence[Capability] = (),
        permissions_boundary: iam.IManagedPolicy | str | None = None,
        elevated_actions_enabled: bool = False,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        """Define the space.

        Whoever deploys passes both roles (`iam:PassRole`) and creates the service-linked role of AWS DevOps Agent. The
        stack's success says that the association is stored, not that the agent can assume the role yet.

        Args:
            scope: Something inside a stack of the primary account.
            construct_id: Part of the logical ids; a change makes another space.
            name: 1-255 letters, digits, punctuation, symbols and spaces. A change updates in place, as all below do
                unless they say otherwise.
            description: 1-1,000 of the same. None: none.
            locale: The language of the agent's answers, e.g. `en` or `pt-BR`. None: the service's default.
            tags: Of the space alone. `Tags.of` tags the space and its roles, and wins over these.
            operator_app: How people sign in. By default with IAM, as in AWS's CLI guide. None: no operator app.
            agent_role: An existing role of this account, which must trust the service, for this space at least, and
                have AWS's managed policy. None: a new one.
            agent_role_name: Of the new role, 1-64 characters. A change replaces the role.
            capabilities: What the agent may read in this account beyond AWS's managed policy, in any order. Resource
                Explorer set-up is on unless `ResourceExplorerSetup(enabled=False)` is among them.
            permissions_boundary: Of the new roles: an object, the name of a policy of the account, or an ARN. None:
                none of their own, but `PermissionsBoundary.of(...)` and a stack's default apply.
            elevated_actions_enabled: Permit AWS's directed actions in this space. CloudFormation replaces all of the
                space's preferences, also those set elsewhere.
            encryption_key: Symmetric, single-Region. A change replaces the space, and its content stays behind. The
                policy of a `kms.Key` is extended, never replaced; of an imported key, `key_policy_statements` are the
                owner's to add. None: a key that AWS owns.
            removal_policy: Of the space and of the operator app's role, which it names. By default both stay when they
                leave the stack, unless their creation is rolled back. Agent role and association always go.

        Raises:
            OnboardingInputError: A value that CloudFormation, IAM or DevOps Agent would refuse, or one that describes a
                new role where none is made.

        See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-agentspace.html,
        https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
        and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
        """
        stack = placement.stack_of(scope, construct_id)
        account = RoleAccount(partition=stack.partition, account_id=stack.account)
        any_space = replace(
            AgentSpaceArn.any_in_account(stack.account, region=stack.region, partition=stack.partition),
            elevated_actions_enabled=elevated_actions_enabled,
            encryption_key_arn=None if encryption_key is None else encryption_key.key_arn,
        )
        agent_space_checks.space(
            name=name, description=description, locale=locale, tags=tags or {}, removal_policy=removal_policy
        )
        partition = agent_space_checks.roles(
            scope,
            agent_role=agent_role,
            agent_role_name=agent_role_name,
            has_capabilities=bool(capabilities),
            operator_app=operator_app,
            permissions_boundary=permissions_boundary,
            encryption_key=encryption_key,
        )
        secret = operator_app_role.client_secret(operator_app, stack=stack)
        customer_managed_key.check(encryption_key, stack=stack)
        inline = inline_policy(capabilities, account=account) if agent_role is None else None
        partition_checks.check_resources(inline, partition, field="capabilities")
        if agent_role is None:
            roles.reserve_name(stack, agent_role_name, field="agent_role_name")

        super().__init__(scope, construct_id)
        self._account, self._any_space, self._sign_in = account, any_space, operator_app
        self._capabilities, self._agent_inline = tuple(capabilities), inline
        boundary = roles.boundary(self, permissions_boundary)
        if encryption_key is not None:
            customer_managed_key.let_service_use(encryption_key, self.key_policy_statements, warn_at=self)
        operator_inline = self.operator_inline_policy
        self.operator_role = operator_app_role.new_role(
            self, operator_app, any_space, inline=operator_inline, boundary=boundary, removal_policy=removal_policy
        )
        self._space = CfnAgentSpace(
            self,
            "Resource",
            name=name,
            description=description,
            locale=locale,
            tags=[CfnTag(key=key, value=value) for key, value in sorted((tags or {}).items())] or None,
            kms_key_arn=any_space.encryption_key_arn,
            operator_app=operator_app_role.configuration(operator_app, role=self.operator_role, secret=secret),
            # Without the container, CloudFormation sets every preference to the service's default, here false.
            preferences=agent_space_resources.ELEVATED if elevated_actions_enabled else None,
        )
        self._space.apply_removal_policy(removal_policy)
        if elevated_actions_enabled or secret:
            agent_space_resources.acknowledge_older_schema(self._space)
        self._new_agent_role: iam.Role | None = None
        if agent_role is None:
            agent_role = self._new_agent_role = agent_space_resources.new_role(
                self, self.agent_space_arn, role_name=agent_role_name, inline=inline, boundary=boundary
            )
        self.agent_role: iam.IRole = agent_role
        outer_boundary.warn_if_replaced(self, boundary, self._new_agent_role, self.operator_role)
        agent_space_resources.associate(self, self.agent_space_arn, role=agent_role)
        warnings.warn_unknown_region(self, stack.region, advice="compare the stack's Region with AWS's list")
        self._warn_of_permissions(capabilities)

    @staticmethod
    @checked
    def from_agent_space_arn(scope: Construct, construct_id: str, agent_space_arn: str) -> ImportedAgentSpace:
        """Refer to an Agent Space that exists already, e.g. one made in the console; only deployment may know its ARN.

        Raises:
            OnboardingInputError: It is not the ARN of an Agent Space.
        """
        return ImportedAgentSpace(scope, construct_id, agent_space=AgentSpaceArn.from_arn(agent_space_arn))

    @property
    def agent_space_arn(self) -> AgentSpaceArn:
        """Where the space lives; `arn` and `agent_space_id` are tokens."""
        return replace(self._any_space, arn=self._space.attr_arn, agent_space_id=self.agent_space_id)

    @property
    def agent_space_id(self) -> str:
        """The space's id, as a token."""
        return self._space.attr_agent_space_id

    @property
    def agent_inline_policy(self) -> InlinePolicy | None:
        """The inline policy of the new agent role as plain data, with CDK tokens in it; None if it has none."""
        return self._agent_inline

    @property
    def operator_inline_policy(self) -> InlinePolicy | None:
        """The inline policy of the operator app's role as plain data, with CDK tokens in it; None if it has none."""
        if self._sign_in is None:
            return None
        return operator_inline_policy(
            account=self._account,
            identity_center=isinstance(self._sign_in, IdentityCenterSignIn),
            key_arn=self._any_space.encryption_key_arn,
            region=self._any_space.region,
        )

    @property
    def key_policy_statements(self) -> list[KeyStatement]:
        """What the policy of a key for this space must say beside the owner's own access, as plain data."""
        return key_policy_statements(self._any_space)

    @checked
    def add_capability(self, capability: Capability) -> None:
        """Let the agent do something more in this account; updates the agent role in place.

        Raises:
            OnboardingInputError: The agent role is not this construct's, or the Sid is taken by a statement with
                other actions or conditions.
        """
        if self._new_agent_role is None:
            why = "an existing role has its own permissions"
            raise OnboardingInputError("capability", capability, why=why, fix="extend the role's policies where it is")
        capabilities = (*self._capabilities, capability)
        document = inline_policy(capabilities, account=self._account)
        partition_checks.check_resources(document, placement.partition_of(Stack.of(self)), field="capability")
        roles.set_inline_policy(self._new_agent_role, document)
        self._capabilities, self._agent_inline = capabilities, document
        self._warn_of_permissions([capability])

    @checked
    def grant_encryption_key(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let whoever calls AWS DevOps Agent for this space, as deployers do, use its key through the service alone.

        The operator app's role has this already. The key's policy must leave it to IAM, as that of a `kms.Key` does.

        Raises:
            OnboardingInputError: The space has no key of one's own, or the grantee takes no policy of this account.
        """
        return customer_managed_key.grant_use(self._any_space.encryption_key_arn, grantee, stack=Stack.of(self))

    def _warn_of_permissions(self, capabilities: Sequence[Capability]) -> None:
        warnings.warn_guardrail(
            self, capabilities, account=self._account, generation=Generation.GA, managed_policies=None
        )
        warnings.warn_inline_size(self, self._agent_inline)
