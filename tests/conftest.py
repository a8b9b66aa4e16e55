"""What all tests share: an Agent Space, stacks of a secondary account, and the judges cfn-lint and cdk-nag."""

from __future__ import annotations

import functools
import gc
import inspect
import json
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from devops_agent_constructs import AgentSpaceArn
from devops_agent_constructs.service import AGENT_SPACE_REGIONS
from tests.kept_findings import kept

if TYPE_CHECKING:
    from aws_cdk import App, Stack
    from cfnlint.rules import RulesCollection

# pytest loads this file in the process that hands out the tests as well, which needs neither the CDK with its Node nor
# a judge: whoever calls a function that does imports it, here and in cfn-lint's case seconds later.

# The budget of every property: the same examples for everybody, so that a failure is one everywhere, and no clock, as a
# busy machine is no failure. A property that needs more examples says so.
settings.register_profile("budget", derandomize=True, max_examples=100, deadline=None, database=None)
settings.load_profile("budget")

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
SPACE = AgentSpaceArn.from_arn(SPACE_ARN)
AGENT_ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"

GA_TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "aidevops.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {
            "aws:SourceArn": "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
        },
    },
}
PREVIEW_TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {
            "sts:ExternalId": "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
        }
    },
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests for two workers, each of which begins with one half and then takes from the other's end.

    One begins with the files of this folder, which load cfn-lint and the CDK's own validation, the other with the
    command line and the emulator; at the end both have short tests. To load what takes seconds is for one of them.
    """
    here, processes, others = list[pytest.Item](), list[pytest.Item](), list[pytest.Item]()
    for item in items:
        room = item.path.relative_to(Path(__file__).parent).parts[0]
        (here if room.endswith(".py") else processes if room in {"cli", "emulator"} else others).append(item)
    half = max(0, len(items) // 2 - len(here))
    items[:] = [*here, *others[:half], *processes, *others[half:]]


def pytest_collection_finish() -> None:
    """Let Python look for garbage among what the tests make: what is loaded by now stays, and is most of it.

    It looks after 50,000 new objects instead of 700, which saves a twentieth of the processor time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def app() -> App:
    """Return an app without analytics, so that templates hold only what the test put there."""
    from aws_cdk import App  # noqa: PLC0415  # see above

    return App(analytics_reporting=False)


@pytest.fixture(scope="session", autouse=True)
def _is_quick() -> Iterator[None]:
    """Leave the CDK's own look at templates out of each `App` that does not ask for it.

    It takes as long as all the rest of a synthesis, and three seconds at the first: `templates_of_script` and
    tests/test_app.py have it, and let nothing pass.
    """
    from aws_cdk import App  # noqa: PLC0415  # see above

    initialize = App.__init__
    has_it = "builtin_cloud_formation_validation" in inspect.signature(initialize).parameters

    def quick(self: App, *, builtin_cloud_formation_validation: bool = False, **options: Any) -> None:
        if has_it:  # From 2.275 on.
            options["builtin_cloud_formation_validation"] = builtin_cloud_formation_validation
        initialize(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "__init__", quick)
        yield


@pytest.fixture
def secondary(app: App) -> Stack:
    """Return a stack of the secondary account 222222222222."""
    from aws_cdk import Environment, LegacyStackSynthesizer, Stack  # noqa: PLC0415  # see above

    env = Environment(account="222222222222", region="us-east-1")
    return Stack(app, "Secondary", env=env, synthesizer=LegacyStackSynthesizer())


def template_of(stack: Stack) -> dict[str, Any]:
    """Return the synthesized template; the stack cannot change afterwards."""
    from aws_cdk.assertions import Template  # noqa: PLC0415  # see above

    return dict(Template.from_stack(stack).to_json())


def role_of(stack: Stack) -> dict[str, Any]:
    """Return the properties of the only role of a stack."""
    resources = template_of(stack)["Resources"].values()
    [role] = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::IAM::Role"]
    return dict(role)


def inline_statements(role: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return Sid -> statement of the inline policy, after checking that there is just the one."""
    [policy] = role["Policies"]
    assert policy["PolicyName"] == "DevOpsAgentInlinePolicy"
    assert policy["PolicyDocument"]["Version"] == "2012-10-17"
    return {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}


def templates_of_script(path: Path) -> dict[str, dict[str, Any]]:
    """Run a CDK app as a script; return file name -> template. In this process, as Node takes seconds to start.

    Nothing may be left that the CDK's own validation, or a plugin of the app, finds in a template.
    """
    from aws_cdk import App  # noqa: PLC0415  # see above

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "__init__", functools.partialmethod(App.__init__, builtin_cloud_formation_validation=True))
        assembly = Path(runpy.run_path(str(path), run_name="__main__")["app"].outdir)
    reports = json.loads((assembly / "validation-report.json").read_text("utf-8"))["pluginReports"]
    assert [violation for report in reports for violation in report["violations"]] == []
    return {path.name: json.loads(path.read_text("utf-8")) for path in assembly.glob("*.template.json")}


@cache
def _lint_rules() -> RulesCollection:
    from cfnlint.core import get_rules  # noqa: PLC0415  # see above

    # Loading them takes ten times as long as linting a template.
    return get_rules([], [], [])


def lint_findings(template: dict[str, Any]) -> list[str]:
    """Return what cfn-lint finds, against the real schemas of every Region where Agent Spaces are."""
    regions, text = sorted(AGENT_SPACE_REGIONS), json.dumps(template)

    def judged() -> Iterator[str]:
        from cfnlint.api import lint  # noqa: PLC0415  # see above

        for match in lint(text, rules=_lint_rules(), regions=regions):
            yield f"{match.rule.id} {match.message}"

    return kept("cfn-lint", regions, text, judged)


def nag_findings(app: App) -> list[str]:
    """Return the ids of what cdk-nag finds and nobody acknowledged: AWS's own pack, NIST 800-53 r5 and HIPAA."""
    from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks  # noqa: PLC0415  # see above

    packs = (AwsSolutionsChecks(app), NIST80053R5Checks(app), HIPAASecurityChecks(app))
    return sorted({violation.rule_name for pack in packs for violation in pack.validate_scope(app).violations})
