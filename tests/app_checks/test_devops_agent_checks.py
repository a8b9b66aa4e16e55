"""The validation plugin in real apps: what stops the synthesis, what is printed, what is acknowledged."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    Acknowledgment,
    App,
    Environment,
    LegacyStackSynthesizer,
    NestedStack,
    Stack,
    Stage,
    Validations,
)
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from devops_agent_constructs import AgentSpaceArn, DevOpsAgentChecks, Generation
from devops_agent_constructs.checks import RULES
from tests.checks.our_templates import SPACE, agent_space_app, app_of
from tests.emulator.cdk import settings

ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111111111111"}}
ARN = {"ArnLike": {"aws:SourceArn": SPACE.arn}}
OWN_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "222222222222"}} | ARN


@pytest.fixture
def checked() -> App:
    """Return an app with the plugin."""
    app = App(analytics_reporting=False)
    Validations.of(app).add_plugins(DevOpsAgentChecks())
    return app


def stack(app: Construct, name: str = "Secondary") -> Stack:
    """Return a stack of account 222222222222."""
    env = Environment(account="222222222222", region="us-east-1")
    return Stack(app, name, env=env, synthesizer=LegacyStackSynthesizer())


def role(scope: Construct, conditions: dict[str, Any], policy: str = "AIDevOpsAgentAccessPolicy") -> iam.Role:
    """Write a role by hand."""
    return iam.Role(
        scope,
        "AgentRole",
        assumed_by=iam.ServicePrincipal("aidevops.amazonaws.com", conditions=conditions),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
    )


def report(app: App) -> list[dict[str, Any]]:
    """Return what the CDK's report says of this plugin."""
    found = json.loads((Path(app.outdir) / "validation-report.json").read_text("utf-8"))["pluginReports"]
    return [report for report in found if report["pluginName"] == "devops-agent-constructs"]


def acknowledge(scope: IConstruct, rule_id: str) -> None:
    """Acknowledge a rule as the CDK's own report says."""
    Validations.of(scope).acknowledge(Acknowledgment(id=rule_id, reason="meant so"))


def test_a_bad_role_stops_the_synthesis(checked: App) -> None:
    """The error says what is wrong, where, what to write instead, and how to acknowledge it."""
    role(stack(checked), OWN_ACCOUNT)
    with pytest.raises(RuntimeError) as caught:
        checked.synth()
    for part in (
        "aws:SourceAccount is the role's own account, 222222222222; the Agent Space is of account 111111111111",
        "Secondary/AgentRole/Resource",
        "Suggested fix: write the account of the Agent Space, which is the fifth field of its ARN",
        "Acknowledge with 'devops-agent-constructs::wrongSourceAccount'",
    ):
        assert part in str(caught.value)


def test_a_good_role_passes(checked: App) -> None:
    """Nothing is said."""
    role(stack(checked), ACCOUNT | ARN)
    checked.synth()
    assert report(checked) == []


def test_a_warning_does_not_stop_the_synthesis(checked: App, capfd: pytest.CaptureFixture[str]) -> None:
    """It is printed."""
    role(stack(checked), ACCOUNT | ARN, "AIOpsAssistantPolicy")
    checked.synth()
    printed = ""
    # Node's words come through a thread of jsii, which may be late.
    for _ in range(200):
        printed += capfd.readouterr().err
        if "WARNING the role has AIOpsAssistantPolicy" in printed:
            return
        time.sleep(0.05)
    pytest.fail(f"not printed: {printed}")


def test_report(checked: App) -> None:
    """The JSON report has construct, resource, path, severity and why."""
    role(stack(checked), ACCOUNT | ARN, "AIOpsAssistantPolicy")
    checked.synth()
    [violation] = report(checked)
    [violation] = violation["violations"]
    [construct] = violation["violatingConstructs"]
    assert violation["ruleName"] == "previewSetup"
    assert violation["severity"] == "warning"
    assert violation["ruleMetadata"]["why"].startswith("the policy belongs to CloudWatch investigations")
    assert construct["constructPath"] == "Secondary/AgentRole/Resource"
    assert construct["cloudFormationResource"]["templatePath"] == "Secondary.template.json"
    assert construct["cloudFormationResource"]["propertyPaths"] == ["Properties"]


@pytest.mark.parametrize("at", ["role", "stack", "app"])
def test_an_acknowledged_finding_is_gone(checked: App, at: str) -> None:
    """At the role or above; the other findings of the role stay, and the report keeps the reason."""
    scope = stack(checked)
    made = role(scope, OWN_ACCOUNT, "AIOpsAssistantPolicy")
    acknowledge({"role": made, "stack": scope, "app": checked}[at], "devops-agent-constructs::wrongSourceAccount")
    checked.synth()
    [violation] = report(checked)
    assert [violation["ruleName"] for violation in violation["violations"]] == ["previewSetup"]
    [suppressed] = violation["suppressedViolations"]
    assert (suppressed["ruleName"], suppressed["reason"]) == ("wrongSourceAccount", "meant so")


@pytest.mark.parametrize(
    "rule_id",
    [
        "wrongSourceAccount",
        "devops-agent-constructs::missingSourceArn",
        "devops-agent-constructs:wrongSourceAccount",
    ],
    ids=["without the plugin's name", "another rule", "one colon"],
)
def test_a_wrong_id_acknowledges_nothing(checked: App, rule_id: str) -> None:
    """The finding stays, and the synthesis stops."""
    acknowledge(role(stack(checked), OWN_ACCOUNT), rule_id)
    with pytest.raises(RuntimeError, match="aws:SourceAccount is the role's own account"):
        checked.synth()


def test_another_roles_finding_stays(checked: App) -> None:
    """An acknowledgement is for the construct that it is made at."""
    acknowledge(role(stack(checked), OWN_ACCOUNT), "devops-agent-constructs::wrongSourceAccount")
    role(stack(checked, "Other"), OWN_ACCOUNT)
    with pytest.raises(RuntimeError, match="Other/AgentRole"):
        checked.synth()


def test_stages_and_nested_stacks(checked: App) -> None:
    """Their templates are read too, with the account of their stack."""
    env = Environment(account="222222222222", region="us-east-1")
    # Nested templates are assets, for which the account must be bootstrapped.
    outer = Stack(Stage(checked, "Production"), "Secondary", env=env)
    role(
        NestedStack(NestedStack(outer, "Middle"), "Nested"),
        OWN_ACCOUNT,
    )
    with pytest.raises(RuntimeError) as caught:
        checked.synth()
    assert "Production/Secondary/Middle/Nested/AgentRole/Resource" in str(caught.value)
    assert "aws:SourceAccount is the role's own account, 222222222222" in str(caught.value)


def test_what_cannot_be_read_of_an_unrelated_role(checked: App) -> None:
    """It is CloudFormation's to refuse; the synthesis does not end."""
    scope = stack(checked)
    role(scope, ACCOUNT | ARN)
    other = iam.CfnRole(scope, "Other", assume_role_policy_document={"Statement": []})
    other.add_property_override("RoleName", {"Fn::Select": [0, {"Fn::Split": ["", "a"]}]})
    other.add_property_override("Path", {"Fn::Join": ["", {"Fn::GetAtt": ["Other", "Arn"]}]})
    checked.synth()
    assert report(checked) == []


def test_an_empty_stack(checked: App) -> None:
    """Its template has no resources at all."""
    stack(checked)
    checked.synth()
    assert report(checked) == []


def test_the_agent_space_may_be_given() -> None:
    """Then every role of the app must let it in."""
    app = App(analytics_reporting=False)
    other = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:111111111111:agentspace/other")
    Validations.of(app).add_plugins(DevOpsAgentChecks(agent_space=other))
    role(stack(app), ACCOUNT | ARN)
    with pytest.raises(RuntimeError, match="agentspace/other does not get in"):
        app.synth()


def test_our_own_output_passes() -> None:
    """Each construct of today's set-up: no finding."""
    for app in (app_of(), agent_space_app()):
        Validations.of(app).add_plugins(DevOpsAgentChecks())
        app.synth()
        assert report(app) == []


def test_our_own_output_that_is_weaker_by_name() -> None:
    """What was asked for by name is a warning: any Agent Space, and the set-up of before."""
    any_space = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
    for app, rule_id in ((app_of(space=any_space), "anyAgentSpace"), (app_of(Generation.PREVIEW), "previewSetup")):
        Validations.of(app).add_plugins(DevOpsAgentChecks())
        app.synth()
        [violation] = report(app)
        assert {violation["ruleName"] for violation in violation["violations"]} == {rule_id}


def test_rule_ids() -> None:
    """The CDK learns all rules and the version."""
    plugin = DevOpsAgentChecks()
    assert plugin.rule_ids == [rule.id for rule in RULES]
    assert plugin.version == "0.1.0"


FOUND = "no condition requires aws:SourceAccount"
BAD_APP = """
from aws_cdk import App, LegacyStackSynthesizer, Environment, Stack, Validations
from aws_cdk import aws_iam as iam
from devops_agent_constructs import DevOpsAgentChecks

app = App()
Validations.of(app).add_plugins(DevOpsAgentChecks())
env = Environment(account="222222222222", region="us-east-1")
stack = Stack(app, "Secondary", env=env, synthesizer=LegacyStackSynthesizer())
iam.Role(stack, "AgentRole", assumed_by=iam.ServicePrincipal("aidevops.amazonaws.com"))
app.synth()
"""


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    "command",
    [[sys.executable, "app.py"], ["cdk", "synth", "--no-notices"]],
    ids=["python", "cdk"],
)
def test_as_users_run_it(tmp_path: Path, command: list[str]) -> None:
    """`python app.py` and the CDK CLI end with an error and the finding."""
    (tmp_path / "app.py").write_text(BAD_APP, encoding="utf-8")
    exit_code, said = run(tmp_path, f"{sys.executable} app.py", command)
    assert exit_code != 0
    assert FOUND in said


def run(folder: Path, app: str, command: list[str]) -> tuple[int, str]:
    """Run a command where the CDK CLI finds an app; return its exit code and what it printed."""
    (folder / "cdk.json").write_text(json.dumps({"app": app}), encoding="utf-8")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    # Nothing answers there, should the CLI come as far as AWS.
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}
    nobody = {"AWS_ENDPOINT_URL": "http://localhost:9", **credentials}
    result = subprocess.run(
        command,
        cwd=folder,
        env={**outside, **settings(), **nobody},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return result.returncode, result.stderr + result.stdout


@pytest.fixture(scope="module")
def in_a_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the assembly that the CDK CLI makes of the app with its stack in a stage, where nobody selects it."""
    folder = tmp_path_factory.mktemp("stage")
    app = BAD_APP.replace("stack = Stack(app,", 'stack = Stack(Stage(app, "Test"),').replace("Stack,", "Stack, Stage,")
    (folder / "app.py").write_text(app, encoding="utf-8")
    exit_code, said = run(folder, f"{sys.executable} app.py", ["cdk", "synth", "--quiet", "--no-notices"])
    assert (exit_code, FOUND in said) == (0, False)
    return folder / "cdk.out"


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["synth", "--quiet"], None),
        (["synth", "--quiet", "**"], FOUND),
        (["deploy", "Test/Secondary", "--require-approval=never"], FOUND),
        (["deploy", "--all", "--require-approval=never"], "No stack found in the main cloud assembly"),
    ],
)
def test_in_a_stage(tmp_path: Path, in_a_stage: Path, arguments: list[str], says: str | None) -> None:
    """The CLI looks at the stacks that are selected, as docs/checks.md says."""
    exit_code, said = run(tmp_path, str(in_a_stage), ["cdk", *arguments, "--no-notices"])
    assert exit_code == (0 if says is None else 1)
    assert FOUND in said if says == FOUND else FOUND not in said
    assert says is None or says in said
