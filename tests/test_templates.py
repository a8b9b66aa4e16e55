"""The plain template equals what CDK makes of SecondaryAccountRole, and starts without CDK and Node."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any

import pytest
from aws_cdk import App, Aws, CfnOutput, CfnParameter, Duration, Fn, LegacyStackSynthesizer, Stack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devops_agent_constructs import (
    AccessLimits,
    AgentSpaceArn,
    AthenaQueries,
    Capability,
    CustomStatement,
    DynamoDBItems,
    Generation,
    GluePartitions,
    KmsDecrypt,
    LogRecords,
    OnboardingInputError,
    ResourceExplorerSetup,
    S3Objects,
    SecondaryAccountRole,
    SsmParameters,
    SupportCommunications,
)
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, decide
from devops_agent_constructs.policy_evaluation.principals import ServiceCaller
from devops_agent_constructs.templates import quick_create_url, secondary_account_template, template_body
from tests.conftest import AGENT_ROLE_ARN, SPACE, SPACE_ARN, lint_findings

CAPABILITIES: list[Capability] = [
    ResourceExplorerSetup(enabled=False),
    AthenaQueries(workgroups=["primary"]),
    DynamoDBItems(tables=["orders", "arn:aws:dynamodb:us-east-1:222222222222:table/items"]),
    GluePartitions(tables=["db/table"]),
    KmsDecrypt(keys=["arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]),
    LogRecords(log_groups=["/orders"]),
    S3Objects(buckets=["orders-logs", "billing-logs"]),
    SsmParameters(parameters=["/orders/limit"]),
    SupportCommunications(),
    CustomStatement(
        sid="Own", actions=["s3:Get*"], resources=["*"], conditions={"StringEquals": {"aws:RequestedRegion": ["x"]}}
    ),
]
WHOLE: dict[str, Any] = {
    "role_name": "Agent",
    "path": "/operations/",
    "description": "For the agent",
    "managed_policies": ["Own", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "permissions_boundary": "WorkloadBoundary",
    "max_session_seconds": 7200,
    "access_limits": AccessLimits(
        restrict_to_regions=["eu-west-1"],
        deny_actions=["iam:Get*"],
        allowed_services=["athena", "dynamodb", "glue", "kms", "logs", "s3", "ssm", "support"],
    ),
}


def of_cdk(generation: Generation, *, max_session_seconds: int | None = None, **arguments: Any) -> dict[str, Any]:
    """Return what CDK synthesizes for SecondaryAccountRole in a stack with the same parameters."""
    plain = secondary_account_template(generation=generation)
    app = App(analytics_reporting=False)
    stack = Stack(app, "Stack", synthesizer=LegacyStackSynthesizer(), description=plain["Description"])
    values = {
        name: CfnParameter(
            stack,
            name,
            description=parameter["Description"],
            allowed_pattern=parameter["AllowedPattern"],
            constraint_description=parameter["ConstraintDescription"],
        ).value_as_string
        for name, parameter in plain["Parameters"].items()
    }
    arn = values["AgentSpaceArn"]
    role = SecondaryAccountRole(
        stack,
        "Role",
        agent_space=AgentSpaceArn(
            arn=arn,
            partition=Aws.PARTITION,
            region=Fn.select(3, Fn.split(":", arn)),
            account_id=values.get("PrimaryAccountId", arn),
            agent_space_id=Fn.select(5, Fn.split(":", arn)),
        ),
        generation=generation,
        agent_role_arn=values.get("AgentRoleArn"),
        max_session=None if max_session_seconds is None else Duration.seconds(max_session_seconds),
        **arguments,
    )
    CfnOutput(stack, "RoleArn", value=role.role_arn, description="For the association")
    CfnOutput(stack, "RoleName", value=role.role_name)
    template: dict[str, Any] = app.synth().get_stack_by_name("Stack").template
    return template


@pytest.mark.parametrize("generation", Generation)
@pytest.mark.parametrize(
    "arguments", [{}, {"capabilities": CAPABILITIES}, WHOLE], ids=["plain", "capabilities", "whole"]
)
def test_equals_what_cdk_makes(generation: Generation, arguments: dict[str, Any]) -> None:
    """The whole template, logical ids included."""
    assert secondary_account_template(generation=generation, **arguments) == of_cdk(generation, **arguments)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    generation=st.sampled_from(Generation),
    capabilities=st.lists(st.sampled_from(CAPABILITIES), unique_by=repr, max_size=4),
    arguments=st.lists(st.sampled_from(sorted(WHOLE)), unique=True).map(lambda names: {n: WHOLE[n] for n in names}),
)
def test_equals_for_any_settings(
    generation: Generation, capabilities: list[Capability], arguments: dict[str, Any]
) -> None:
    """In any combination and order."""
    arguments["capabilities"] = capabilities
    assert secondary_account_template(generation=generation, **arguments) == of_cdk(generation, **arguments)


@pytest.mark.parametrize("generation", Generation)
def test_cfn_lint(generation: Generation) -> None:
    """No finding, no parameter without use."""
    assert lint_findings(secondary_account_template(generation=generation, capabilities=CAPABILITIES, **WHOLE)) == []


def test_defaults_come_from_the_agent_space() -> None:
    """So that nobody types them in."""
    template = secondary_account_template(
        agent_space=SPACE, generation=Generation.TRANSITION, agent_role_arn=AGENT_ROLE_ARN
    )
    assert {name: parameter["Default"] for name, parameter in template["Parameters"].items()} == {
        "AgentSpaceArn": SPACE_ARN,
        "PrimaryAccountId": "111111111111",
        "AgentRoleArn": AGENT_ROLE_ARN,
    }


def test_any_in_account_is_asked_for_by_name() -> None:
    """The parameter takes the wildcard only then, and the external id is compared as a pattern."""
    exact = secondary_account_template()["Parameters"]["AgentSpaceArn"]["AllowedPattern"]
    space = AgentSpaceArn.any_in_account("111111111111", region="us-east-1")
    template = secondary_account_template(agent_space=space, generation=Generation.PREVIEW)
    assert template["Parameters"]["AgentSpaceArn"]["AllowedPattern"].endswith(r"agentspace/\*")
    assert exact.endswith("agentspace/[A-Za-z0-9-]{1,64}")
    [statement] = role_of(template)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringLike": {"sts:ExternalId": {"Ref": "AgentSpaceArn"}}}


def role_of(template: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of the only role."""
    [role] = template["Resources"].values()
    properties: dict[str, Any] = role["Properties"]
    return properties


@pytest.mark.parametrize(
    ("arn", "account_id", "admitted"),
    [
        (SPACE_ARN, "111111111111", True),
        (SPACE_ARN.replace("8f6187a7", "00000000"), "111111111111", False),
        (SPACE_ARN.replace("us-east-1", "eu-west-1"), "111111111111", False),
        (SPACE_ARN, "999999999999", False),
    ],
)
def test_one_caller_gets_in(arn: str, account_id: str, admitted: bool) -> None:
    """With the parameters filled in, this Agent Space of this account and nobody else."""
    text = json.dumps(role_of(secondary_account_template())["AssumeRolePolicyDocument"])
    text = text.replace('{"Ref": "AgentSpaceArn"}', f'"{SPACE_ARN}"')
    text = text.replace('{"Ref": "PrimaryAccountId"}', '"111111111111"')
    context = {"aws:SourceArn": arn, "aws:SourceAccount": account_id}
    request = AssumeRoleRequest(caller=ServiceCaller(service="aidevops.amazonaws.com"), context=context)
    assert decide(json.loads(text), request).is_allowed is admitted


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"role_name": "Dev Ops"}, "role_name"),
        ({"path": "operations"}, "path"),
        ({"description": "→"}, "description"),
        ({"max_session_seconds": 60}, "max_session_seconds"),
        ({"managed_policies": ["arn:aws:iam::222222222222:policy/Own"]}, "managed_policies[0]"),
        ({"permissions_boundary": "arn:aws:iam::222222222222:policy/Own"}, "permissions_boundary"),
        ({"agent_space": SPACE, "agent_role_arn": "arn:aws:iam::222222222222:role/Agent"}, "agent_role_arn"),
    ],
)
def test_refused(arguments: dict[str, Any], field: str) -> None:
    """As SecondaryAccountRole does; and a policy of one account, as the template is for many."""
    with pytest.raises(OnboardingInputError) as caught:
        secondary_account_template(**arguments)
    assert caught.value.field == field


def test_small() -> None:
    """One capability stays far below 4 KB."""
    body = template_body(
        secondary_account_template(agent_space=SPACE, capabilities=[S3Objects(buckets=["orders-logs"])])
    )
    assert len(body.encode()) < 2_300


def test_no_macros_no_nested_stacks() -> None:
    """StackSets refuse both."""
    template = secondary_account_template(generation=Generation.TRANSITION, capabilities=CAPABILITIES)
    assert set(template) == {"Description", "Parameters", "Resources", "Outputs"}
    assert [resource["Type"] for resource in template["Resources"].values()] == ["AWS::IAM::Role"]


def test_longest_body() -> None:
    """51,200 bytes as UTF-8 are accepted, one more is not; a token counts as 512."""
    overhead = len('{"Description":""}')
    longest = "é" + "x" * (51_200 - overhead - 2)
    assert len(template_body({"Description": longest}).encode()) == 51_200
    for too_long in (longest + "x", "${Token[TOKEN.1]}" * 100):
        with pytest.raises(OnboardingInputError, match="CloudFormation admits 51,200"):
            template_body({"Description": too_long})


def test_starts_without_cdk() -> None:
    """Under 0.3 s of a processor with the interpreter; the best of five, as the machine may be busy."""
    code = (
        "import sys; from devops_agent_constructs.templates import secondary_account_template;"
        "secondary_account_template(); sys.exit(any(name in sys.modules for name in ('aws_cdk', 'jsii', 'constructs')))"
    )
    assert any(seconds_of(code) < 0.3 for _ in range(5))


def seconds_of(code: str) -> float:
    """Run Python code in a process of its own; return how much of a processor's time it takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


URL = "https://templates.s3.eu-west-1.amazonaws.com/devops-agent.json"


def test_quick_create_url() -> None:
    """The console's page with everything filled in."""
    assert quick_create_url(URL, agent_space=SPACE) == (
        "https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/create/review"
        "?templateURL=https%3A%2F%2Ftemplates.s3.eu-west-1.amazonaws.com%2Fdevops-agent.json"
        "&stackName=DevOpsAgentSecondary"
        "&param_AgentSpaceArn=arn%3Aaws%3Aaidevops%3Aus-east-1%3A111111111111%3Aagentspace%2F"
        "8f6187a7-0388-4926-8217-3a0fe32f757c&param_PrimaryAccountId=111111111111"
    )


def test_quick_create_url_of_the_preview() -> None:
    """In another Region, with the agent role."""
    url = quick_create_url(
        URL, agent_space=SPACE, region="eu-west-1", stack_name="Agent", agent_role_arn=AGENT_ROLE_ARN
    )
    assert url.startswith("https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1#/stacks/")
    assert "&stackName=Agent&" in url
    assert url.endswith("&param_AgentRoleArn=arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2FDevOpsAgentRole-AgentSpace")


@pytest.mark.parametrize(
    ("url", "arguments", "field"),
    [
        ("http://templates.s3.amazonaws.com/x.json", {}, "template_url"),
        ("https://example.com/x.json", {}, "template_url"),
        ("https://s3.amazonaws.com.example.com/x.json", {}, "template_url"),
        ("https://my templates.s3.amazonaws.com/x.json", {}, "template_url"),
        (f"{URL}#top", {}, "template_url"),
        (f"{URL} ", {}, "template_url"),
        ("https://user@templates.s3.amazonaws.com/x.json", {}, "template_url"),
        ("https://[s3.amazonaws.com/x.json", {}, "template_url"),
        ("https://templates.s3.amazonaws.com", {}, "template_url"),
        (URL, {"stack_name": "1"}, "stack_name"),
        (URL, {"stack_name": "Agent\n"}, "stack_name"),
        (URL, {"region": "Ireland"}, "region"),
        (URL, {"agent_role_arn": "arn:aws:iam::222222222222:role/Agent"}, "agent_role_arn"),
    ],
)
def test_quick_create_url_refuses(url: str, arguments: dict[str, Any], field: str) -> None:
    """What the console could not open, or what would not work afterwards."""
    with pytest.raises(OnboardingInputError) as caught:
        quick_create_url(url, agent_space=SPACE, **arguments)
    assert caught.value.field == field
