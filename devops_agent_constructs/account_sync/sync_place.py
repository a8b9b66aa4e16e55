"""Decides what the sync's function may do, who may send it events, and from where it reads the organization."""

from __future__ import annotations

from aws_cdk import Annotations
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs.account_sync.organization_events import SOURCES
from devops_agent_constructs.account_sync.organization_place import stack_set_patterns
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
        OnboardingInputError: The role's ARN is malformed, or nothing is there to read through it.
    """
    if read_role_arn is not None and not _validators.is_token(read_role_arn):
        _validators.role_arn(read_role_arn, field="organization_read_role_arn")
    if organization is None:
        return look_statements(space) if changes_nothing else associate_statements(space)
    if read_role_arn is not None:
        return [*associate_statements(space), assume_read_role_statement(read_role_arn)]
    patterns = stack_set_patterns(organization, space, stack_set_name=stack_set_name)
    is_management = organization.management_account_id == space.account_id
    reads = organization_read_statements(patterns, is_delegated_administrator=not is_management)
    return [*associate_statements(space), *reads]


def event_bus(scope: Construct, function: lambda_.IFunction, name: str, *, sender: str) -> events.EventBus:
    """Define the event bus that takes the events of one account, and lets them run the function.

    The bus admits whatever that account sends, as EventBridge has no condition on what a role forwards for a rule; the
    rule here takes events of the services alone that `OrganizationEventRules` forwards. An event says nothing to the
    function but that it is time to read.
    """
    bus = events.EventBus(scope, "Events", event_bus_name=name, description="Events of the organization")
    bus.add_to_resource_policy(
        iam.PolicyStatement(
            sid="ManagementAccount",
            principals=[iam.AccountPrincipal(sender)],
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
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


def warn_of_access(
    construct: Construct, organization: Organization | None, space: AgentSpaceArn, *, read_role_arn: str | None
) -> None:
    """Warn if the primary account reads what another account administers: it may be allowed to, nobody knows here."""
    if organization is None or read_role_arn is not None or organization.account_id == space.account_id:
        return
    kind = "management account" if organization.deployment.call_as is CallAs.SELF else "delegated administrator"
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:organizationReadByPrimary",
        f"The StackSet is that of account {organization.account_id}, a {kind}, and the function reads it as the "
        "primary account. That works if the primary account is registered as a delegated administrator of StackSets, "
        "too. If it is not, nothing is connected or disconnected: define an OrganizationReadRole there, and pass "
        "organization_read_role_arn.",
    )
