"""The pages of the constructs: each construct has one, its example is a good app, and what is told of it is right."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import yaml
from constructs import Construct

import devops_agent_constructs as package
from scripts.reference.construct_changes import effects
from scripts.reference.construct_page import SOURCES, ConstructPage, file_name
from scripts.reference.construct_pages import CONSTRUCTS, places
from scripts.reference.construct_runs import MadeStack, calls, run, shown
from scripts.reference.docstrings import Docstring, without_default
from tests.conftest import lint_findings
from tests.markdown import ROOT, blocks

NAMES = {name: beside for group in CONSTRUCTS.values() for name, beside in group.items()}
EXAMPLE = """
from aws_cdk import App, Environment, Stack
from devops_agent_constructs import SecondaryAccountRole

app = App()
stack = Stack(app, "Orders", env=Environment(account="222222222222", region="eu-west-1"))
arn = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
SecondaryAccountRole(stack, "Role", agent_space=arn)
app.synth()
"""


def page(name: str) -> ConstructPage:
    """Return a page whose names are no links."""
    return ConstructPage(name, NAMES[name], links=lambda other: f"`{other}`")


def stack(resources: dict[str, Any], **other: Any) -> dict[str, MadeStack]:
    """Return a stack of these resources."""
    template = {"Resources": resources, **other}
    return {"Stack": MadeStack(environment="aws://222222222222/eu-west-1", is_protected=False, template=template)}


def bucket(name: str, **other: Any) -> dict[str, Any]:
    """Return a bucket, whose name cannot be changed, and a parameter with that name."""
    policy = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "Bucket"}}}
    return {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}, **other}, "Parameter": policy}


def test_every_construct_has_a_page() -> None:
    """And every page is one of a public name that deploys something."""
    public = {name: getattr(package, name) for name in package.__all__}
    deploying = {name for name, value in public.items() if inspect.isclass(value) and issubclass(value, Construct)}
    assert deploying <= places().keys()
    assert NAMES.keys() - deploying == {"connect_accounts"}
    assert {path.name for path in SOURCES.iterdir()} == {file_name(name) for name in NAMES}


# What a page of a stack shows is on that of its construct, too.
TEMPLATES = [
    (name, template)
    for name in NAMES
    if not name.endswith("Stack")
    for language, template in blocks(ROOT / "docs" / "constructs" / file_name(name))
    if language == "yaml"
]


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_template(name: str, template: str) -> None:
    """cfn-lint accepts what the page shows, which tests/test_docs_site.py compares with what the example makes."""
    del name
    findings = lint_findings(yaml.safe_load(template))
    # The CDK's own doing, which the constructs excuse in the metadata of functions, which a page leaves out.
    assert [finding for finding in findings if not finding.startswith("W3005 ")] == []


@pytest.mark.parametrize("name", NAMES)
def test_example(name: str) -> None:
    """It uses what the page is about."""
    assert f"{name}(" in page(name).example


def test_a_change_without_a_word_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who adds an argument is told to say what its change does."""
    subject = page("AccessBoundary")
    left_out = 'AccessBoundary(..., managed_policy_name="AgentBoundary")\n'
    assert left_out in subject._sections["Changes"]
    monkeypatch.setitem(subject._sections, "Changes", subject._sections["Changes"].replace(left_out, ""))
    with pytest.raises(ValueError, match=r"AccessBoundary: no change of \['managed_policy_name'\] is told"):
        subject.text()


def test_what_is_replaced() -> None:
    """By CloudFormation's schema; what refers to it is updated, as it gets another value."""
    assert effects(stack(bucket("a")), stack(bucket("b"))) == (
        "replaces `AWS::S3::Bucket`; updates `AWS::SSM::Parameter` in place"
    )


def test_what_is_not_replaced() -> None:
    """Other properties are updated, policies of removal are no update, and all else is told, too."""
    kept, tagged = bucket("a", DeletionPolicy="Retain"), bucket("a")
    tagged["Bucket"]["Properties"]["Tags"] = [{"Key": "team", "Value": "operations"}]
    assert effects(stack(bucket("a")), stack(tagged)) == "updates `AWS::S3::Bucket` in place"
    assert effects(stack(bucket("a")), stack(kept)) == (
        "changes what becomes of `AWS::S3::Bucket` when it leaves the stack"
    )
    assert effects(stack(bucket("a")), stack({})) == "removes `AWS::S3::Bucket`, `AWS::SSM::Parameter`"
    assert effects(stack({}), stack(bucket("a"))) == "adds `AWS::S3::Bucket`, `AWS::SSM::Parameter`"
    assert effects(stack({}), stack({}, Outputs={"A": {"Value": "a"}})) == (
        "changes outputs or parameters, and no resource"
    )
    assert effects(stack({}), stack({})) == "changes nothing that is deployed"


def test_another_place_is_another_stack() -> None:
    """CloudFormation knows stacks by account, Region and name."""
    here, template = stack({}), {"Resources": bucket("a")}
    there = {"Stack": MadeStack(environment="aws://222222222222/us-east-1", is_protected=False, template=template)}
    assert effects(here, there).startswith("the stack is one of another account or Region")
    assert effects(here, {"Other": here["Stack"]}).startswith("other stacks")
    protected = {"Stack": MadeStack(environment=here["Stack"].environment, is_protected=True, template={**template})}
    assert effects({"Stack": MadeStack(**{**vars_of(protected), "is_protected": False})}, protected) == (
        "turns the termination protection of the stacks on or off"
    )


def vars_of(made: dict[str, MadeStack]) -> dict[str, Any]:
    """Return the fields of the only stack."""
    return dict(vars(made["Stack"]))


def test_a_call_with_other_arguments() -> None:
    """It takes the place of the example's call, and the example is as it was afterwards."""
    [call] = calls('SecondaryAccountRole(..., role_name="Other", path="/of/" + "ours/")')
    before, after, again = run(EXAMPLE), run(EXAMPLE, call), run(EXAMPLE)
    [role] = after["Orders"].template["Resources"].values()
    assert (role["Properties"]["RoleName"], role["Properties"]["Path"]) == ("Other", "/of/ours/")
    assert shown(before["Orders"].template) == shown(again["Orders"].template)


@pytest.mark.parametrize(
    "source", ["SecondaryAccountRole(1, role_name='a')", "SecondaryAccountRole(...)", "Unknown(..., a=1)", "a = 1"]
)
def test_what_is_no_call_with_other_arguments(source: str) -> None:
    """A slip in a source is not passed over."""
    with pytest.raises(ValueError, match="not a call like"):
        calls(source)


def test_words_of_a_change() -> None:
    """The comment above a call, whose effect another change of the argument does not have; else none."""
    first, second = 'SecondaryAccountRole(..., path="/a/")', 'SecondaryAccountRole(..., path="/b/")'
    assert [call.words for call in calls(f"# another path\n{first}\n{second}")] == ["another path", ""]
    assert [call.words for call in calls(f"{first}\n# the best\n{second}")] == ["", "the best"]


@pytest.mark.parametrize("name", NAMES)
def test_changes_of_one_argument_are_told_apart(name: str) -> None:
    """Rows that have the same argument say which change of it they mean."""
    text = (ROOT / "docs" / "constructs" / file_name(name)).read_text("utf-8")
    _, _, table = text.partition("## What a change does\n\n")
    changes = [one for row in table.split("\n\n")[0].splitlines()[2:] for one in row.split(" | ")[0][2:].split(", `")]
    assert changes
    assert len(changes) == len(set(changes))


def test_other_permissions_replace_a_stack_set() -> None:
    """Not every change of `deployment` is one in place, and the page shows both."""
    text = (ROOT / "docs" / "constructs" / "organization_rollout.md").read_text("utf-8")
    [replaced] = re.findall(r"^\| (.*) \| replaces `AWS::CloudFormation::StackSet` \|$", text, re.MULTILINE)
    assert "`deployment` (from service-managed permissions to self-managed ones, or back)" in replaced


def test_a_call_that_the_example_does_not_make() -> None:
    """Else the page would tell that the change does nothing."""
    [call] = calls('AgentSpace(..., name="Nights")')
    with pytest.raises(ValueError, match="the example does not call AgentSpace"):
        run(EXAMPLE, call)


def test_a_template_is_shown_without_what_changes_by_itself() -> None:
    """The digest of a function's code, the bootstrap's version and metadata."""
    code = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"S3Key": f"{'0a' * 32}.zip"}},
        "Metadata": {"a": 1},
    }
    template = {
        "Resources": {"Function": code},
        "Parameters": {"BootstrapVersion": {}, "AgentSpace": {"Type": "String"}},
        "Rules": {"CheckBootstrapVersion": {}},
    }
    assert shown(template) == {
        "Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "DIGEST.zip"}}}},
        "Parameters": {"AgentSpace": {"Type": "String"}},
    }


def documented() -> None:
    """Do something.

    More of it.

    Args:
        one: At most 5. None: no
            limit.
        two: As for `AgentSpace`.

    Raises:
        ValueError: It is
            wrong.

    See https://example.org/
    """


def test_docstring() -> None:
    """Its paragraphs and sections are read, each entry as one line."""
    said = Docstring.of(documented)
    assert said.paragraphs == ("Do something.", "More of it.")
    assert said["Args"] == {"one": "At most 5. None: no limit.", "two": "As for `AgentSpace`."}
    assert said["Raises"] == {"ValueError": "It is wrong."}
    assert said["Warnings"] == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("At most 5. None: no limit.", ("At most 5.", "no limit")),
        ("At most 5. None: no limit. But read it.", ("At most 5. None: no limit. But read it.", "no limit")),
        ("None: AWS's own, v1.2 at least.", ("", "AWS's own, v1.2 at least")),
        ("None is no value here.", ("None is no value here.", "")),
    ],
)
def test_what_none_means(text: str, told: tuple[str, str]) -> None:
    """It is the default, and said twice only if more is said after it."""
    assert without_default(text) == told
