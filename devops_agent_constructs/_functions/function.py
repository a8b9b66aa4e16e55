"""Defines a Lambda function of this library, with what belongs to it: its role, its log, its dead-letter queue."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from devops_agent_constructs._constructs.stacks import is_without_bootstrap
from devops_agent_constructs._functions.package import package
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.document import Statement

_KEPT_MESSAGES = Duration.days(14)
# What fails is not tried again: the next event, or the schedule, does the same. What waits for its turn is let go then.
_OLDEST_EVENT = Duration.hours(1)


class PackagedFunction(Construct):
    """A Lambda function whose code is this library's.

    Its runtime is Python 3.13 on arm64. It may do what the given statements say, write its own log and, if it is
    invoked asynchronously, send what failed to its own queue; it has none of AWS's managed policies, and no X-Ray. The
    log group outlives the stack until its entries expire, so that what the function did can be looked up.

    Attributes:
        function: The function.
        role: Its role.
        log_group: Its log group, whose name CloudFormation makes.
        dead_letter_queue: Where the events end that it failed on; None unless it is asynchronous.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        handler: str,
        description: str,
        statements: Sequence[Statement],
        timeout: Duration,
        files: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        memory_mib: int = 256,
        name: str | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        reserved_concurrent_executions: int | None = None,
        is_asynchronous: bool = False,
    ) -> None:
        """Define the function.

        Args:
            scope: Something inside a stack that `check_bootstrap` admits.
            construct_id: Part of every logical id.
            handler: Module and function, like `devops_agent_constructs.account_sync.handler.handle`.
            description: At most 256 characters.
            statements: All that it may do, beside its log and its queue.
            timeout: At most 15 minutes.
            files: Name -> text of what lies beside the code.
            environment: Variables, whose values may be known by deployment alone.
            memory_mib: In MiB.
            name: Of the function and its role. None: CloudFormation makes them.
            log_retention: How long entries of the log are kept.
            reserved_concurrent_executions: How many may run at once. None: as many as the account admits.
            is_asynchronous: Whether events and schedules invoke it, so that what failed is kept in a queue, for 14
                days.

        See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
        """
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(
            self, "Log", retention=log_retention, removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        )
        self.dead_letter_queue: sqs.Queue | None = None
        if is_asynchronous:
            self.dead_letter_queue = sqs.Queue(
                self,
                "DeadLetters",
                encryption=sqs.QueueEncryption.SQS_MANAGED,
                enforce_ssl=True,
                retention_period=_KEPT_MESSAGES,
            )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            role_name=name,
            description=description,
        )
        for statement in statements:
            self.role.add_to_policy(iam.PolicyStatement.from_json(statement))
        self.log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Resource",
            code=lambda_.Code.from_asset(_written(package(handler.rpartition(".")[0], files))),
            function_name=name,
            handler=handler,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            role=self.role,
            description=description,
            timeout=timeout,
            memory_size=memory_mib,
            environment=None if environment is None else dict(environment),
            log_group=self.log_group,
            reserved_concurrent_executions=reserved_concurrent_executions,
            dead_letter_queue=self.dead_letter_queue,
            tracing=lambda_.Tracing.DISABLED,
            retry_attempts=0 if is_asynchronous else None,
            max_event_age=_OLDEST_EVENT if is_asynchronous else None,
        )

        # The CDK says that the function depends on its role, which the function names anyway: cfn-lint's W3005.
        cast("CfnResource", self.function.node.default_child).add_metadata(
            "cfn-lint", {"config": {"ignore_checks": ["W3005"]}}
        )


def check_bootstrap(stack: Stack) -> None:
    """Check that a stack can have a Lambda function: that `cdk bootstrap` made a place for its code."""
    if not is_without_bootstrap(stack):
        return
    why = (
        f"the stack {stack.stack_name} deploys without `cdk bootstrap`, but the code of its Lambda function has to be "
        "in the bucket that the bootstrap makes"
    )
    fix = (
        "run `cdk bootstrap` in the stack's account and Region, and give the stack a DefaultStackSynthesizer "
        "(connect_accounts: bootstrap_qualifier='hnb659fds'); or define this in another stack, such as a plain Stack"
    )
    raise OnboardingInputError("scope", stack.node.path, why=why, fix=fix)


def _written(code: bytes) -> str:
    """Return the path of a file with the code; the CDK copies it at once."""
    path = _folder() / f"{hashlib.sha256(code).hexdigest()[:16]}.zip"
    if not path.exists():
        path.write_bytes(code)
    return str(path)


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="devops-agent-constructs-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
