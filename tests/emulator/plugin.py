"""What moto lacks, in one place: added while the emulator runs, taken away afterwards."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from moto import backends
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.cloudformation import parsing
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudtrail.responses import CloudTrailResponse
from moto.cloudwatch.models import CloudWatchBackend
from moto.core import errors
from moto.core.responses import BaseResponse
from moto.devopsagent import models as devops_agent
from moto.devopsagent import urls as devops_agent_urls
from moto.events.models import Rule
from moto.logs.models import LogGroup
from moto.organizations.models import (
    FakeAccount,
    FakeDelegatedAdministrator,
    OrganizationsBackend,
    organizations_backends,
)
from moto.organizations.responses import OrganizationsResponse
from moto.sts.responses import TokenResponse

from tests.emulator import (
    caller_permissions,
    change_sets,
    handler_permissions,
    role_use,
    rollback,
    stack_requests,
    template_text,
    updates,
)
from tests.emulator.account_paths import with_paths
from tests.emulator.aws_policies import aws_policies
from tests.emulator.bucket_policy import BUCKET_POLICY
from tests.emulator.clock import CLOCK
from tests.emulator.custom_resource import CustomResourceType
from tests.emulator.delegated_reads import backend_of_request, with_empty_pages
from tests.emulator.devops_agent.agent_space import AgentSpace
from tests.emulator.devops_agent.api import Response
from tests.emulator.devops_agent.resource_types import AGENT_SPACE, ASSOCIATION
from tests.emulator.event_bus import delivery
from tests.emulator.event_bus.resource_types import EVENT_BUS, EVENT_BUS_POLICY, RULE
from tests.emulator.faults import FAULTS
from tests.emulator.iam_role import RoleHandler
from tests.emulator.lambda_functions.asynchronous import invoke_later
from tests.emulator.lambda_functions.event_invoke_config import EVENT_INVOKE_CONFIG
from tests.emulator.lambda_functions.function import FUNCTION, creating
from tests.emulator.lambda_functions.invocation import answering
from tests.emulator.lambda_functions.permission import PERMISSION
from tests.emulator.lambda_functions.runtime_process import kill_running
from tests.emulator.log_delivery import DELIVERY, DELIVERY_DESTINATION, DELIVERY_SOURCE
from tests.emulator.managed_policy import MANAGED_POLICY
from tests.emulator.monitoring import alarms
from tests.emulator.monitoring.logs import LOG_GROUP, noticing_metrics
from tests.emulator.monitoring.metric_filters import METRIC_FILTER
from tests.emulator.organization_events import telling
from tests.emulator.queues import QUEUE, QUEUE_POLICY
from tests.emulator.rollback import naming_the_resource
from tests.emulator.stack_sets.api import describe_stack_set, list_stack_instances, with_results
from tests.emulator.stack_sets.auto_deployment import noticing_changes
from tests.emulator.stack_sets.membership import STACK_SETS
from tests.emulator.stack_sets.resource_type import STACK_SET
from tests.emulator.topics import SUBSCRIPTION, TOPIC, TOPIC_POLICY

_TYPES = (
    *(MANAGED_POLICY, BUCKET_POLICY, AGENT_SPACE, ASSOCIATION, STACK_SET),
    *(FUNCTION, EVENT_INVOKE_CONFIG, PERMISSION, QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY, SUBSCRIPTION),
    *(LOG_GROUP, METRIC_FILTER, alarms.ALARM, RULE, EVENT_BUS, EVENT_BUS_POLICY),
    *(DELIVERY, DELIVERY_DESTINATION, DELIVERY_SOURCE),
)
_ACCOUNT_CHANGES = {
    "close_account": "CloseAccount",
    "create_account": "CreateAccount",
    "move_account": "MoveAccount",
    "remove_account_from_organization": "RemoveAccountFromOrganization",
}
_REQUESTS = {
    "create_change_set": stack_requests.deploying,
    "create_stack": stack_requests.deploying,
    "update_stack": stack_requests.deploying,
    "delete_stack": stack_requests.removing,
    "validate_template": stack_requests.validating,
}


@contextmanager
def loaded() -> Iterator[None]:
    """Add to moto what it lacks; each module says what that is."""
    with ExitStack() as additions:

        def add(target: object, name: str, addition: object) -> None:
            additions.enter_context(patch.object(target, name, addition, create=not hasattr(target, name)))

        # Each request asks for them, and moto looks at its folders each time.
        services = list(backends.list_of_moto_modules())
        add(backends, "list_of_moto_modules", lambda: services)
        # The managed policies of AWS, which moto leaves out by default.
        additions.enter_context(aws_policies())
        # Roles with managed policies, checked as IAM checks them, updated in place.
        types = {
            "AWS::IAM::Role": RoleHandler,
            "AWS::CloudFormation::CustomResource": CustomResourceType,
            **{one.name: one for one in _TYPES},
        }
        additions.enter_context(patch.dict(parsing.get_model_map(), types))
        # Agent Spaces with associations, and the operations on them.
        add(devops_agent, "AgentSpace", AgentSpace)
        additions.enter_context(patch.dict(devops_agent_urls.url_paths, {"{0}/.*$": Response.dispatch}))
        # The accounts of an organization, which moto remembers from one start to the next.
        additions.callback(organizations_backends.master_accounts.clear)
        # Delegated administrators of StackSets, which notice when an account comes or goes.
        supported = [*FakeDelegatedAdministrator.SUPPORTED_SERVICES, STACK_SETS]
        add(FakeDelegatedAdministrator, "SUPPORTED_SERVICES", supported)
        for name, action in _ACCOUNT_CHANGES.items():
            told = telling(action, getattr(OrganizationsBackend, name))
            add(OrganizationsBackend, name, told if action == "CloseAccount" else noticing_changes(told))
        for name in ("list_accounts", "list_accounts_for_parent"):
            add(OrganizationsResponse, name, with_empty_pages(getattr(OrganizationsResponse, name)))
        # Where an account is in its organization.
        add(FakeAccount, "describe", with_paths(FakeAccount.describe))
        # What a delegated administrator may read of its organization, and other members may not.
        add(OrganizationsResponse, "organizations_backend", property(backend_of_request))
        # The instances of a StackSet, and how its operation ended in each account.
        add(CloudFormationResponse, "describe_stack_set", describe_stack_set)
        add(CloudFormationResponse, "list_stack_instances", list_stack_instances)
        results = "list_stack_set_operation_results"
        add(CloudFormationResponse, results, with_results(getattr(CloudFormationResponse, results)))
        # A failed resource has a name and a reason; a type that moto does not know fails.
        # Its deployer may do what its handler does, if that one is judged.
        handlers = handler_permissions
        create = handlers.creating(parsing.parse_and_create_resource)
        update = handlers.updating(parsing.parse_and_update_resource)
        add(parsing, "parse_and_create_resource", naming_the_resource(create))
        add(parsing, "parse_and_update_resource", naming_the_resource(update))
        add(parsing.ResourceMap, "_delete_resource", handlers.deleting(parsing.ResourceMap._delete_resource))
        # Templates, read as CloudFormation reads them.
        add(Stack, "parse_template", staticmethod(template_text.parse_template))
        add(ChangeSet, "_parse_template", template_text.parse_change_set)
        # A stack changes in CloudFormation's order, or not at all.
        add(parsing.ResourceMap, "update", updates.update)
        add(parsing.ResourceMap, "delete", updates.delete)
        # The version of the CDK's bootstrap stack, which is given once and read from SSM each time.
        add(Stack, "stack_parameters", property(change_sets.given_parameters))
        # Only whom a role's trust policy lets in can assume it, CloudFormation too; limits, capabilities, parameters.
        add(TokenResponse, "assume_role", role_use.assuming(TokenResponse.assume_role))
        add(errors, "COMMON_ERROR_CODES", [*errors.COMMON_ERROR_CODES, *role_use.ERRORS_OF_EVERY_SERVICE])
        for name, checking in _REQUESTS.items():
            add(CloudFormationResponse, name, checking(getattr(CloudFormationResponse, name)))
        # The outputs of a stack, and its rollback.
        backend = CloudFormationBackend
        add(backend, "execute_change_set", change_sets.executing(backend.execute_change_set))
        add(backend, "delete_stack", rollback.deleting(backend.delete_stack))
        # The CDK CLI deletes the change set of its last run and waits until it is gone.
        add(backend, "describe_change_set", change_sets.finding(backend.describe_change_set))
        add(backend, "delete_change_set", change_sets.deleting(backend.delete_change_set))
        _let_things_happen(additions, add)
        # After a failure the CDK CLI looks for reasons in CloudTrail; there are none.
        add(CloudTrailResponse, "lookup_events", lambda _: '{"Events": []}')
        yield


def _let_things_happen(additions: ExitStack, add: Callable[[object, str, object], None]) -> None:
    """Add what runs by itself: functions, rules, alarms; and the failures that a test asks for."""
    # Functions from their packages, with their role's permissions; custom resources.
    additions.callback(CLOCK.reset)
    additions.callback(caller_permissions.forget_sessions)
    additions.callback(kill_running)
    add(LambdaFunction, "invoke", answering(invoke_later))
    add(LambdaBackend, "create_function", creating(LambdaBackend.create_function))
    call_action = caller_permissions.judging(BaseResponse.call_action)
    # Failures that a test asks for.
    additions.callback(FAULTS.reset)
    add(BaseResponse, "call_action", FAULTS.happening(call_action))
    add(parsing, "CustomModel", CustomResourceType)
    # Rules with targets that let EventBridge in; metrics in logs, and alarms on metrics.
    add(Rule, "send_to_targets", delivery.of_api)
    add(LogGroup, "put_log_events", noticing_metrics(LogGroup.put_log_events))
    add(CloudWatchBackend, "put_metric_alarm", alarms.starting_unchecked(CloudWatchBackend.put_metric_alarm))
    CLOCK.call_every(alarms.MINUTE, alarms.evaluate_all)
