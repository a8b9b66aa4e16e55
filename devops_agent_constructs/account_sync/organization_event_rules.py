"""Forwards events of the organization to the sync of the primary account."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement, roles
from devops_agent_constructs.account_sync import sync_settings
from devops_agent_constructs.account_sync.organization_events import (
    organizations_pattern,
    organizations_region,
    stack_set_pattern,
)
from devops_agent_constructs.account_sync.organization_place import check_sender, stack_set_patterns
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.organization_access import FUNCTION_ROLE_NAME, event_rules_trust
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION


class OrganizationEventRules(Construct):
    """Tells the sync of another account when the organization changes, so that it does not wait for its schedule.

    For stacks of the management account, which alone has these events, also those of a delegated administrator's
    StackSet (the latter is inferred, as AWS keeps such a StackSet there). Events are where they happen: **one stack in
    the StackSet's Region**, which tells that an account has the role, and **one in us-east-1**, if that is another
    Region, which tells that an account joins, moves, leaves or is closed. Each has what belongs to its Region. In AWS
    GovCloud (US) the second is us-gov-west-1, in China cn-northwest-1.

    The events need a trail of AWS CloudTrail, but for those of StackSets, and are best effort: the schedule does what
    they miss.

    Attributes:
        role: By which the rules forward, and nobody else.
        inline_policy: What that role may do, as plain data.
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
            scope: Something inside a stack of the management account, in the StackSet's Region or where the events of
                AWS Organizations are.
            construct_id: Part of the logical ids.
            agent_space: The Agent Space that is kept in step.
            organization: As for `AccountSync`, which needs `management_account_id` for its event bus.
            stack_set_name: As for `AccountSync`.
            sync_name: The `name` of the `AccountSync`.

        Raises:
            OnboardingInputError: A stack of another account than a known management account, or of the delegated
                administrator that has the StackSet; one of a Region that has none of the events, or that only
                deployment knows; an Agent Space that only deployment knows; a malformed name.

        See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
        """
        stack = placement.stack_of(scope, construct_id)
        fix = "deploy the Agent Space first, and pass its ARN from the outputs"
        space = known(AgentSpaceArn.of(agent_space), why="the event bus is in its account and Region", fix=fix)
        sync_settings.sync_name(sync_name, field="sync_name")
        if not _validators.is_token(stack.account):
            check_sender(stack.account, organization, field="scope", whose="the stack's")
        patterns = _patterns(stack, space, organization, stack_set_name=stack_set_name)

        super().__init__(scope, construct_id)
        arn = f"arn:{space.partition}:events:{space.region}:{space.account_id}:event-bus/{sync_name}"
        put = allow("ForwardEvents", ["events:PutEvents"], [arn])
        self.inline_policy: InlinePolicy = {"Version": VERSION, "Statement": [put]}
        pattern = f"arn:{space.partition}:events:{stack.region}:{stack.account}:rule/*"
        self.role = iam.Role(
            self,
            "Role",
            description="Lets rules forward events to the sync of AWS DevOps Agent's accounts",
            assumed_by=roles.principal(event_rules_trust(pattern, account_id=stack.account)),
            inline_policies=roles.inline_policies(self.inline_policy, name="ForwardEvents"),
        )
        # The CDK would give it the same permission again, by a policy that nothing waits for.
        role = self.role.without_policy_updates()
        bus = events.EventBus.from_event_bus_arn(self, "EventBus", arn)
        self.rules = {
            name: events.Rule(
                self,
                name,
                description=f"Forwards events of {name} to the sync of AWS DevOps Agent's accounts",
                event_pattern=events.EventPattern(**events_of),
                targets=[targets.EventBus(bus, role=role)],
            )
            for name, events_of in patterns.items()
        }


def _patterns(
    stack: Stack, space: AgentSpaceArn, organization: Organization, *, stack_set_name: str
) -> dict[str, dict[str, Any]]:
    """Return what is to be forwarded from the stack's Region."""
    region, stack_set_region = stack.region, organization.region or space.region
    of_organizations = organizations_region(space.partition)
    found = {}
    if region == stack_set_region:
        arns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
        found["StackSet"] = stack_set_pattern(arns)
    if region == of_organizations:
        found["Organizations"] = organizations_pattern()
    if not found:
        why = f"the events are in {stack_set_region}, the StackSet's Region, and in {of_organizations}"
        fix = "define one of these constructs in a stack of each, with env=Environment(region=...)"
        raise OnboardingInputError("scope", region, why=why, fix=fix)
    return found
