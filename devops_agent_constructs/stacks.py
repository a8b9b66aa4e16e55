"""One stack per account, with its outputs."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import (
    BootstraplessSynthesizer,
    CfnOutput,
    DefaultStackSynthesizer,
    Duration,
    Environment,
    IStackSynthesizer,
    Stack,
)
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.primary_account import NewAgentSpace, PrimaryAccount
from devops_agent_constructs.primary_account_access import PrimaryAccountAccess
from devops_agent_constructs.secondary_account import SecondaryAccount
from devops_agent_constructs.secondary_account_role import SecondaryAccountRole


def synthesizer_for(bootstrap_qualifier: str | None) -> IStackSynthesizer:
    """Return a synthesizer that deploys through the roles of `cdk bootstrap`, or with the caller's own credentials.

    See https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
    """
    if bootstrap_qualifier is None:
        return BootstraplessSynthesizer()
    return DefaultStackSynthesizer(qualifier=bootstrap_qualifier)


class SecondaryAccountStack(Stack):
    """The stack of one secondary account: its role, and the outputs `RoleArn` and `RoleName`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        account: SecondaryAccount,
        agent_space: AgentSpaceArn | Sequence[AgentSpaceArn],
        generation: Generation = Generation.GA,
        agent_role_arn: str | Sequence[str] | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentSecondary-<account id>` in the ready-made app.
            account: The account, its stack's Region and its role.
            agent_space: As for `SecondaryAccountRole`. The first one's Region is the default for the stack.
            generation: As for `SecondaryAccountRole`.
            agent_role_arn: As for `SecondaryAccountRole`.
            synthesizer: None: `BootstraplessSynthesizer`, so that the account needs no `cdk bootstrap`; whoever deploys
                acts with their own credentials.

        Raises:
            OnboardingInputError: As `SecondaryAccountRole` does.
        """
        region = account.region or (agent_space if isinstance(agent_space, AgentSpaceArn) else agent_space[0]).region
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=account.account_id, region=region),
            synthesizer=synthesizer_for(None) if synthesizer is None else synthesizer,
            description="The role through which AWS DevOps Agent investigates this account",
        )
        seconds = account.max_session_seconds
        self.secondary_role = SecondaryAccountRole(
            self,
            "Role",
            agent_space=agent_space,
            generation=generation,
            agent_role_arn=agent_role_arn,
            role_name=account.role_name,
            path=account.path,
            description=account.description,
            capabilities=account.capabilities,
            managed_policies=account.managed_policies,
            permissions_boundary=account.permissions_boundary,
            max_session=None if seconds is None else Duration.seconds(seconds),
        )
        CfnOutput(self, "RoleArn", value=self.secondary_role.role_arn, description="For the association")
        CfnOutput(self, "RoleName", value=self.secondary_role.role_name)


class PrimaryAccountStack(Stack):
    """The stack of the primary account: associations, the agent role's permission, and the Agent Space if it is new.

    Outputs: `AgentSpaceArn` and `AgentSpaceId`; for a new Agent Space also `AgentRoleArn`.

    Attributes:
        access: The associations and the grant; None without accounts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceArn | None,
        accounts: Sequence[SecondaryAccount],
        primary: PrimaryAccount,
        generation: Generation = Generation.GA,
        agent_role_arn: str | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentPrimary` in the ready-made app; part of no logical id.
            agent_space: The existing Agent Space; None, or its ARN once it is known, for one that `primary` creates.
            accounts: The accounts to associate; none for the first deployment of a new Agent Space.
            primary: What else the stack holds.
            generation: As for `PrimaryAccountAccess`.
            agent_role_arn: The existing agent role; it gets `sts:AssumeRole` on the secondary roles.
            synthesizer: As for `SecondaryAccountStack`.

        Raises:
            OnboardingInputError: As `PrimaryAccountAccess` and `AgentSpace` do, or there is no Agent Space at all.
        """
        place = primary.new_agent_space or agent_space
        if place is None:
            fix = "give its ARN, or let the stack create one with PrimaryAccount(new_agent_space=...)"
            raise OnboardingInputError("agent_space", None, why="there is no Agent Space to connect to", fix=fix)
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=place.account_id, region=place.region),
            synthesizer=synthesizer_for(None) if synthesizer is None else synthesizer,
            description="Connects secondary accounts to AWS DevOps Agent",
        )
        space = agent_space if primary.new_agent_space is None else self._new_agent_space(primary.new_agent_space)
        self.access: PrimaryAccountAccess | None = None
        if accounts and space is not None:
            role = None if agent_role_arn is None else iam.Role.from_role_arn(self, "AgentRole", agent_role_arn)
            self.access = PrimaryAccountAccess(
                self,
                "Access",
                agent_space=space,
                accounts=accounts,
                generation=generation,
                agent_role=role,
                organization_id=primary.organization_id,
            )
        if space is not None:
            CfnOutput(self, "AgentSpaceArn", value=space.arn, description="For the accounts file")
            CfnOutput(self, "AgentSpaceId", value=space.agent_space_id)

    def _new_agent_space(self, new: NewAgentSpace) -> AgentSpaceArn:
        # Not at the top: KMS and Secrets Manager of the CDK come with it, and few stacks create a space.
        from devops_agent_constructs.agent_space import AgentSpace  # noqa: PLC0415

        space = AgentSpace(
            self,
            "AgentSpace",
            name=new.name,
            description=new.description,
            locale=new.locale,
            elevated_actions_enabled=new.elevated_actions_enabled,
        )
        CfnOutput(self, "AgentRoleArn", value=space.monitor_role.role_arn)
        return space.agent_space_arn
