"""An Agent Space in each of the ways in which it may be given; what only deployment knows among them."""

from __future__ import annotations

import pytest
from aws_cdk import App, CfnParameter, Environment, Fn, Stack

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    CustomStatement,
    DevOpsAgentChecks,
    ElevatedActionsRole,
    Generation,
    Onboarding,
    OnboardingInputError,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
    SecondaryAccountStack,
    connect_accounts,
)
from devops_agent_constructs.agent_space_arn import AgentSpaceReference
from devops_agent_constructs.checks import check_template
from devops_agent_constructs.templates import quick_create_url
from tests.conftest import SPACE, template_of

ORDERS = SecondaryAccount(account_id="222222222222")


def stack_of(account_id: str) -> Stack:
    """Return a stack of an account."""
    return Stack(App(), "Orders", env=Environment(account=account_id, region="us-east-1"))


def trust(stack: Stack) -> list[dict[str, object]]:
    """Return the statements of the one role's trust policy."""
    [role] = [resource for resource in template_of(stack)["Resources"].values() if resource["Type"] == "AWS::IAM::Role"]
    statements: list[dict[str, object]] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return statements


def test_each_form_gives_the_same_template() -> None:
    """A parsed ARN, text, an imported space, one of them in a list; and a generation by its value."""
    imported = AgentSpace.from_agent_space_arn(App(), "Space", SPACE.arn)
    forms: list[AgentSpaceReference | list[AgentSpaceReference]] = [SPACE, SPACE.arn, imported, [imported], [SPACE.arn]]
    templates = []
    for form in forms:
        stack = stack_of("222222222222")
        SecondaryAccountRole(stack, "Role", agent_space=form, generation="ga")
        templates.append(template_of(stack))
    assert all(template == templates[0] for template in templates)


def test_connect_accounts_takes_text() -> None:
    """The shortest call of all."""
    connected = connect_accounts(App(), Onboarding(agent_space=SPACE.arn, accounts=[ORDERS], generation="ga"))
    [statement] = trust(connected.secondary["222222222222"])
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": SPACE.arn},
    }


def test_the_space_of_this_stack_is_one() -> None:
    """The construct itself, for the associations."""
    stack = stack_of("111111111111")
    space = AgentSpace(stack, "Space", name="Operations")
    access = PrimaryAccountAccess(stack, "Access", agent_space=space, accounts=[ORDERS])
    assert access.associations["222222222222"].agent_space_id == space.agent_space_id


def test_generation_by_a_value_that_is_none() -> None:
    """It names those that there are."""
    with pytest.raises(OnboardingInputError, match=r"generation='later': .*'ga', 'preview' or 'transition'"):
        Generation("later")


@pytest.mark.parametrize("kind", ["CfnParameter", "SSM", "import"])
def test_an_arn_that_only_deployment_knows(kind: str) -> None:
    """CloudFormation takes it apart; it is compared as text, so that a wildcard given then admits nobody."""
    stack = stack_of("222222222222")
    # The last but one is what `StringParameter.value_for_string_parameter` makes.
    arn = {
        "CfnParameter": CfnParameter(stack, "Given").value_as_string,
        "SSM": CfnParameter(stack, "Stored", type="AWS::SSM::Parameter::Value<String>").value_as_string,
        "import": Fn.import_value("AgentSpace"),
    }[kind]
    SecondaryAccountRole(stack, "Role", agent_space=arn)
    [statement] = trust(stack)
    reference = stack.resolve(arn)
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": {"Fn::Select": [4, {"Fn::Split": [":", reference]}]},
            "aws:SourceArn": reference,
        }
    }


def test_the_elevated_role_compares_it_as_text_too() -> None:
    """Whoever may act is admitted no more loosely than whoever may read."""
    stack = stack_of("222222222222")
    arn = CfnParameter(stack, "Given").value_as_string
    restart = CustomStatement(sid="Restart", actions=["ecs:UpdateService"], resources=["*"])
    ElevatedActionsRole(stack, "Role", agent_space=arn, statements=[restart])
    [statement] = trust(stack)
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": {"Fn::Select": [4, {"Fn::Split": [":", {"Ref": "Given"}]}]},
            "aws:SourceArn": {"Ref": "Given"},
        }
    }


def test_associations_take_the_id_out_of_it() -> None:
    """The space's id is what stands behind the slash."""
    stack = stack_of("111111111111")
    arn = CfnParameter(stack, "Given").value_as_string
    PrimaryAccountAccess(stack, "Access", agent_space=arn, accounts=[ORDERS])
    [association] = [
        resource["Properties"]
        for resource in template_of(stack)["Resources"].values()
        if resource["Type"] == "AWS::DevOpsAgent::Association"
    ]
    assert association["AgentSpaceId"] == {"Fn::Select": [1, {"Fn::Split": ["/", {"Ref": "Given"}]}]}


def test_an_arn_with_known_parts() -> None:
    """What is known of it stays; only the id is a reference."""
    stack = stack_of("222222222222")
    given = CfnParameter(stack, "Id").value_as_string
    SecondaryAccountRole(stack, "Role", agent_space=f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{given}")
    [statement] = trust(stack)
    arn = {"Fn::Join": ["", ["arn:aws:aidevops:us-east-1:111111111111:agentspace/", {"Ref": "Id"}]]}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111", "aws:SourceArn": arn},
    }


def test_the_checks_find_nothing_in_it() -> None:
    """A parameter is taken for what it is."""
    stack = stack_of("222222222222")
    SecondaryAccountRole(stack, "Role", agent_space=CfnParameter(stack, "Given").value_as_string)
    assert check_template(template_of(stack), account_id="222222222222", region="us-east-1") == ()


def test_refused_where_it_must_be_known() -> None:
    """A stack's account and Region, a link, a check, another account's template: before deployment."""
    app = App()
    primary = Stack(app, "Primary", env=Environment(account="111111111111", region="us-east-1"))
    orders = Stack(app, "Orders", env=Environment(account="222222222222", region="us-east-1"))
    arn = CfnParameter(primary, "Given").value_as_string
    before = len(app.node.children)
    for refused in (
        lambda: SecondaryAccountStack(app, "Stack", account=ORDERS, agent_space=arn),
        lambda: connect_accounts(app, Onboarding(agent_space=arn, accounts=[ORDERS])),
        lambda: quick_create_url("https://b.s3.us-east-1.amazonaws.com/t.json", agent_space=arn),
        lambda: DevOpsAgentChecks(agent_space=arn),
        lambda: check_template({"Resources": {}}, agent_space=arn),
        lambda: SecondaryAccountRole(orders, "Role", agent_space=arn),
    ):
        with pytest.raises(OnboardingInputError, match="only deployment knows this ARN, but") as caught:
            refused()
        assert caught.value.field == "agent_space"
    assert len(app.node.children) == before


def test_a_token_of_nobody() -> None:
    """Text in the form of a token, e.g. from a file that another app wrote."""
    with pytest.raises(OnboardingInputError, match="of another app"):
        AgentSpaceArn.from_arn("${Token[TOKEN.999999]}")
