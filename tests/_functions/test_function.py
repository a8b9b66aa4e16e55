"""A Lambda function of this library: its defaults, what it may do, and where it cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, BootstraplessSynthesizer, DefaultStackSynthesizer, Duration, LegacyStackSynthesizer, Stack

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs._functions.function import PackagedFunction, check_bootstrap
from devops_agent_constructs.policies.capabilities import allow
from tests.conftest import template_of

HANDLER = "devops_agent_constructs.account_sync.handler.handle"


def made(app: App, **settings: Any) -> dict[str, list[dict[str, Any]]]:
    """Define a function; return type -> resources."""
    stack = Stack(app, "Stack")
    PackagedFunction(
        stack,
        "Function",
        handler=HANDLER,
        description="Reads",
        statements=[allow("Read", ["aidevops:GetAgentSpace"], ["arn:aws:aidevops:us-east-1:111111111111:x"])],
        timeout=Duration.minutes(1),
        **settings,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for resource in template_of(stack)["Resources"].values():
        found.setdefault(resource["Type"].rpartition(":")[2], []).append(resource)
    return found


def test_defaults(app: App) -> None:
    """Python 3.13 on arm64, a log that expires and outlives the stack, no queue, no X-Ray, no policy of AWS."""
    found = made(app)
    [function], [log], [role] = found["Function"], found["LogGroup"], found["Role"]
    properties = {**function["Properties"], "Code": None, "LoggingConfig": None, "Role": None}
    assert properties == {
        "Architectures": ["arm64"],
        "Code": None,
        "Description": "Reads",
        "Handler": HANDLER,
        "LoggingConfig": None,
        "MemorySize": 256,
        "Role": None,
        "Runtime": "python3.13",
        "Timeout": 60,
    }
    assert (log["Properties"], log["DeletionPolicy"]) == ({"RetentionInDays": 90}, "RetainExceptOnCreate")
    assert "ManagedPolicyArns" not in role["Properties"]
    assert "Queue" not in found


def test_may_do_what_is_given_and_write_its_log(app: App) -> None:
    """And no more."""
    [policy] = made(app)["Policy"]
    actions = [statement["Action"] for statement in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert actions == ["aidevops:GetAgentSpace", ["logs:CreateLogStream", "logs:PutLogEvents"]]


def test_asynchronous(app: App) -> None:
    """What failed is kept in an encrypted queue, which takes no message over plain HTTP."""
    found = made(app, is_asynchronous=True, reserved_concurrent_executions=1)
    [queue], [function], [policy] = found["Queue"], found["Function"], found["Policy"]
    assert queue["Properties"] == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    [only] = found["QueuePolicy"][0]["Properties"]["PolicyDocument"]["Statement"]
    assert (only["Effect"], only["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert function["Properties"]["ReservedConcurrentExecutions"] == 1
    assert "DeadLetterConfig" in function["Properties"]
    assert policy["Properties"]["PolicyDocument"]["Statement"][-1]["Action"] == "sqs:SendMessage"


def test_code_is_the_same_in_two_apps() -> None:
    """Its hash is its key in the bucket: a synthesis alone updates nothing."""
    keys = {str(made(App(analytics_reporting=False))["Function"][0]["Properties"]["Code"]) for _ in range(2)}
    assert len(keys) == 1


@pytest.mark.parametrize("synthesizer", [LegacyStackSynthesizer, BootstraplessSynthesizer])
def test_without_bootstrap(app: App, synthesizer: Any) -> None:
    """One error that says why and what to do."""
    with pytest.raises(OnboardingInputError, match=r"Stack deploys without `cdk bootstrap`.*DefaultStackSynthesizer"):
        check_bootstrap(Stack(app, "Stack", synthesizer=synthesizer()))


def test_with_bootstrap(app: App) -> None:
    """The CDK's default, and a qualifier of one's own."""
    check_bootstrap(Stack(app, "Default"))
    check_bootstrap(Stack(app, "Own", synthesizer=DefaultStackSynthesizer(qualifier="team")))
