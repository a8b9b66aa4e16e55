"""Forwards events of the organization to the sync of the primary account."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement
from devops_agent_constructs.account_sync import sync_settings
from devops_agent_constructs.account_sync.organization_events import (
    ORGANIZATIONS_REGION,
    organizations_pattern,
    stack_set_pattern,
)
from devops_agent_constructs.account_sync.organization_place import stack_set_patterns
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.organization_access import FUNCTION_ROLE_NAME
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION


class OrganizationEventRules(Construct):
    """Tells the sync of another account when the organization changes, so that it does not wait for its schedule.

    For stacks of the management account, which alone has these events, also those of a delegated administrator's
    StackSet (the latter is inferred, as AWS keeps such a StackSet there). Events are where they happen: **one stack in
    the StackSet's Region**, which tells that an account has the role, and **one in us-east-1**, if that is another
    Region, which tells that an account joins, moves, leaves or is closed. Each has what belongs to its Region.

    The events need a trail of AWS CloudTrail, but for those of StackSets, and are best effort: the schedule does what
    they miss.

    Attributes:
        inline_policy: What the role of the rules may do, as plain data.
        rules: By what they forward: `StackSet`, `Organizations`, or both.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        organization: Organization,
        stack_set_name: str = "DevOpsAgentSecondary",
        sync_name: str = FUNCTION_ROLE_NAME,
    ) -> None:
        """Define the rules, with a role that may put events on the one event bus.

        Args:
            scope: Something inside a stack of the management account, in the StackSet's Region or in us-east-1.
            construct_id: Part of the logical ids.
            agent_space: The Agent Space that is kept in step.
            organization: As for `AccountSync`, which needs `management_account_id` for its event bus.
            stack_set_name: As for `AccountSync`.
            sync_name: The `name` of the `AccountSync`.

        Raises:
            OnboardingInputError: A stack of another account than a known management account, or of a Region that has
                none of the events, or that only deployment knows; an Agent Space that only deployment knows; a
                malformed name.

        See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
        """
        stack = placement.stack_of(scope, construct_id)
        fix = "deploy the Agent Space first, and pass its ARN from the outputs"
        space = known(AgentSpaceArn.of(agent_space), why="the event bus is in its account and Region", fix=fix)
        sync_settings.sync_name(sync_name, field="sync_name")
        patterns = _patterns(stack, space, organization, stack_set_name=stack_set_name)

        super().__init__(scope, construct_id)
        arn = f"arn:{space.partition}:events:{space.region}:{space.account_id}:event-bus/{sync_name}"
        put = allow("ForwardEvents", ["events:PutEvents"], [arn])
        self.inline_policy: InlinePolicy = {"Version": VERSION, "Statement": [put]}
        bus = events.EventBus.from_event_bus_arn(self, "EventBus", arn)
        self.rules = {
            name: events.Rule(
                self,
                name,
                description=f"Forwards events of {name} to the sync of AWS DevOps Agent's accounts",
                event_pattern=events.EventPattern(**pattern),
                targets=[targets.EventBus(bus)],
            )
            for name, pattern in patterns.items()
        }


def _patterns(
    stack: Stack, space: AgentSpaceArn, organization: Organization, *, stack_set_name: str
) -> dict[str, dict[str, Any]]:
    """Return what is to be forwarded from the stack's Region."""
    management, region = organization.management_account_id, stack.region
    if management not in {None, stack.account} and not _validators.is_token(stack.account):
        why = f"the events are in the management account, {management}; the stack's is {stack.account}"
        raise OnboardingInputError("organization", management, why=why, fix=f"use a stack of account {management}")
    stack_set_region = organization.region or space.region
    found = {}
    if region == stack_set_region:
        arns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
        found["StackSet"] = stack_set_pattern(arns)
    if region == ORGANIZATIONS_REGION:
        found["Organizations"] = organizations_pattern()
    if not found:
        why = f"the events are in {stack_set_region}, the StackSet's Region, and in {ORGANIZATIONS_REGION}"
        fix = "define one of these constructs in a stack of each, with env=Environment(region=...)"
        raise OnboardingInputError("scope", region, why=why, fix=fix)
    return found
