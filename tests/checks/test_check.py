"""What is looked at, what is not, and what a finding says."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from devops_agent_constructs import AgentSpaceArn, OnboardingInputError
from devops_agent_constructs.checks import (
    Finding,
    Place,
    Purpose,
    Severity,
    Template,
    check_role,
    check_template,
    check_templates,
)
from tests.checks.build import (
    ELEVATED_ACTIONS,
    GUARD,
    ROLE_ARN,
    SPACE_ARN,
    SPACE_ID,
    allow,
    association,
    grant,
    inline,
    policy,
    primary,
    role,
    secondary,
    stack_of,
)

NO_ACCOUNT = allow({"ArnLike": {"aws:SourceArn": SPACE_ARN}})


def ids(findings: tuple[Finding, ...]) -> set[str]:
    """Return the rules."""
    return {finding.rule_id for finding in findings}


def test_a_finding() -> None:
    """Rule, severity, the path below the resource, what is wrong, what to write instead."""
    assert check_template(secondary(NO_ACCOUNT).body, name="Orders", account_id="222222222222") == (
        Finding(
            rule_id="missingSourceAccount",
            severity=Severity.WARNING,
            place=Place(template="Orders", logical_id="Role", where="Properties.AssumeRolePolicyDocument.Statement.0"),
            message="no condition requires aws:SourceAccount; others keep strangers out",
            fix="add 'StringEquals': {'aws:SourceAccount': '<account of the Agent Space>'}",
        ),
    )


def test_who_else_gets_in_is_said_in_plain_words() -> None:
    """Each kind of caller once, with the account as the template has it."""
    beside = [allow({}, principal={"AWS": {"Ref": "Vendor"}}), allow({}, principal={"Service": "lambda.amazonaws.com"})]
    found = check_template(secondary(allow(), *beside).body, account_id="222222222222")
    assert [(finding.place.where[-1], finding.severity, finding.message) for finding in found] == [
        ("1", Severity.WARNING, "others get in too: <Vendor>"),
        ("2", Severity.ERROR, "others get in too: service lambda.amazonaws.com"),
    ]


@pytest.mark.parametrize(
    "resource",
    [
        role(allow({}, principal={"AWS": "*"}), managed="ReadOnlyAccess"),
        role(allow({}, principal={"Service": "devops-guru.amazonaws.com"}), managed="AdministratorAccess"),
        role(allow({}, principal={"AWS": "222222222222"}), managed="ReadOnlyAccess", Policies=inline(grant("*", "*"))),
        {"Type": "AWS::SQS::Queue", "Properties": {"Policy": policy(allow({}, principal={"AWS": "*"}))}},
    ],
)
def test_others_roles_are_not_looked_at(resource: object) -> None:
    """However they are written."""
    assert check_templates([stack_of("222222222222", Other=resource)]) == ()


@pytest.mark.parametrize(
    "templates",
    [
        [secondary(NO_ACCOUNT, managed="ReadOnlyAccess")],
        [secondary(allow({}, principal={"Service": "devops-agent.amazonaws.com"}), managed="ReadOnlyAccess")],
        [secondary(allow({}, principal={"AWS": "222222222222"}))],
        [secondary(allow({}, principal={"AWS": "222222222222"}), managed="ReadOnlyAccess"), primary(A=association())],
    ],
    ids=["the service", "nearly the service", "AWS's policy", "an association"],
)
def test_roles_of_devops_agent_are_looked_at(templates: list[Template]) -> None:
    """By whom they let in, by what they may do, or by who names them."""
    assert check_templates(templates)


def test_a_trust_policy_that_iam_refuses_is_looked_at() -> None:
    """Though nobody knows whom it lets in: it is about the service."""
    misspelt = {**NO_ACCOUNT, "Conditions": GUARD}
    assert ids(check_templates([secondary(misspelt, managed="ReadOnlyAccess")])) == {"malformedTrustPolicy"}


def test_what_is_known_of_a_statement_is_checked() -> None:
    """A condition that nobody can evaluate hides no other."""
    hidden = {"ArnLike": {"aws:SourceArn": SPACE_ARN}, "StringEquals": {"aws:SourceOrgID": {"Ref": "Organization"}}}
    assert ids(check_templates([secondary(allow(hidden))])) == {"missingSourceAccount", "unknownCondition"}


def test_policies_of_their_own_resources_count() -> None:
    """Attached by name, by reference or by ARN, in any order."""
    create = grant("iam:CreateServiceLinkedRole", "*")
    kinds = {
        "AWS::IAM::Policy": {"Roles": [{"Ref": "Role"}], "PolicyDocument": policy(create)},
        "AWS::IAM::RolePolicy": {"RoleName": "DevOpsAgentRole", "PolicyDocument": policy(create)},
    }
    for kind, properties in kinds.items():
        template = stack_of("222222222222", Policy={"Type": kind, "Properties": properties}, Role=role())
        assert ids(check_templates([template])) == {"serviceLinkedRoleOnStar"}, kind
    attached = role(ManagedPolicyArns=[{"Ref": "Policy"}])
    managed = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(create)}}
    assert ids(check_templates([stack_of("222222222222", Role=attached, Policy=managed)])) == {
        "serviceLinkedRoleOnStar"
    }


def test_a_policy_as_text() -> None:
    """CloudFormation takes a policy as JSON in a string."""
    good, bad = (json.dumps(policy(statement)) for statement in (allow(), NO_ACCOUNT))
    assert check_templates([secondary(AssumeRolePolicyDocument=good)]) == ()
    assert ids(check_templates([secondary(AssumeRolePolicyDocument=bad)])) == {"missingSourceAccount"}
    assert ids(check_templates([secondary(AssumeRolePolicyDocument="no JSON")])) == {"malformedTrustPolicy"}


def stack_set(inner: Mapping[str, Any], **parameters: str) -> Template:
    """Return the template of an organization's account with a StackSet that deploys `inner`."""
    pairs = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    properties = {"TemplateBody": json.dumps(inner), "Parameters": pairs}
    return stack_of("333333333333", Rollout={"Type": "AWS::CloudFormation::StackSet", "Properties": properties})


def test_what_a_stack_set_deploys() -> None:
    """Its parameters are known; the finding is at the StackSet, with the path inside its template."""
    condition = {
        "StringEquals": {"aws:SourceAccount": {"Ref": "Account"}},
        "ArnLike": {"aws:SourceArn": {"Ref": "Arn"}},
    }
    inner = secondary(allow(condition)).body
    assert check_templates([stack_set(inner, Account="111111111111", Arn=SPACE_ARN)]) == ()
    [wrong, *_] = check_templates([stack_set(inner, Account="333333333333", Arn=SPACE_ARN)])
    assert wrong.place == Place(
        template="Stack333333333333",
        logical_id="Rollout",
        where="Properties.TemplateBody.Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Condition",
    )
    assert check_templates([stack_set(inner)]) == ()


@pytest.mark.parametrize("body", ["Resources:\n  Role: {}", "https://bucket/template.json", "[]", '{"Resources": 1}'])
def test_a_stack_set_that_cannot_be_read(body: str) -> None:
    """YAML and URLs are not looked at."""
    properties = {"TemplateBody": body}
    rollout = {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}
    assert check_templates([stack_of("333333333333", Rollout=rollout)]) == ()


def test_nested_stacks() -> None:
    """They have the account of the outer one, and the parameters that it gives."""
    condition = {"StringEquals": {"aws:SourceAccount": {"Ref": "Account"}}, "ArnLike": {"aws:SourceArn": SPACE_ARN}}
    inner = replace(secondary(allow(condition)), account_id=None, region=None)
    for account, expected in (("111111111111", set()), ({"Ref": "AWS::AccountId"}, {"wrongSourceAccount"})):
        properties = {"Parameters": {"Account": account}}
        outer = stack_of("222222222222", Nested={"Type": "AWS::CloudFormation::Stack", "Properties": properties})
        found = check_templates([replace(outer, nested={"Nested": inner})])
        assert expected <= ids(found)
        assert {finding.place.template for finding in found} <= {"Secondary"}
        assert bool(found) is bool(expected)


def test_references_between_stacks() -> None:
    """What another stack of the app exports is known."""
    space = {"Type": "AWS::DevOpsAgent::AgentSpace", "Properties": {"Name": "Operations"}}
    body = {
        "Resources": {"Space": space},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Space", "Arn"]}, "Export": {"Name": "Space:Arn"}}},
    }
    exporting = Template(name="Space", body=body, account_id="111111111111", region="us-east-1")
    arn = {"Fn::ImportValue": "Space:Arn"}
    for account_id, expected in (("111111111111", set()), ("333333333333", {"wrongSourceAccount"})):
        condition = {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": arn}}
        importing = primary(Role=role(allow(condition)))
        assert expected <= ids(check_templates([exporting, importing]))
        assert bool(check_templates([importing, exporting])) is bool(expected)


def test_the_agent_space_may_be_given() -> None:
    """Then a role for another one is wrong, though it agrees with itself."""
    other = AgentSpaceArn.from_arn("arn:aws:aidevops:us-east-1:111111111111:agentspace/other")
    assert ids(check_templates([secondary()], agent_space=other)) == {"agentSpaceRefused", "othersAdmitted"}
    assert check_templates([secondary()], agent_space=AgentSpaceArn.from_arn(SPACE_ARN)) == ()


def test_the_given_agent_space_beside_those_of_associations() -> None:
    """A role for two Agent Spaces is meant for both, once an association of each is in the app."""
    theirs = SPACE_ARN.replace("111111111111", "333333333333")
    accounts = {"aws:SourceAccount": ["111111111111", "333333333333"]}
    both = secondary(allow({"StringEquals": accounts, "ArnLike": {"aws:SourceArn": [SPACE_ARN, theirs]}}))
    given, own = AgentSpaceArn.from_arn(SPACE_ARN), primary(Source=association())
    other = stack_of("333333333333", Source=association())
    assert check_templates([both, own, other], agent_space=given) == ()
    assert ids(check_templates([both, own], agent_space=given)) == {"othersAdmitted"}


def test_sorted_whatever_the_order() -> None:
    """By template, resource and path."""
    templates = [secondary(NO_ACCOUNT), primary(A=association(AccountId="333333333333", AccountType="monitor"))]
    found = check_templates(templates)
    assert found == check_templates(reversed(templates))
    assert [finding.place.template for finding in found] == sorted(finding.place.template for finding in found)
    assert len(found) == 3


@pytest.mark.parametrize("body", [{}, {"Resources": []}])
def test_no_template(body: dict[str, Any]) -> None:
    """What is no template is refused, not passed."""
    with pytest.raises(OnboardingInputError, match="a template has the object 'Resources'"):
        check_template(body)


def test_a_live_role() -> None:
    """As IAM's API returns it; the place is the role's ARN."""
    found = check_role(
        ROLE_ARN,
        trust_policy=policy(NO_ACCOUNT),
        managed_policy_arns=["arn:aws:iam::aws:policy/AIOpsAssistantPolicy"],
        inline_policies={"Own": policy(grant("iam:CreateServiceLinkedRole", "*"))},
    )
    assert [(finding.rule_id, finding.place.template, finding.place.where) for finding in found] == [
        ("previewSetup", ROLE_ARN, ""),
        ("missingSourceAccount", ROLE_ARN, "AssumeRolePolicyDocument.Statement.0"),
        ("serviceLinkedRoleOnStar", ROLE_ARN, "Policies.Own.PolicyDocument.Statement.0.Resource"),
    ]
    assert check_role(ROLE_ARN, trust_policy=policy(allow())) == ()


def test_a_live_role_for_directed_actions() -> None:
    """What an association says about it counts more than its name."""
    trust_policy = policy(allow(GUARD, action="sts:AssumeRole"))
    actions = "arn:aws:iam::aws:policy/AIDevOpsAgentActionsPolicy"
    assert ids(check_role(ROLE_ARN, trust_policy=trust_policy, purpose=Purpose.ELEVATED)) == {"elevatedActions"}
    capped = {"permissions_boundary_arn": "arn:aws:iam::222222222222:policy/Boundary", "managed_policy_arns": [actions]}
    assert check_role(ROLE_ARN, trust_policy=policy(allow(GUARD, action=ELEVATED_ACTIONS)), **capped) == ()  # type: ignore[arg-type]


def test_a_live_role_that_is_none() -> None:
    """The ARN is checked."""
    with pytest.raises(OnboardingInputError, match="not the ARN of an IAM role"):
        check_role(SPACE_ID, trust_policy=policy())
