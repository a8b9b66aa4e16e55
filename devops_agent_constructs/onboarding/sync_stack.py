"""Defines the stack that keeps the associations in step, and what the organization's stack has for it."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Environment, IStackSynthesizer, Stack
from aws_cdk import aws_sns as sns
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.stacks import keep_agent_space, undone_on_error
from devops_agent_constructs.account_sync.account_sync import AccountSync
from devops_agent_constructs.account_sync.organization_event_rules import OrganizationEventRules
from devops_agent_constructs.account_sync.organization_read_role import OrganizationReadRole
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.association_health.health import AssociationHealth
from devops_agent_constructs.onboarding.function_checks import sender_of_events
from devops_agent_constructs.onboarding.settings import HealthSettings, SyncSettings
from devops_agent_constructs.onboarding.sync_arguments import sync_arguments
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.organization.stack import OrganizationStack


class AccountSyncStack(Stack):
    """The stack of the primary account that keeps the associations in step, and tells when one breaks.

    Outputs: `FunctionName` and `LogGroupName` of the sync; `TopicArn` of the alarms, if there are some.

    Attributes:
        given_synthesizer: The one that was passed; None: the app's own.
        sync: The function.
        health: The alarms; None if they were not asked for.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        onboarding: Onboarding,
        agent_space: AgentSpaceArn,
        organization_stack: OrganizationStack | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack, and in the organization's stack what reads the organization for it and tells it of events.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentSync` in the ready-made app; part of no logical id.
            onboarding: What is kept in step.
            agent_space: The Agent Space, which exists.
            organization_stack: The stack of the onboarding's organization.
            synthesizer: One that takes assets. None: the app's own.

        Raises:
            OnboardingInputError: As `AccountSync` and `AssociationHealth` do.
        """
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=agent_space.account_id, region=agent_space.region),
            synthesizer=synthesizer,
            description="Keeps the accounts that AWS DevOps Agent is connected to in step",
        )
        self.given_synthesizer = synthesizer
        keep_agent_space(self, agent_space)
        settings, names = onboarding.sync or SyncSettings(), onboarding.stack_names
        with undone_on_error(self, scope):
            self.sync = AccountSync(
                self,
                "Sync",
                agent_space=agent_space,
                schedule=Duration.minutes(settings.schedule_minutes),
                organization_read_role_arn=_read_role_arn(organization_stack, onboarding, agent_space),
                management_account_id=sender_of_events(settings, onboarding.organization),
                name=names.sync_function,
                reserve_concurrency=settings.reserve_concurrency,
                **sync_arguments(onboarding),
            )
            self.health = None if onboarding.health is None else self._health(onboarding.health)
        if organization_stack is not None:
            self._forward_events(organization_stack, onboarding, agent_space)
        CfnOutput(self, "FunctionName", value=self.sync.function.function_name, description="Runs the sync")
        CfnOutput(self, "LogGroupName", value=self.sync.log_group.log_group_name, description="What the sync has done")
        if self.health is not None:
            CfnOutput(self, "TopicArn", value=self.health.topic.topic_arn, description="Where the alarms publish")

    def _health(self, settings: HealthSettings) -> AssociationHealth:
        minutes, topic_arn = settings.invalid_minutes, settings.topic_arn
        return AssociationHealth(
            self,
            "Health",
            sync=self.sync,
            invalid_for=None if minutes is None else Duration.minutes(minutes),
            topic=None if topic_arn is None else sns.Topic.from_topic_arn(self, "Topic", topic_arn),
            dashboard=settings.dashboard,
            vended_logs=settings.vended_logs,
        )

    def _forward_events(self, stack: OrganizationStack, onboarding: Onboarding, space: AgentSpaceArn) -> None:
        organization, names = onboarding.organization, onboarding.stack_names
        if organization is None or self.sync.event_bus is None:
            return
        # In the account and Region of the bus the rule would come before it, in a stack that is deployed earlier.
        is_beside = (stack.account, stack.region) == (self.account, self.region)
        rules = OrganizationEventRules(
            self if is_beside else stack,
            "SyncEvents",
            agent_space=space,
            organization=organization,
            stack_set_name=names.stack_set,
            sync_name=names.sync_function,
        )
        if is_beside:
            rules.node.add_dependency(self.sync)


def _read_role_arn(stack: OrganizationStack | None, onboarding: Onboarding, space: AgentSpaceArn) -> str | None:
    """Define the role that reads the organization, unless the primary account reads it itself; return its ARN."""
    organization, names = onboarding.organization, onboarding.stack_names
    if stack is None or organization is None or organization.account_id == space.account_id:
        return None
    role = OrganizationReadRole(
        stack,
        "SyncRead",
        agent_space=space,
        organization=organization,
        stack_set_name=names.stack_set,
        sync_name=names.sync_function,
        role_name=names.organization_read_role,
    )
    return role.role_arn
