"""The real CDK CLI deploys, changes and removes every stack with the permissions of docs/deployer_policies.md alone."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.deployer_policies.accounts_files import BOUNDED, MANAGEMENT, PRIMARY, SECONDARY, SPACE_ARN
from scripts.deployer_policies.catalogue import statements_of, synthesize
from scripts.deployer_policies.handlers import left_out, listed_in_schema, properties_in_schema
from scripts.deployer_policies.parts import PARTS
from scripts.deployer_policies.policy import MAX_CHARACTERS, bootstrap_statement, document
from scripts.reference import DOCS, deployer_policies
from tests import iam_reference
from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import CdkError
from tests.emulator.deployer import Deployer
from tests.emulator.example_organization import ExampleOrganization
from tests.emulator.handler_actions import BROUGHT_BY, NEVER, listed, needed_actions
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template

Templates = dict[str, dict[str, dict[str, Any]]]
Statement = dict[str, Any]
TAGS = [{"Key": "team", "Value": "platform"}]
# What the other properties of a type are changed by is no concern here: one is enough to call its handler.
CHANGES: dict[str, dict[str, Any]] = {
    "AWS::CloudFormation::StackSet": {"Description": "changed"},
    "AWS::CloudWatch::Alarm": {"AlarmDescription": "changed"},
    "AWS::DevOpsAgent::AgentSpace": {"Description": "changed", "Tags": TAGS},
    "AWS::Events::Rule": {"Description": "changed"},
    "AWS::IAM::Role": {"Description": "changed", "Tags": TAGS},
    "AWS::KMS::Key": {"Description": "changed"},
    "AWS::Lambda::Function": {"Description": "changed", "Tags": TAGS},
    "AWS::Logs::LogGroup": {"RetentionInDays": 30},
    "AWS::SNS::Topic": {"DisplayName": "changed"},
    "AWS::SQS::Queue": {"MessageRetentionPeriod": 3600},
}
HANDLERS = ("create", "read", "update", "delete")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A stack, and the titles of the parts whose policies its deployer, or the execution role, has."""

    file: str
    stack: str
    account_id: str
    parts: tuple[str, ...]
    is_bootstrapped: bool = False


CASES = [
    Case(
        file="accounts", stack=f"DevOpsAgentSecondary-{SECONDARY}", account_id=SECONDARY, parts=("A secondary account",)
    ),
    Case(
        file="accounts",
        stack=f"DevOpsAgentSecondary-{BOUNDED}",
        account_id=BOUNDED,
        parts=("A secondary account, with a boundary",),
    ),
    Case(file="accounts", stack="DevOpsAgentPrimary", account_id=PRIMARY, parts=("The associations",)),
    Case(
        file="functions",
        stack="DevOpsAgentPrimary",
        account_id=PRIMARY,
        parts=("The associations", "With an agent role", "With `validate`"),
        is_bootstrapped=True,
    ),
    Case(
        file="management",
        stack="DevOpsAgentOrganization",
        account_id=MANAGEMENT,
        parts=(
            "The organization, from the management account",
            "With `include_management_account`",
            "With `sync` in another account",
        ),
        is_bootstrapped=True,
    ),
    Case(
        file="delegated_organization",
        stack="DevOpsAgentOrganization",
        account_id=PRIMARY,
        parts=("The organization, from a delegated administrator",),
    ),
    Case(file="iam", stack="DevOpsAgentSpace", account_id=PRIMARY, parts=("A new Agent Space",)),
    Case(
        file="identity_center",
        stack="DevOpsAgentSpace",
        account_id=PRIMARY,
        parts=("A new Agent Space", "With IAM Identity Center", "With a key"),
    ),
    Case(
        file="identity_provider",
        stack="DevOpsAgentSpace",
        account_id=PRIMARY,
        parts=("A new Agent Space", "With an identity provider"),
    ),
    Case(
        file="management",
        stack="DevOpsAgentSync",
        account_id=PRIMARY,
        parts=("The sync", "With events of the management account", "With `health`", "With `vended_logs`"),
        is_bootstrapped=True,
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the apps are."""
    return tmp_path_factory.mktemp("apps")


@pytest.fixture(scope="module")
def templates(folder: Path) -> Templates:
    """Return the templates of all apps, by file and stack."""
    return synthesize(folder)


def policies(case: Case, templates: Templates) -> list[list[Statement]]:
    """Return the statements of each policy; without the CLI's calls where the roles of `cdk bootstrap` make them."""
    found = [statements_of(part, templates) for title in case.parts for part in PARTS if part.title == title]
    calls = {"DeployTheStack", "RemoveTheStack"} if case.is_bootstrapped else set[str]()
    return [[one for one in statements if one["Sid"] not in calls] for statements in found]


def set_up(emulator: Emulator, case: Case, templates: Templates) -> tuple[Deployer, str]:
    """Make what is there before the stack; return its deployer, and the ARN of the role that has the policies."""
    if "organization" in case.parts[0]:
        ExampleOrganization.create(emulator)
    if case.stack == "DevOpsAgentPrimary":
        PrimaryAccount(emulator, SPACE_ARN).create_agent_role()
    iam = emulator.client("iam", case.account_id)
    if case.account_id == BOUNDED:
        boundary = document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
        iam.create_policy(PolicyName="DevOpsAgentBoundary", PolicyDocument=json.dumps(boundary))
    documents = [document(statements) for statements in policies(case, templates)]
    if not case.is_bootstrapped:
        deployer = Deployer(emulator, case.account_id, documents)
        return deployer, deployer.role_arn
    if case.file == "functions":
        bootstrap(emulator, SECONDARY)
        name = f"DevOpsAgentSecondary-{SECONDARY}"
        role = json.dumps(templates[case.file][name])
        deploy_template(emulator.client("cloudformation", SECONDARY), name, role)
    names = [f"Deploy{number}" for number in range(len(documents))]
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(one))["Policy"]["Arn"]
        for name, one in zip(names, documents, strict=True)
    ]
    bootstrap(emulator, case.account_id, trusts=(), execution_policies=arns)
    caller = document([bootstrap_statement(case.account_id, "us-east-1")])
    role_arn = f"arn:aws:iam::{case.account_id}:role/cdk-hnb659fds-cfn-exec-role-{case.account_id}-us-east-1"
    return Deployer(emulator, case.account_id, [caller]), role_arn


def changed(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template in which something of every resource that can be changed is another."""
    copy: dict[str, Any] = json.loads(json.dumps(template))
    for resource in copy["Resources"].values():
        resource["Properties"].update(CHANGES.get(resource["Type"], {}))
    return copy


@pytest.fixture(params=CASES, ids=lambda case: f"{case.file}-{case.stack}")
def case(request: pytest.FixtureRequest) -> Case:
    """Return one stack after the other."""
    found: Case = request.param
    return found


@pytest.fixture
def rewritten(case: Case, folder: Path, templates: Templates) -> Iterator[Path]:
    """Return the file of the stack's template, which has its text again afterwards."""
    path = folder / case.file / "cdk.out" / f"{case.stack}.template.json"
    assert templates
    before = path.read_text("utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def test_deploy_change_and_remove(
    case: Case, folder: Path, templates: Templates, rewritten: Path, tmp_path: Path
) -> None:
    """It works, and no statement could be left out."""
    from tests.emulator.caller_permissions import asked  # noqa: PLC0415  # moto takes seconds to import

    with Emulator() as emulator:
        deployer, judged = set_up(emulator, case, templates)
        asked()
        cdk, app = deployer.cdk(tmp_path), folder / case.file / "cdk.out"
        cdk.deploy(case.stack, environment=deployer.environment, app=app)
        rewritten.write_text(json.dumps(changed(templates[case.file][case.stack])), encoding="utf-8")
        cdk.deploy(case.stack, environment=deployer.environment, app=app)
        cdk.destroy(case.stack, environment=deployer.environment, app=app)
        requests = asked()
        [deleted] = [one for one in deployer.admin.list_stacks()["StackSummaries"] if one["StackName"] == case.stack]
    assert deleted["StackStatus"] == "DELETE_COMPLETE"
    every = [statement for policy in policies(case, templates) for statement in policy]
    assert needed_statements(every, [one for role_arn, one in requests if role_arn == judged]) == names(every)
    if case.is_bootstrapped:
        calls = [one for role_arn, one in requests if role_arn == deployer.role_arn]
        assert {one.resource for one in calls} == set(bootstrap_statement(case.account_id, "us-east-1")["Resource"])


def names(statements: Sequence[Statement]) -> set[tuple[str, str]]:
    """Return what tells the statements of several policies apart."""
    return {(str(one["Sid"]), str(one["Resource"])) for one in statements}


def needed_statements(statements: Sequence[Statement], requests: Iterable[Any]) -> set[tuple[str, str]]:
    """Return the statements without which a request would be refused, as no other allows it."""
    documents = [document([one]) for one in statements]
    found = set()
    for action, resource, context in {(one.action, one.resource, frozenset(one.context.items())) for one in requests}:
        allowing = [
            number
            for number, one in enumerate(documents)
            if action in actions_of(statements[number])
            and iam_reference.access_allowed(action, resource, identity=[one], context=dict(context))
        ]
        if len(allowing) == 1:
            found |= names([statements[allowing[0]]])
    return found


def actions_of(statement: Statement) -> list[str]:
    """Return a statement's actions as a list."""
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else list(actions)


def test_words_without_a_statement(folder: Path, templates: Templates, tmp_path: Path) -> None:
    """AWS names who may not do what, and nothing is left."""
    case = CASES[0]
    [statements] = policies(case, templates)
    who = f"User: arn:aws:sts::{SECONDARY}:assumed-role/DeployDevOpsAgent/pipeline"
    with Emulator() as emulator:
        deployer, _ = set_up(emulator, case, templates)
        for left_out, action in (("DeployTheStack", "cloudformation:DescribeStacks"), ("Role", "iam:CreateRole")):
            deployer.allow([document([one for one in statements if one["Sid"] != left_out])])
            with pytest.raises(CdkError) as refused:
                deployer.cdk(tmp_path).deploy(
                    case.stack, environment=deployer.environment, app=folder / case.file / "cdk.out"
                )
            assert f"{who} is not authorized to perform: {action} on" in " ".join(refused.value.output.split())
        roles = emulator.client("iam", SECONDARY).list_roles()["Roles"]
        assert "DevOpsAgentRole-SecondaryAccount" not in [role["RoleName"] for role in roles]


def test_page_is_up_to_date(templates: Templates) -> None:
    """`make reference` writes what is there already."""
    assert (DOCS / deployer_policies.PAGE).read_text("utf-8") == deployer_policies.page(templates)


def test_what_is_left_out_is_in_the_schemas() -> None:
    """A line that no schema needs any more would hide what a later schema adds."""
    for kind, pattern, name in left_out():
        assert fnmatch.filter(listed_in_schema(kind), pattern), (kind, pattern)
        assert name is None or name in properties_in_schema(kind), (kind, name)


def test_judge_asks_for_what_a_property_brings() -> None:
    """Of all that a schema lists, the judge drops only what belongs to a property that is not there."""
    for kind, by_property in BROUGHT_BY.items():
        every = {action for handler in HANDLERS for action in listed(kind, handler)}
        never = {*NEVER.get(kind, "").split()}
        assert never <= every
        for name, actions in by_property.items():
            asked_with = {one for handler in HANDLERS for one in needed_actions(kind, {name: ""}, handler)}
            asked_without = {one for handler in HANDLERS for one in needed_actions(kind, {}, handler)}
            assert asked_with - asked_without == {*actions.split()}
            assert asked_with <= every
        assert {one for handler in HANDLERS for one in needed_actions(kind, dict.fromkeys(by_property), handler)} == (
            every - never
        )


def test_policies_fit_into_managed_policies(templates: Templates) -> None:
    """Of IAM's size, and few enough for one role."""
    for case in CASES:
        found = [json.dumps(document(one), separators=(",", ":")) for one in policies(case, templates)]
        assert max(map(len, found)) <= MAX_CHARACTERS
        assert len(found) <= 10
