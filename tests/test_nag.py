"""What cdk-nag finds in a role is acknowledged, however the ARNs in it are given."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from aws_cdk import (
    Acknowledgment,
    App,
    Aws,
    CfnDynamicReference,
    CfnDynamicReferenceService,
    CfnMapping,
    CfnParameter,
    Environment,
    Fn,
    NestedStack,
    PhysicalName,
    Stack,
    Stage,
    Validations,
)
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from cdk_nag import AwsSolutionsChecks
from constructs import Construct

from devops_agent_constructs import CustomStatement, S3Objects, SecondaryAccountRole
from devops_agent_constructs.nag import acknowledge_findings
from tests.conftest import SPACE


def bucket(scope: Construct, *, name: str | None = None) -> str:
    """Return the ARN of a bucket of the app."""
    return s3.Bucket(scope, "Logs", bucket_name=name).bucket_arn


def elsewhere(stack: Stack, region: str = "us-east-1") -> Stack:
    """Return another stack beside a stack."""
    env = Environment(account="222222222222", region=region)
    # The app or the stage around it.
    scope = Stage.of(stack) or stack.node.root
    return Stack(cast("Construct", scope), "Other", env=env, cross_region_references=True)


def parameter(stack: Stack) -> str:
    """Return the value of a parameter."""
    return CfnParameter(stack, "Bucket").value_as_string


def mapped(stack: Stack) -> str:
    """Return a name from a mapping."""
    names = CfnMapping(stack, "Names", mapping={"us-east-1": {"logs": "orders-logs"}})
    return names.find_in_map(Aws.REGION, "logs")


WAYS: dict[str, Callable[[Stack], str]] = {
    "of the stack": bucket,
    "of another stack": lambda stack: bucket(elsewhere(stack)),
    "of another stack, by name": lambda stack: bucket(elsewhere(stack), name="orders-logs"),
    "of another Region": lambda stack: bucket(elsewhere(stack, "eu-west-1")),
    "of another Region, by name": lambda s: bucket(elsewhere(s, "eu-west-1"), name=PhysicalName.GENERATE_IF_NEEDED),
    "of a nested stack": lambda stack: bucket(NestedStack(stack, "Inner")),
    "imported": lambda stack: s3.Bucket.from_bucket_name(stack, "Logs", "orders-logs").bucket_arn,
    "an export": lambda _: Fn.import_value("Orders-Arn"),
    "a joined export": lambda _: Fn.join("", ["arn:aws:s3:::", Fn.import_value("Orders-Name")]),
    "of Systems Manager": lambda stack: ssm.StringParameter.value_for_string_parameter(stack, "/orders/logs"),
    "a parameter": parameter,
    "a join": lambda stack: Fn.join(":", ["arn", Aws.PARTITION, "s3", "", "", parameter(stack)]),
    "a substitution": lambda _: Fn.sub("arn:${AWS::Partition}:s3:::orders-${AWS::AccountId}"),
    "a substitution with values": lambda stack: Fn.sub("arn:aws:s3:::${Name}", {"Name": parameter(stack)}),
    "a selection": lambda stack: Fn.join("", ["arn:aws:s3:::", Fn.select(0, Fn.split(",", parameter(stack)))]),
    "a mapping": lambda stack: Fn.join("", ["arn:aws:s3:::", mapped(stack)]),
}


def iam_findings(app: App) -> list[str]:
    """Synthesize with cdk-nag as a plugin, and return what it finds in IAM that nobody acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with contextlib.suppress(RuntimeError):  # It says that there are findings; the report has them.
        app.synth()
    reports = json.loads((Path(app.outdir) / "validation-report.json").read_text("utf-8"))["pluginReports"]
    rules = [violation["ruleName"] for report in reports for violation in report["violations"]]
    return [rule for rule in rules if rule.startswith("AwsSolutions-IAM")]


def role_in(scope: Construct, way: Callable[[Stack], str], *, acknowledged: bool = True, nested: bool = False) -> None:
    """Define a role that reads a bucket."""
    env = Environment(account="222222222222", region="us-east-1")
    stack = Stack(scope, "Orders", env=env, cross_region_references=True)
    arn = way(stack)
    inside = NestedStack(stack, "Agent") if nested else stack
    role = SecondaryAccountRole(inside, "Role", agent_space=SPACE, capabilities=[S3Objects(buckets=[arn])])
    if acknowledged:
        acknowledge_findings(role)


@pytest.mark.parametrize("nested", [False, True], ids=["in a stack", "in a nested stack"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_to_give_an_arn(app: App, way: Callable[[Stack], str], *, nested: bool) -> None:
    """As cdk-nag runs in an app: when the references are written out."""
    role_in(app, way, nested=nested)
    assert iam_findings(app) == []


@pytest.mark.parametrize("way", ["of another stack", "an export", "a parameter"])
def test_in_a_stage(app: App, way: str) -> None:
    """A stage has a cloud assembly of its own."""
    role_in(Stage(app, "Production"), WAYS[way])
    assert iam_findings(app) == []


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_without_acknowledgement(app: App, way: Callable[[Stack], str]) -> None:
    """cdk-nag speaks up: the tests above can fail."""
    role_in(app, way, acknowledged=False)
    assert any(finding.startswith("AwsSolutions-IAM5[Resource::") for finding in iam_findings(app))


def test_a_dynamic_reference_keeps_its_finding(app: App) -> None:
    """The CDK takes no such id, not even from cdk-nag; what is around it is acknowledged."""
    role_in(app, lambda _: CfnDynamicReference(CfnDynamicReferenceService.SSM, "/orders/logs").to_string())
    found = [violation.rule_name for violation in AwsSolutionsChecks(app).validate_scope(app).violations]
    assert [rule for rule in found if "IAM" in rule] == [
        "AwsSolutions-IAM5[Resource::{{resolve:ssm:/orders/logs>>/*]",
    ]
    with pytest.raises(RuntimeError, match="Mismatched closing brace"):
        Validations.of(app).acknowledge(Acknowledgment(id=found[0], reason="r"))


def test_a_statement_of_ones_own_keeps_its_finding(app: App) -> None:
    """Nobody else can give the reason for it."""
    stack = Stack(app, "Orders", env=Environment(account="222222222222", region="us-east-1"))
    own = CustomStatement(sid="Own", actions=["s3:GetObject"], resources=[Fn.import_value("Orders-Arn") + "/*"])
    acknowledge_findings(SecondaryAccountRole(stack, "Role", agent_space=SPACE, capabilities=[own]))
    assert iam_findings(app) == ["AwsSolutions-IAM5[Resource::Orders-Arn/*]"]
