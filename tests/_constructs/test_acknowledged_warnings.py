"""The id that is printed with a warning is the id that silences it, by the way that the README shows."""

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import Acknowledgment, App, Environment, Stack, Stage, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from devops_agent_constructs import (
    AccessLimits,
    AgentSpace,
    AgentSpaceArn,
    CallAs,
    CustomStatement,
    ElevatedActionsRole,
    OrganizationRollout,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
    SecondaryAccountStack,
    ServiceManagedDeployment,
)
from tests.conftest import SPACE

ELSEWHERE = AgentSpaceArn.from_arn("arn:aws:aidevops:af-south-1:111111111111:agentspace/a")
KEY_ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TWO = SecondaryAccount(account_id="222222222222")
LONG_PATH = "/" + "b" * 90 + "/"
UNITS = ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF)
# By the management account, which is the primary account: then no other warning is due.
EXCLUDING = replace(UNITS, exclude_accounts=["222222222222"])


def stack_of(app: App, account_id: str, name: str = "Stack") -> Stack:
    """Return a stack in an account."""
    return Stack(app, name, env=Environment(account=account_id, region="us-east-1"))


def may(action: str) -> CustomStatement:
    """Return a statement of one's own."""
    return CustomStatement(sid="Own", actions=[action], resources=["*"])


def twice(app: App) -> None:
    """Make one role in two stacks."""
    for name in ("First", "Second"):
        SecondaryAccountRole(stack_of(app, "222222222222", name), "Role", agent_space=SPACE)


def connected_twice(app: App) -> None:
    """Connect one account in two stacks."""
    for name in ("First", "Second"):
        PrimaryAccountAccess(stack_of(app, "111111111111", name), "Access", agent_space=SPACE, accounts=[TWO])


def foreign_key(app: App) -> None:
    """Give an Agent Space a key whose policy is not the app's."""
    stack = stack_of(app, "111111111111")
    AgentSpace(stack, "Space", name="a", encryption_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN))


def many_accounts(app: App) -> None:
    """Connect more accounts than the exact ARNs of their roles have room for."""
    stack = stack_of(app, "111111111111")
    role = iam.Role.from_role_name(stack, "AgentRole", "Agent")
    accounts = [
        SecondaryAccount(account_id=f"{200_000_000_000 + n}", role_name="a" * 64, path=LONG_PATH) for n in range(260)
    ]
    PrimaryAccountAccess(stack, "Access", agent_space=SPACE, accounts=accounts, agent_role=role)


MAKE: dict[str, Callable[[App], object]] = {
    "accountConnectedTwice": connected_twice,
    "autoDeploymentIgnoresExclusion": lambda app: OrganizationRollout(
        stack_of(app, "111111111111"), "Rollout", agent_space=SPACE, deployment=EXCLUDING
    ),
    "elevatedManagedPolicy": lambda app: ElevatedActionsRole(
        stack_of(app, "222222222222"),
        "Role",
        agent_space=SPACE,
        attach_actions_policy=True,
        permissions_boundary="Boundary",
    ),
    "grantByOrganization": many_accounts,
    "keyPolicyNotManaged": foreign_key,
    "limitWithoutEffect": lambda app: SecondaryAccountRole(
        stack_of(app, "222222222222"), "Role", agent_space=SPACE, access_limits=AccessLimits(deny_actions=["foo:*"])
    ),
    "managementAccountLeftOut": lambda app: OrganizationRollout(
        stack_of(app, "999999999999"), "Rollout", agent_space=SPACE, deployment=UNITS
    ),
    "outsideGuardrail": lambda app: SecondaryAccountRole(
        stack_of(app, "222222222222"), "Role", agent_space=SPACE, capabilities=[may("dynamodb:PutItem")]
    ),
    "redundantPermission": lambda app: SecondaryAccountRole(
        stack_of(app, "222222222222"), "Role", agent_space=SPACE, capabilities=[may("s3:ListAllMyBuckets")]
    ),
    "roleInPrimaryAccount": lambda app: SecondaryAccountRole(stack_of(app, "111111111111"), "Role", agent_space=SPACE),
    "roleNameTaken": twice,
    "unknownAgentSpaceRegion": lambda app: SecondaryAccountRole(
        stack_of(app, "222222222222"), "Role", agent_space=ELSEWHERE
    ),
}


def printed(app: App) -> set[str]:
    """Return the ids that the CDK CLI prints: it writes `Annotation::` before what the cloud assembly has."""
    folder = Path(app.synth().directory)
    texts = [path.read_text("utf-8") for path in (*folder.glob("*.metadata.json"), folder / "manifest.json")]
    return {
        f"Annotation::{warning_id}"
        for text in texts
        for warning_id in re.findall(r"\[ack: (devops-agent[^\]]+)\]", text)
    }


@pytest.mark.parametrize("warning", MAKE)
def test_the_printed_id_silences(warning: str) -> None:
    """After the construct was made: the CDK takes away the warnings that are there.

    Promise: Risks have ids.
    """
    app = App(analytics_reporting=False)
    MAKE[warning](app)
    [printed_id] = printed(app)
    assert printed_id == f"Annotation::devops-agent-constructs:{warning}"
    again = App(analytics_reporting=False)
    MAKE[warning](again)
    Validations.of(again).acknowledge(Acknowledgment(id=printed_id, reason="known"))
    assert printed(again) == set()


@pytest.mark.end_to_end
def test_the_cdk_cli_prints_that_id(tmp_path: Path) -> None:
    """In an app of stages, too, where the stacks inside are selected: `**` looks into stages."""
    app = App(analytics_reporting=False, outdir=str(tmp_path / "assembly"))
    loud, silenced = Stage(app, "Loud"), Stage(app, "Silenced")
    for stage, account_id in ((loud, "222222222222"), (silenced, "333333333333")):
        account = SecondaryAccount(account_id=account_id)
        SecondaryAccountStack(stage, "Agent", account=account, agent_space=ELSEWHERE)
    warning = "Annotation::devops-agent-constructs:unknownAgentSpaceRegion"
    Validations.of(silenced).acknowledge(Acknowledgment(id=warning, reason="known"))

    command = ["cdk", "synth", "--quiet", "**", "--no-notices", "--app", app.synth().directory]
    environment = {**os.environ, "CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_HOME": str(tmp_path / "home")}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=170
    )
    printed_ids = re.findall(r"(\S+)\s+Acknowledge with '(Annotation::[^']+)'", ran.stdout + ran.stderr)
    assert printed_ids == [("Loud/Agent/Role", warning)]


def test_one_way_is_shown() -> None:
    """The CDK's newer one: it takes the id that the CLI prints, keeps the reason, and serves findings as well."""
    texts = [
        *Path("devops_agent_constructs").rglob("*.py"),
        *Path("examples").rglob("*.py"),
        *Path("docs").rglob("*.md"),
    ]
    assert [path for path in (*texts, Path("README.md")) if "acknowledge_warning" in path.read_text("utf-8")] == []
