"""Decides what the sync's function may do, who may send it events, and from where it reads the organization."""

from __future__ import annotations

from aws_cdk import Annotations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._role_arn import parse_role_arn
from devops_agent_constructs.account_sync import organization_place
from devops_agent_constructs.account_sync.organization_events import DETAIL_TYPES, SOURCES
from devops_agent_constructs.account_sync.organization_place import check_read_role, stack_set_patterns
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.organization.deployment import CallAs
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.document import Statement
from devops_agent_constructs.policies.organization_access import (
    assume_read_role_statement,
    organization_read_statements,
)
from devops_agent_constructs.policies.primary_account import associate_statements, look_statements


def statements(
    space: AgentSpaceArn,
    organization: Organization | None,
    *,
    stack_set_name: str,
    read_role_arn: str | None,
    changes_nothing: bool,
) -> list[Statement]:
    """Return what the function may do: change associations, and read the organization itself or through a role.

    It may only look at associations where it has nothing to change.

    Raises:
        OnboardingInputError: The role's ARN is malformed or of another partition, or nothing is there to read through
            it.
    """
    if read_role_arn is not None:
        check_read_role(read_role_arn, organization, partition=space.partition)
    associate = associate_statements(space, by_cloudformation=False)
    if organization is None:
        return look_statements(space) if changes_nothing else associate
    if read_role_arn is not None:
        return [*associate, assume_read_role_statement(read_role_arn)]
    patterns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
    is_management = organization.management_account_id == space.account_id
    reads = organization_read_statements(patterns, is_delegated_administrator=not is_management)
    return [*associate, *reads]


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


def check_sender(account_id: str, organization: Organization | None) -> None:
    """Check the account that is to send events.

    Raises:
        OnboardingInputError: It is malformed, or not the organization's management account.
    """
    _validators.account_id(account_id, field="management_account_id")
    if organization is not None and not _validators.is_token(account_id):
        organization_place.check_sender(account_id, organization, field="management_account_id", whose="this")


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


def warn_of_access(
    construct: Construct, organization: Organization | None, space: AgentSpaceArn, *, read_role_arn: str | None
) -> None:
    """Warn if an account reads what another account administers: it may be allowed to, nobody knows here."""
    if organization is None:
        return
    role = None if read_role_arn is None else parse_role_arn(read_role_arn)
    if role is not None and role.account_id.isdigit() and role.account_id != organization.account_id:
        Annotations.of(construct).add_warning_v2(
            "devops-agent-constructs:organizationReadByAnotherAccount",
            f"The StackSet is that of account {organization.account_id}, and organization_read_role_arn names a role "
            f"of account {role.account_id}. That works if the latter is the management account, or registered as a "
            "delegated administrator of StackSets. If it is neither, nothing is connected or disconnected: pass the "
            f"role_arn of an OrganizationReadRole of account {organization.account_id}.",
        )
    if read_role_arn is not None or organization.account_id == space.account_id:
        return
    kind = "management account" if organization.deployment.call_as is CallAs.SELF else "delegated administrator"
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:organizationReadByPrimary",
        f"The StackSet is that of account {organization.account_id}, a {kind}, and the function reads it as the "
        "primary account. That works if the primary account is registered as a delegated administrator of StackSets, "
        "too. If it is not, nothing is connected or disconnected: define an OrganizationReadRole there, and pass "
        "organization_read_role_arn.",
    )
