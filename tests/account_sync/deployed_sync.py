"""AccountSync as it is deployed: in an emulated organization whose accounts have the role by a StackSet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aws_cdk import App
from aws_cdk import aws_kms as kms

from devops_agent_constructs import (
    AccountSync,
    CallAs,
    Organization,
    OrganizationEventRules,
    OrganizationReadRole,
    ServiceManagedDeployment,
)
from tests.account_sync.constructs import stack_in
from tests.emulator.bootstrap import bootstrap
from tests.emulator.clock import CLOCK
from tests.emulator.cloud_assembly import deploy_from
from tests.emulator.example_organization import EXCLUDED, MANAGEMENT, PRIMARY, ExampleOrganization
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack_set_stack import deployed, stack_set, template
from tests.emulator.trusting_roles import SPACE_ARN, by_service

KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = "DevOpsAgentRole-SecondaryAccount"
SCHEDULE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class DeployedSync:
    """A sync in the primary account, which has not run yet."""

    emulator: Emulator
    example: ExampleOrganization
    primary: PrimaryAccount

    def invoke(self, **event: Any) -> dict[str, Any]:
        """Run it once, and return what it returns, or the error."""
        client = self.emulator.client("lambda", PRIMARY)
        answer = client.invoke(FunctionName="DevOpsAgentAccountSync", Payload=json.dumps(event))
        return dict(json.load(answer["Payload"]))

    def connected(self) -> dict[str, str]:
        """Return account -> status, without the primary account."""
        return {key: one.status for key, one in self.primary.associations().items() if key != PRIMARY}

    def lines(self, message: str | None = None) -> list[dict[str, Any]]:
        """Return the lines of JSON of the function's log, in order; those of a message, or the metrics."""
        client = self.emulator.client("logs", PRIMARY)
        [group] = [one["logGroupName"] for one in client.describe_log_groups()["logGroups"]]
        events = list[Any]()
        for stream in client.describe_log_streams(logGroupName=group)["logStreams"]:
            name = stream["logStreamName"]
            events += client.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"]
        # Those of one invocation may have one time, and are in order already.
        lines = [one["message"] for one in sorted(events, key=lambda one: int(one["timestamp"]))]
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in found if line.get("message") == message]

    def metrics(self) -> dict[str, float]:
        """Return the last run's metrics."""
        last = self.lines()[-1]
        return {key: value for key, value in last.items() if key not in {"_aws", "AgentSpaceId"}}

    def let_the_schedule_run(self) -> None:
        """Let a quarter of an hour pass."""
        CLOCK.advance(SCHEDULE)


def _app(folder: Path, organization: Organization, *, is_through_a_role: bool) -> str:
    app = App(outdir=str(folder), analytics_reporting=False, builtin_cloud_formation_validation=False)
    role_arn = None
    if is_through_a_role:
        management = stack_in(app, MANAGEMENT)
        role_arn = OrganizationReadRole(management, "Read", agent_space=SPACE_ARN, organization=organization).role_arn
        OrganizationEventRules(management, "Rules", agent_space=SPACE_ARN, organization=organization)
    stack = stack_in(app)
    AccountSync(
        stack,
        "Sync",
        agent_space=SPACE_ARN,
        organization=organization,
        organization_read_role_arn=role_arn,
        management_account_id=MANAGEMENT,
        max_removal_percentage=50,
        encryption_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN),
    )
    return app.synth().directory


@contextmanager
def deployed_sync(folder: Path, *, is_through_a_role: bool) -> Iterator[DeployedSync]:
    """Start one in an emulator of its own, for an Agent Space with a customer managed key.

    Args:
        folder: For the cloud assembly.
        is_through_a_role: Whether the management account has the StackSet, a role that reads and rules for events; else
            the primary account reads as a delegated administrator.
    """
    owner, call_as = (MANAGEMENT, CallAs.SELF) if is_through_a_role else (PRIMARY, CallAs.DELEGATED_ADMIN)
    with Emulator() as emulator:
        example = ExampleOrganization.create(emulator)
        primary = PrimaryAccount(emulator, SPACE_ARN, encryption_key_arn=KEY_ARN)
        primary.create_agent_role()
        units = [example.workloads, example.sandbox]
        targets = {"Accounts": [EXCLUDED], "AccountFilterType": "DIFFERENCE"}
        body = template(RoleName=ROLE, AssumeRolePolicyDocument=json.loads(by_service()))
        resources = stack_set(
            *units, targets=targets, StackSetName="DevOpsAgentSecondary", TemplateBody=body, CallAs=call_as.value
        )
        assert deployed(emulator, resources, owner) == "CREATE_COMPLETE"
        deployment = ServiceManagedDeployment(organizational_units=units, exclude_accounts=[EXCLUDED], call_as=call_as)
        organization = Organization(account_id=owner, deployment=deployment)
        assembly = _app(folder, organization, is_through_a_role=is_through_a_role)
        for account_id in (PRIMARY, MANAGEMENT) if is_through_a_role else (PRIMARY,):
            bootstrap(emulator, account_id)
            stack_name = f"S{account_id}us-east-1"
            assert deploy_from(emulator, assembly, stack_name, account_id=account_id) == "CREATE_COMPLETE"
        yield DeployedSync(emulator=emulator, example=example, primary=primary)
