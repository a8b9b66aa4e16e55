"""Keeps an Agent Space in step with an organization, from the primary account: a function on a schedule."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement, roles, taken
from devops_agent_constructs._functions.function import PackagedFunction, check_bootstrap
from devops_agent_constructs.account_sync import organization_event_rules, organization_place
from devops_agent_constructs.account_sync.cloudwatch_metric import sync_metric
from devops_agent_constructs.account_sync.configuration import FILE, ROLE_VARIABLE, SPACE_VARIABLE
from devops_agent_constructs.account_sync.metrics import SyncMetric
from devops_agent_constructs.account_sync.sync_limits import MAX_REMOVAL_PERCENTAGE, MAX_REMOVALS
from devops_agent_constructs.account_sync.sync_settings import sync_configuration, sync_name
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.organization_access import FUNCTION_ROLE_NAME
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION
from devops_agent_constructs.primary import customer_managed_key
from devops_agent_constructs.secondary.account import SecondaryAccount

_HANDLER = "devops_agent_constructs.account_sync.handler.handle"
_SCHEDULE = Duration.minutes(15)
# The most that Lambda admits: the first rollout to thousands of accounts takes it, and others seconds.
_TIMEOUT = Duration.minutes(15)


class AccountSync(Construct):
    """Connects accounts that join an organization's units and get the role, and disconnects those that leave.

    For a stack of the primary account and of the Agent Space's Region, in which `cdk bootstrap` has been run. A Lambda
    function reads the organization, the StackSet and the associations, does what `devops-agent-accounts sync --apply`
    does, and asks AWS to validate all associations. What it owns, and when it removes nothing, is the command's:
    docs/keep_in_step.md. Removing the construct leaves everything connected.

    Attributes:
        agent_space_arn: Whose accounts it keeps in step.
        schedule: From one run to the next.
        inline_policy: What the function may do beside writing its log, as plain data.
        function: The function.
        log_group: Its log: a line of JSON for each change.
        dead_letter_queue: The events of runs that could not be carried through.
        event_bus: What takes the events of `OrganizationEventRules`; None without `management_account_id`.

    Warnings; `Validations.of(x).acknowledge(Acknowledgment(id="Annotation::<id>", reason=...))` silences one:
        devops-agent-constructs:agentSpaceSyncedTwice: Another sync of the app is for this space: they would disconnect
            each other's accounts.
        devops-agent-constructs:accountConnectedTwice: Another construct of the app connects an account to this space,
            which is not among `associated_accounts`.
        devops-agent-constructs:concurrentRuns: Each event of a rollout may start a run beside the others.
        devops-agent-constructs:organizationReadByAnotherAccount: `organization_read_role_arn` is of another account
            than the StackSet, which takes the management account or a delegated administrator.
        devops-agent-constructs:organizationReadByPrimary: The primary account reads an organization whose StackSet is
            another account's, which takes a delegated administrator.
        devops-agent-constructs:roleNameTaken: Another stack of the app makes a role of this name in this account.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent_space: AgentSpaceReference,
        organization: Organization | None = None,
        accounts: Sequence[SecondaryAccount] = (),
        associated_accounts: Sequence[SecondaryAccount | str] = (),
        stack_set_name: str = "DevOpsAgentSecondary",
        organization_read_role_arn: str | None = None,
        schedule: Duration | None = None,
        management_account_id: str | None = None,
        adopted_accounts: Sequence[str] = (),
        adopted_roles: Sequence[str] = (),
        max_removals: int = MAX_REMOVALS,
        max_removal_percentage: int = MAX_REMOVAL_PERCENTAGE,
        encryption_key: kms.IKey | None = None,
        name: str = FUNCTION_ROLE_NAME,
        reserve_concurrency: bool = True,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
    ) -> None:
        """Define the function.

        Args:
            scope: Something inside a stack of the primary account, in the Agent Space's Region.
            construct_id: Part of the logical ids. A change alone cannot deploy, as function, role and event bus have
                fixed names: give another `name` with it, also to `OrganizationReadRole` and `OrganizationEventRules`.
            agent_space: The Agent Space, which no other sync is for. One that this stack creates is good.
            organization: Which accounts, and their role, as for `OrganizationStack`. Its `associated_accounts` are left
                to the stack that connects them. None: `accounts` alone.
            accounts: Single accounts whose role is there without the StackSet.
            associated_accounts: Those of the units and of `accounts` that a stack connects (`PrimaryAccountAccess`), by
                id or as values: left to it, as AWS refuses a second association. One in neither is disconnected.
            stack_set_name: As for `OrganizationStack`. A template of your own must be JSON: the function reads no YAML.
            organization_read_role_arn: A role that reads the organization and the StackSet, like that of
                `OrganizationReadRole`. None: the function reads them itself, as a delegated administrator may.
            schedule: From one run to the next, in whole minutes. None: 15 minutes.
            management_account_id: The organization's management account, which alone has its events, and may send them
                to `event_bus`, so that a run does not wait for the schedule. None: the schedule alone.
            adopted_accounts: Accounts whose association is taken over, whichever role it has.
            adopted_roles: Paths and names of further roles whose associations are its own, like `/FormerRole`.
            max_removals: How many associations one run may remove and update together; above it, none.
            max_removal_percentage: 0-100: how many of its own associations, rounded up.
            encryption_key: The Agent Space's customer managed key, if the space is given by its ARN: AWS refuses calls
                for the space to whoever may not use it. A key whose policy does not leave that to IAM must admit the
                function's role. None: a key that AWS owns, or that of the `AgentSpace` of this app.
            name: Of the function, its role and the event bus: 1-64 letters, digits, `_` and `-`, but not `default`,
                which is EventBridge's own bus. A change replaces them, and `OrganizationReadRole` must name the same.
            reserve_concurrency: Whether Lambda runs no two at once, by one of the account's concurrent executions.
                AWS refuses that where fewer than 100 would be left to others, or than the quota of a new account, which
                is 10: raise the quota, or say False. Two runs at once connect and disconnect the same, but call AWS
                twice, and one may count as failed what the other has done.
            log_retention: How long the log is kept.

        Raises:
            OnboardingInputError: Neither organization nor accounts; a stack of another account or Region, or one
                without bootstrap; a schedule below a minute or with seconds; a malformed id, ARN, name or number; a
                value that only deployment knows and that the package holds; a key that is not the space's; a read role
                without organization or of another partition; a management account that cannot be it.

        See https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html and
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
        """
        stack, space = placement.stack_of(scope, construct_id), AgentSpaceArn.of(agent_space)
        each = "one sync looks at the accounts of one Agent Space"
        placement.check_place(stack, space, what="the sync runs", each=each)
        configuration = sync_configuration(
            space,
            organization=organization,
            accounts=accounts,
            associated_accounts=[one if isinstance(one, str) else one.account_id for one in associated_accounts],
            stack_set_name=stack_set_name,
            adopted_accounts=adopted_accounts,
            adopted_roles=adopted_roles,
            max_removals=max_removals,
            max_removal_percentage=max_removal_percentage,
        )
        schedule = _whole_minutes(schedule or _SCHEDULE)
        sync_name(name, field="name")
        if management_account_id is not None:
            field = "management_account_id"
            _validators.account_id(management_account_id, field=field)
            organization_place.check_sender(management_account_id, organization, field=field, whose="this")
        statements = organization_place.statements(
            space,
            organization,
            stack_set_name=stack_set_name,
            read_role_arn=organization_read_role_arn,
            changes_nothing=configuration.changes_nothing,
        )
        statements += customer_managed_key.use_statements(space, encryption_key, stack=stack)
        check_bootstrap(stack)
        roles.reserve_name(stack, name, field="name")

        super().__init__(scope, construct_id)
        self.agent_space_arn, self.schedule = space, schedule
        self.inline_policy: InlinePolicy = {"Version": VERSION, "Statement": statements}
        read_role = {} if organization_read_role_arn is None else {ROLE_VARIABLE: organization_read_role_arn}
        packaged = PackagedFunction(
            self,
            "Function",
            handler=_HANDLER,
            description="Keeps the accounts that AWS DevOps Agent is connected to in step",
            statements=statements,
            timeout=_TIMEOUT,
            files={FILE: configuration.to_json()},
            environment={SPACE_VARIABLE: space.arn, **read_role},
            memory_mib=512,
            name=name,
            log_retention=log_retention,
            # AWS refuses a second association of an account, so that two runs would only disturb each other.
            reserved_concurrent_executions=1 if reserve_concurrency else None,
            is_asynchronous=True,
        )
        self.function: lambda_.IFunction = packaged.function
        self.log_group: logs.ILogGroup = packaged.log_group
        self.dead_letter_queue: sqs.IQueue | None = packaged.dead_letter_queue
        events.Rule(
            self,
            "Schedule",
            description="Runs the sync of AWS DevOps Agent's accounts",
            schedule=events.Schedule.rate(schedule),
            targets=[targets.LambdaFunction(packaged.function)],
        )
        self.event_bus: events.IEventBus | None = None
        if management_account_id is not None:
            self.event_bus = organization_event_rules.event_bus(
                self, packaged.function, name, sender=management_account_id
            )
            organization_event_rules.warn_of_concurrency(self, is_reserved=reserve_concurrency)
        taken.warn_of_roles(self, [space.account_id], role_name=name)
        taken.warn_of_syncs(self, agent_space=space)
        taken.warn_if_associated(self, agent_space=space, known=configuration.held_accounts)
        organization_place.warn_of_access(self, organization, space, read_role_arn=organization_read_role_arn)

    @checked
    def metric(
        self, name: SyncMetric | str, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return a metric of the runs.

        Args:
            name: One of `SyncMetric`, or its value, like `"InvalidAccounts"`.
            period: None: the schedule, so that there is one run in each.
            statistic: CloudWatch's name of it. None: the maximum.

        Raises:
            OnboardingInputError: There is no such metric.
        """
        names = [metric.value for metric in SyncMetric]
        value = name.value if isinstance(name, SyncMetric) else name
        if value not in names:
            raise OnboardingInputError("name", value, why="not a metric of the sync", fix=f"take one of {names}")
        return sync_metric(
            SyncMetric(value),
            self.agent_space_arn.agent_space_id,
            period=period or self.schedule,
            statistic=statistic or cloudwatch.Stats.MAXIMUM,
        )

    @checked
    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody run it at once, such as a pipeline after a rollout; what it does is not theirs to say."""
        return self.function.grant_invoke(grantee)


def _whole_minutes(schedule: Duration) -> Duration:
    minutes = schedule.to_minutes(integral=False)
    if minutes >= 1 and minutes == int(minutes):
        return schedule
    why = f"{minutes:g} minutes; EventBridge takes whole minutes, 1 at least"
    raise OnboardingInputError("schedule", minutes, why=why, fix="write it like Duration.minutes(15)")
