"""Forwards events of the organization to the sync of the primary account: the events, their senders, the event bus.

The times at which they come are AWS's: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks-event-bridge.html, read 2026-11-25.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Annotations, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement, roles
from devops_agent_constructs.account_sync import sync_settings
from devops_agent_constructs.account_sync.organization_place import check_sender, stack_set_patterns
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.organization_access import FUNCTION_ROLE_NAME, event_rules_trust
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

_OF_STACK_SET = "CloudFormation StackSet StackInstance Status Change"
_THROUGH_CLOUDTRAIL = ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"]

SOURCES = ("aws.cloudformation", "aws.organizations")
DETAIL_TYPES = (_OF_STACK_SET, *_THROUGH_CLOUDTRAIL)

# CloudTrail's events of a global service are in the Region of its endpoint; that it is so in other partitions than
# `aws` is inferred. https://docs.aws.amazon.com/general/latest/gr/ao.html, read 2026-11-26.
ORGANIZATIONS_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
"""Partition -> where its events of AWS Organizations are; of others that is not known."""
_OF_ORGANIZATIONS = [
    "AccountDepartedOrganization",
    "AccountJoinedOrganization",
    "CloseAccount",
    "CreateAccountResult",
    "MoveAccount",
    "RemoveAccountFromOrganization",
]


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
    of_organizations = ORGANIZATIONS_REGIONS.get(space.partition)
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


def stack_set_pattern(stack_set_arns: list[str]) -> dict[str, Any]:
    """Return the pattern of the event that an account's stack of a StackSet is CURRENT, for patterns of its ARN."""
    return {
        "source": ["aws.cloudformation"],
        "detail_type": [_OF_STACK_SET],
        "detail": {
            "stack-set-arn": [{"wildcard": arn} for arn in stack_set_arns],
            "status-details": {"status": ["CURRENT"]},
        },
    }


def organizations_pattern() -> dict[str, Any]:
    """Return the pattern of the events that an account joins, moves, leaves or is closed.

    Which of the two detail types AWS gives the two newest of them, of 2026-05-28, is unconfirmed, so both are taken.
    Calls are told by a trail, and best effort; what is missed waits for the schedule.
    """
    return {
        "source": ["aws.organizations"],
        "detail_type": _THROUGH_CLOUDTRAIL,
        "detail": {"eventName": _OF_ORGANIZATIONS},
    }


def event_bus(scope: Construct, function: lambda_.IFunction, name: str, *, sender: str) -> events.EventBus:
    """Define the event bus that takes the events of one account, and lets them run the function.

    The bus admits events of the kinds alone that `OrganizationEventRules` forwards, by the conditions of AWS's own
    example. They ask nothing of a request without these keys, as AWS does not say that one for a rule has them; the
    rule here looks again. None on the rule's ARN, of which AWS does not say that it goes with a role's request. An
    event says nothing to the function but that it is time to read. Read 2026-11-26:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html
    """
    kinds = {"events:source": list(SOURCES), "events:detail-type": list(DETAIL_TYPES)}
    bus = events.EventBus(scope, "Events", event_bus_name=name, description="Events of the organization")
    bus.add_to_resource_policy(
        iam.PolicyStatement(
            sid="ManagementAccount",
            principals=[iam.AccountPrincipal(sender)],
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
            conditions={"ForAllValues:StringEquals": kinds},
        )
    )
    events.Rule(
        scope,
        "OnEvent",
        event_bus=bus,
        description="Runs the sync of AWS DevOps Agent's accounts when the organization changes",
        event_pattern=events.EventPattern(account=[sender], source=list(SOURCES)),
        targets=[targets.LambdaFunction(function)],
    )
    return bus


def warn_of_concurrency(construct: Construct, *, is_reserved: bool) -> None:
    """Warn if events may start many runs at once."""
    if not is_reserved:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:concurrentRuns",
            "Events start runs, and reserve_concurrency is False: a rollout to 500 accounts emits 500 events, of which "
            "each may start a run that reads everything, so that AWS throttles them all. Raise the account's quota of "
            "concurrent executions and reserve one, or leave management_account_id out (in the "
            "accounts file, events: false).",
        )
