"""A new Agent Space of an accounts file: whoever loses its ARN loses nothing else."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stage
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from devops_agent_constructs import OnboardingInputError, config, connect_accounts
from tests.conftest import SPACE_ARN

FILE = """\
primary:
  create_agent_space: {name: production, account_id: "111111111111", region: us-east-1}
accounts: ["222222222222"]
"""


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("devops-agent.yaml").write_text(FILE, encoding="utf-8")


def outputs(**stacks: str) -> None:
    """Write the outputs file: stack -> ARN of its Agent Space, with `_` for a hyphen."""
    content = {name.replace("_", "-"): {"AgentSpaceArn": arn} for name, arn in stacks.items()}
    Path("cdk-outputs.json").write_text(json.dumps(content), encoding="utf-8")


def stacks_of(scope: App | Stage) -> list[str]:
    """Return the names of the stacks that a run of the app defines."""
    connect_accounts(scope, config.from_context(scope))
    return [stack.stack_name for stack in scope.synth().stacks]


ALL = ["DevOpsAgentSecondary-222222222222", "DevOpsAgentSpace", "DevOpsAgentPrimary"]


def test_both_steps(app: App) -> None:
    """First the space alone; with its ARN, all."""
    assert stacks_of(app) == ["DevOpsAgentSpace"]
    outputs(DevOpsAgentSpace=SPACE_ARN)
    assert stacks_of(App(analytics_reporting=False)) == ALL


def test_a_run_without_the_arn_defines_no_stack_that_it_would_empty(app: App) -> None:
    """A fresh clone, or a file that another stack's deployment has replaced."""
    outputs(OrdersService=SPACE_ARN)
    assert stacks_of(app) == ["DevOpsAgentSpace"]


def test_inside_a_stage(app: App) -> None:
    """The space's stack has the name of the stage in it, in the outputs file, too."""
    assert stacks_of(Stage(app, "Production")) == ["Production-DevOpsAgentSpace"]
    outputs(Production_DevOpsAgentSpace=SPACE_ARN)
    stage = Stage(App(analytics_reporting=False), "Production")
    assert stacks_of(stage) == [f"Production-{name}" for name in ALL]


def test_a_stage_says_what_to_deploy_in_it(app: App) -> None:
    """As the CDK CLI selects a stack: by its path."""
    stage = Stage(app, "Production")
    made = connect_accounts(stage, config.from_context(stage))
    assert made.agent_space is not None
    said = Match.string_like_regexp("cdk deploy Production/DevOpsAgentSpace --outputs-file")
    Annotations.from_stack(made.agent_space).has_warning("*", said)


def test_each_stage_has_a_space_of_its_own(app: App) -> None:
    """Nor does the app's own one reach into a stage."""
    outputs(Test_DevOpsAgentSpace=SPACE_ARN, DevOpsAgentSpace=SPACE_ARN)
    assert stacks_of(Stage(app, "Test"))[-1] == "Test-DevOpsAgentPrimary"
    assert stacks_of(Stage(app, "Production")) == ["Production-DevOpsAgentSpace"]


def test_a_file_read_for_another_stage_is_refused(app: App) -> None:
    """The second step would never start, or with another stage's space."""
    onboarding = config.from_context(app)
    stage = Stage(app, "Production")
    with pytest.raises(OnboardingInputError, match=r"scope='Production': the file was read for the app.*from_context"):
        connect_accounts(stage, onboarding)
    assert stage.node.children == []


def test_a_construct_that_is_no_stage_is_refused(app: App) -> None:
    """CDK gives its stacks names with a hash, which the file cannot know."""
    part = Construct(app, "Operations")
    with pytest.raises(OnboardingInputError, match="scope='Operations'"):
        connect_accounts(part, config.from_context(part))
    assert part.node.children == []
