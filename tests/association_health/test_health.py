"""AssociationHealth: alarms that tell of a broken connection and of its repair, and a dashboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match
from syrupy.assertion import SnapshotAssertion

from devops_agent_constructs import AgentSpaceArn, AssociationHealth, OnboardingInputError
from devops_agent_constructs.nag import acknowledge_findings
from tests.account_sync.constructs import stack_in, synced
from tests.association_health.conftest import Made
from tests.conftest import SPACE, lint_findings, nag_findings, template_of

IMPORTED_TOPIC = "arn:aws:sns:us-east-1:111111111111:operations"
FROM_ALARMS = {
    "StringEquals": {"aws:SourceAccount": "111111111111"},
    "ArnLike": {
        "aws:SourceArn": {
            "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":cloudwatch:us-east-1:111111111111:alarm:*"]]
        }
    },
}


SYNC = SimpleNamespace(agent_space_arn=SPACE, schedule=Duration.hours(1))


def properties(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """Return the properties of the resources of a type."""
    resources = template_of(stack)["Resources"].values()
    return [resource.get("Properties", {}) for resource in resources if resource["Type"] == kind]


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return metric -> properties of its alarm."""
    return {alarm["MetricName"]: alarm for alarm in properties(stack, "AWS::CloudWatch::Alarm")}


def test_an_alarm_rests_on_each_run_of_an_hour(health: Made, primary: Stack) -> None:
    """The whole alarm: at least one invalid account in each of four runs; who is told of the fault is of the repair."""
    assert list(health().alarms) == ["InvalidAccounts", "MissingAccounts", "PendingAccounts", "NoSuccessfulRun"]
    topic = [{"Ref": "HealthTopic252048D3"}]
    description = (
        "For 60 minutes AWS DevOps Agent could not assume the role of at least one connected account, not always the "
        "same. 'devops-agent-accounts verify' says which, 'doctor' why."
    )
    assert alarms(primary)["InvalidAccounts"] == {
        "AlarmDescription": description,
        "Namespace": "DevOpsAgentConstructs",
        "MetricName": "InvalidAccounts",
        "Dimensions": [{"Name": "AgentSpaceId", "Value": "8f6187a7-0388-4926-8217-3a0fe32f757c"}],
        "Statistic": "Maximum",
        "Period": 900,
        "EvaluationPeriods": 4,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "ignore",
        "AlarmActions": topic,
        "OKActions": topic,
    }


def test_accounts_that_are_not_connected_are_told_as_well(health: Made, primary: Stack) -> None:
    """As invalid ones, but for the metric and the words."""
    health()
    invalid, missing = alarms(primary)["InvalidAccounts"], alarms(primary)["MissingAccounts"]
    assert {key for key in missing if missing[key] != invalid[key]} == {"AlarmDescription", "MetricName"}


def test_accounts_that_stay_pending_are_told_after_hours(health: Made, primary: Stack) -> None:
    """As invalid ones, but later, and if each run of a period has one: right after a validation all may be pending."""
    health()
    invalid, pending = alarms(primary)["InvalidAccounts"], alarms(primary)["PendingAccounts"]
    assert {key for key in pending if pending[key] != invalid[key]} == {
        "AlarmDescription",
        "EvaluationPeriods",
        "MetricName",
        "Statistic",
    }
    assert (pending["Period"], pending["EvaluationPeriods"], pending["Statistic"]) == (900, 12, "Minimum")
    assert pending["AlarmDescription"].startswith("For 180 minutes ")


@pytest.mark.parametrize(
    ("schedule", "invalid_for", "runs"),
    [
        (Duration.minutes(1), None, 180),
        (Duration.minutes(59), None, 4),
        (Duration.hours(1), Duration.hours(5), 5),
        (Duration.hours(56), None, 2),
    ],
)
def test_time_of_pending_accounts(
    health: Made, primary: Stack, schedule: Duration, invalid_for: Duration | None, runs: int
) -> None:
    """Three hours, or as long as for invalid ones if that is longer; within what CloudWatch looks back."""
    health(schedule=schedule, invalid_for=invalid_for)
    assert alarms(primary)["PendingAccounts"]["EvaluationPeriods"] == runs


def test_silence_of_the_sync_is_an_alarm(health: Made, primary: Stack) -> None:
    """No successful run in three schedules, whether runs fail or do not take place."""
    health()
    heartbeat = alarms(primary)["SuccessfulRuns"]
    expected = {
        "Statistic": "Sum",
        "Period": 900,
        "EvaluationPeriods": 3,
        "Threshold": 1,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
    }
    assert {key: heartbeat[key] for key in expected} == expected
    assert heartbeat["AlarmActions"] == heartbeat["OKActions"] == [{"Ref": "HealthTopic252048D3"}]


@pytest.mark.parametrize(
    ("schedule", "invalid_for", "expected"),
    [
        (Duration.minutes(15), Duration.minutes(15), (900, 1)),
        (Duration.minutes(15), Duration.days(1), (900, 96)),
        (Duration.minutes(1), None, (60, 60)),
        (Duration.minutes(25), None, (1_500, 3)),
        (Duration.minutes(45), None, (2_700, 2)),
        (Duration.minutes(59), Duration.minutes(24 * 59), (3_540, 24)),
        (Duration.hours(1), None, (3_600, 2)),
        (Duration.hours(1), Duration.days(7), (3_600, 168)),
        (Duration.hours(56), None, (201_600, 2)),
    ],
)
def test_time(
    health: Made, primary: Stack, schedule: Duration, invalid_for: Duration | None, expected: tuple[int, int]
) -> None:
    """A period is a run of the sync; up to CloudWatch's own limits. Nothing given: an hour, two runs at least."""
    health(schedule=schedule, invalid_for=invalid_for)
    found = alarms(primary)
    assert {alarm["Period"] for alarm in found.values()} == {expected[0]}
    assert {found[name]["EvaluationPeriods"] for name in ("InvalidAccounts", "MissingAccounts")} == {expected[1]}


def test_a_sync_says_its_space_and_its_schedule(app: App) -> None:
    """Nothing is said twice; what it writes its metrics under is what the alarms look at."""
    stack = stack_in(app)
    sync = synced(stack, schedule=Duration.hours(1))
    AssociationHealth(stack, "Health", sync=sync)
    written = stack.resolve(sync.metric("InvalidAccounts").to_metric_config().metric_stat)
    alarm = alarms(stack)["InvalidAccounts"]
    assert (written["namespace"], written["dimensions"]) == (
        alarm["Namespace"],
        [{"name": "AgentSpaceId", "value": alarm["Dimensions"][0]["Value"]}],
    )
    assert {alarm["Period"] for alarm in alarms(stack).values()} == {3_600}


ELSEWHERE = "arn:aws:aidevops:eu-west-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
OTHER_ACCOUNT = "arn:aws:aidevops:us-east-1:222222222222:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
LONG_ID = "arn:aws:aidevops:us-east-1:111111111111:agentspace/" + "a" * 49
ANY = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")


@pytest.mark.parametrize(
    ("arguments", "field", "why"),
    [
        ({"sync": SYNC}, "agent_space", "sync says it already"),
        ({"sync": SYNC, "agent_space": None}, "schedule", "sync says it already"),
        ({"schedule": None}, "schedule", "must be known"),
        ({"agent_space": None}, "agent_space", "must be known"),
        ({"agent_space": None, "schedule": None}, "sync", "must be known"),
        ({"agent_space": ELSEWHERE}, "agent_space", "Region, eu-west-1; the stack's is us-east-1"),
        ({"agent_space": OTHER_ACCOUNT}, "agent_space", "account, 222222222222; the stack's is 111111111111"),
        ({"agent_space": ANY}, "agent_space", "stands for all of an account"),
        ({"agent_space": "space"}, "agent_space", "not the ARN of an Agent Space"),
        ({"agent_space": LONG_ID, "vended_logs": True}, "agent_space", "61 characters; CloudWatch Logs admits 60"),
        ({"schedule": Duration.seconds(30)}, "schedule", "whole minutes"),
        ({"schedule": Duration.seconds(90)}, "schedule", "whole minutes"),
        ({"schedule": Duration.minutes(0)}, "schedule", "whole minutes"),
        ({"schedule": Duration.minutes(56 * 60 + 1)}, "schedule", "looks back 10080 minutes"),
        ({"invalid_for": Duration.minutes(20)}, "invalid_for", "looked at every 15 minutes"),
        ({"invalid_for": Duration.minutes(0)}, "invalid_for", "looked at every 15 minutes"),
        ({"invalid_for": Duration.minutes(24 * 60 + 15)}, "invalid_for", "looks back 1440 minutes"),
        (
            {"schedule": Duration.hours(1), "invalid_for": Duration.hours(7 * 24 + 1)},
            "invalid_for",
            "looks back 10080 minutes",
        ),
    ],
)
def test_misuse(health: Made, primary: Stack, arguments: dict[str, Any], field: str, why: str) -> None:
    """One error that names the argument; nothing is in the tree afterwards."""
    with pytest.raises(OnboardingInputError) as caught:
        health(**arguments)
    assert caught.value.field == field
    assert why in caught.value.why
    assert primary.node.children == []


def test_a_time_that_only_deployment_knows(app: App, health: Made) -> None:
    """The alarms are made of it."""
    minutes = CfnParameter(Stack(app, "Other"), "Minutes", type="Number").value_as_number
    with pytest.raises(OnboardingInputError, match="only deployment knows it") as caught:
        health(schedule=Duration.minutes(minutes))
    assert caught.value.field == "schedule"


@pytest.mark.parametrize(("given", "fix"), [(20, 30), (50, 45), (1, 30), (1_439, 1_440)])
def test_the_fix_is_the_nearest_multiple(health: Made, given: int, fix: int) -> None:
    """What to write instead works, and takes more than one look."""
    with pytest.raises(OnboardingInputError, match=rf"='{given} minutes'.*the nearest .* is {fix} minutes"):
        health(invalid_for=Duration.minutes(given))


@pytest.mark.parametrize("given", [1_455, 100_000])
def test_the_fix_says_the_most(health: Made, given: int) -> None:
    """Also where the time is no multiple: of one that is too long, nobody is told to write another multiple."""
    with pytest.raises(OnboardingInputError, match=rf"='{given} minutes'.*write 1440 minutes, which is the most"):
        health(invalid_for=Duration.minutes(given))


def test_the_topic_takes_what_alarms_say_and_nothing_in_plain_text(health: Made, primary: Stack) -> None:
    """CloudWatch may use the key and publish for alarms of this account; nobody publishes without TLS."""
    health()
    [key] = properties(primary, "AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    assert key["KeyPolicy"]["Statement"][1] == {
        "Sid": "LetAlarmsEncrypt",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}},
    }
    assert properties(primary, "AWS::SNS::Topic") == [{"KmsMasterKeyId": {"Fn::GetAtt": ["HealthKey78CEF763", "Arn"]}}]
    [policy] = properties(primary, "AWS::SNS::TopicPolicy")
    topic = {"Ref": "HealthTopic252048D3"}
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Sid": "AllowPublishThroughSSLOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "LetAlarmsPublish",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": FROM_ALARMS,
        },
    ]


def test_a_topic_of_the_app_keeps_the_policy_of_sns(health: Made, primary: Stack) -> None:
    """It admits the account's alarms, and others that publish there: a statement of ours would replace it."""
    topic = sns.Topic(primary, "Own")
    assert health(topic=topic).topic is topic
    assert properties(primary, "AWS::SNS::TopicPolicy") == properties(primary, "AWS::KMS::Key") == []
    assert properties(primary, "AWS::SNS::Topic") == [{}]
    Annotations.from_stack(primary).has_no_warning("*", Match.any_value())


def test_a_topic_of_the_app_with_a_policy_and_a_key_admits_alarms(health: Made, primary: Stack) -> None:
    """Its policy has replaced that of SNS, and its key is nobody's whom it does not name."""
    health(topic=sns.Topic(primary, "Own", enforce_ssl=True, master_key=kms.Key(primary, "OwnKey")))
    [policy], [key] = properties(primary, "AWS::SNS::TopicPolicy"), properties(primary, "AWS::KMS::Key")
    assert [one["Sid"] for one in policy["PolicyDocument"]["Statement"]] == [
        "AllowPublishThroughSSLOnly",
        "LetAlarmsPublish",
    ]
    assert [one.get("Sid") for one in key["KeyPolicy"]["Statement"]] == [None, "LetAlarmsEncrypt"]


def test_a_policy_that_a_topic_gets_later_admits_alarms(health: Made, primary: Stack) -> None:
    """Whatever is defined first: a first statement replaces the policy of SNS, which admitted them."""
    topic = sns.Topic(primary, "Own")
    health(topic=topic)
    budgets = iam.ServicePrincipal("budgets.amazonaws.com")
    topic.add_to_resource_policy(
        iam.PolicyStatement(sid="Budgets", principals=[budgets], actions=["sns:Publish"], resources=[topic.topic_arn])
    )
    [policy] = properties(primary, "AWS::SNS::TopicPolicy")
    assert [one["Sid"] for one in policy["PolicyDocument"]["Statement"]] == ["Budgets", "LetAlarmsPublish"]


def imported_topic(stack: Stack) -> sns.ITopic:
    """Return a topic of which only the ARN is known."""
    return sns.Topic.from_topic_arn(stack, "Imported", IMPORTED_TOPIC)


def imported_key(stack: Stack) -> sns.ITopic:
    """Return a topic of the app with a key that is another's."""
    arn = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    return sns.Topic(stack, "Own", master_key=kms.Key.from_key_arn(stack, "Imported", arn))


@pytest.mark.parametrize("make", [imported_topic, imported_key])
def test_what_is_imported_is_its_owners(health: Made, primary: Stack, make: Callable[[Stack], sns.ITopic]) -> None:
    """Nothing can be added to its policy, which a warning says."""
    health(topic=make(primary))
    says = Match.string_like_regexp("kms:GenerateDataKey.*silent")
    Annotations.from_stack(primary).has_warning("/Primary/Health", says)


def aws_managed_key(stack: Stack) -> sns.ITopic:
    """Return a topic that is encrypted with the key that AWS manages."""
    return sns.Topic(stack, "Topic", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (aws_managed_key, "alias/aws/sns, which CloudWatch may not use"),
        (
            lambda stack: sns.Topic.from_topic_arn(stack, "Topic", IMPORTED_TOPIC.replace("us-east-1", "eu-west-1")),
            "a topic in eu-west-1; an alarm publishes in its own Region, us-east-1",
        ),
    ],
)
def test_a_topic_that_stays_silent(health: Made, primary: Stack, make: Callable[[Stack], sns.ITopic], why: str) -> None:
    """Alarms that cannot publish to it are no alarms."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        health(topic=make(primary))
    assert caught.value.field == "topic"
    assert primary.node.try_find_child("Health") is None


def test_the_dashboard_shows_every_metric_and_alarm(health: Made, primary: Stack) -> None:
    """Accounts by status, what is done, and the states of the alarms; under a name that CloudFormation makes."""
    health()
    [dashboard] = properties(primary, "AWS::CloudWatch::Dashboard")
    assert set(dashboard) == {"DashboardBody"}
    body = json.dumps(dashboard["DashboardBody"])
    shown = ["Valid", "Pending", "Invalid", "Missing", "Removed"]
    names = [*(f"{status}Accounts" for status in shown), "FailedActions", "SuccessfulRuns", "OldestInvalidAge"]
    assert [name for name in names if f'\\"{name}\\"' not in body.replace("\\\\", "")] == []
    assert body.count("HealthInvalidAccounts") == body.count("HealthPendingAccounts") == 1
    assert body.count("HealthNoSuccessfulRun") == 1


def test_the_dashboard_can_be_turned_off(health: Made, primary: Stack) -> None:
    """It costs money beyond the third of an account."""
    assert health(dashboard=False).dashboard is None
    assert properties(primary, "AWS::CloudWatch::Dashboard") == []


def test_template(health: Made, primary: Stack, snapshot: SnapshotAssertion) -> None:
    """The snapshot of the stack with all that there is, and cfn-lint's opinion."""
    health(vended_logs=True)
    template = template_of(primary)
    assert template == snapshot
    assert lint_findings(template) == []


def test_a_space_of_the_same_stack(app: App, snapshot: SnapshotAssertion) -> None:
    """Nothing needs to know its id before deployment."""
    from devops_agent_constructs import AgentSpace  # noqa: PLC0415

    stack = Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))
    space = AgentSpace(stack, "Space", name="Operations")
    AssociationHealth(stack, "Health", agent_space=space, schedule=Duration.minutes(15), vended_logs=True)
    template = template_of(stack)
    assert lint_findings(template) == []
    source = template["Resources"]["HealthDeliverySource1D6DAB3A"]
    assert source == snapshot


def test_cdk_nag(app: App, health: Made) -> None:
    """The one finding is in the log group, and acknowledged with its reason; topic, key and alarms have none."""
    made = health(vended_logs=True)
    assert nag_findings(app) == [
        "HIPAA.Security-CloudWatchLogGroupEncrypted",
        "NIST.800.53.R5-CloudWatchLogGroupEncrypted",
    ]
    acknowledge_findings(made)
    assert nag_findings(app) == []
