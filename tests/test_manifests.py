"""What a cloud assembly makes the CDK CLI use in an account: nothing of `cdk bootstrap` that nobody asked for."""

import ast
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    CliCredentialsStackSynthesizer,
    DefaultStackSynthesizer,
    Environment,
    IReusableStackSynthesizer,
    LegacyStackSynthesizer,
    Stage,
)
from constructs import Construct

from devops_agent_constructs import (
    CallAs,
    Onboarding,
    Organization,
    PrimaryAccount,
    SecondaryAccount,
    SecondaryAccountStack,
    ServiceManagedDeployment,
    connect_accounts,
)
from devops_agent_constructs.organization.stack import OrganizationStack
from devops_agent_constructs.primary.stack import PrimaryAccountStack
from tests.conftest import SPACE
from tests.markdown import ROOT, blocks

ACCOUNTS = [SecondaryAccount(account_id="222222222222"), SecondaryAccount(account_id="333333333333")]
ORGANIZATION = Organization(
    account_id="999999999999",
    deployment=ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF),
)
SCRIPTS = {path.parent.name: path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("*/app.py"))} | {
    f"{page.name} {number}": code
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for number, (language, code) in enumerate(blocks(page))
    if language == "python" and "App()" in code
}
NEEDS = (
    "assumeRoleArn",
    "cloudFormationExecutionRoleArn",
    "lookupRole",
    "requiresBootstrapStackVersion",
    "bootstrapStackVersionSsmParameter",
    "stackTemplateAssetObjectUrl",
)


def of_the_reader(script: str) -> set[str]:
    """Return the ids of stacks that are the reader's own, made as the CDK makes any stack: `Stack(app, id, ...)`."""
    calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    return {
        str(call.args[1].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "Stack"
        and isinstance(call.args[1], ast.Constant)
        and "synthesizer" not in [keyword.arg for keyword in call.keywords]
    }


def bootstrapped(assembly: Path) -> dict[str, dict[str, Any]]:
    """Return stack -> what the CLI needs of the bootstrap for it, over all manifests below an assembly.

    Raises AssertionError if there is no stack at all, as then nothing has been looked at.
    """
    stacks, found = 0, dict[str, dict[str, Any]]()
    for manifest in sorted(assembly.rglob("manifest.json")):
        artifacts = json.loads(manifest.read_text("utf-8"))["artifacts"]
        for name, artifact in artifacts.items():
            properties = artifact.get("properties", {})
            if artifact["type"] == "aws:cloudformation:stack":
                stacks += 1
                needed = {key: properties[key] for key in NEEDS if key in properties}
                template = json.loads((manifest.parent / properties["templateFile"]).read_text("utf-8"))
                if "BootstrapVersion" in template.get("Parameters", {}) or "CheckBootstrapVersion" in template.get(
                    "Rules", {}
                ):
                    needed["template"] = "BootstrapVersion"
                found |= {name: needed} if needed else {}
            elif artifact["type"] == "cdk:asset-manifest":
                found |= {name: properties}
    assert stacks
    return found


def everything(scope: Construct, *, bootstrap_qualifier: str | None = None) -> None:
    """Define every stack that the ready-made app can define."""
    connect_accounts(
        scope,
        Onboarding(
            agent_space=SPACE,
            accounts=ACCOUNTS,
            primary=PrimaryAccount(),
            organization=ORGANIZATION,
            bootstrap_qualifier=bootstrap_qualifier,
        ),
    )


def directly(scope: Construct, synthesizer: DefaultStackSynthesizer | None = None) -> None:
    """Define the same stacks, each by its class."""
    SecondaryAccountStack(scope, "Secondary", account=ACCOUNTS[0], agent_space=SPACE, synthesizer=synthesizer)
    OrganizationStack(scope, "Organization", organization=ORGANIZATION, agent_space=SPACE)
    PrimaryAccountStack(scope, "Primary", agent_space=SPACE, accounts=ACCOUNTS)


def test_scripts_of_both_kinds_exist() -> None:
    """The test below looks at stacks with and without the bootstrap."""
    assert len(SCRIPTS) > 15
    assert {name for name, script in SCRIPTS.items() if of_the_reader(script)} > {"add_to_existing_app"}
    assert {name for name, script in SCRIPTS.items() if not of_the_reader(script)} > {"connect_one_account"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_examples_and_documents(name: str, tmp_path: Path) -> None:
    """Stacks that are the reader's own use the bootstrap, as any stack of the CDK does; ours if the reader asks."""
    path = ROOT / "examples" / name / "app.py"
    if not path.exists():
        path = tmp_path / "app.py"
        path.write_text(SCRIPTS[name], encoding="utf-8")
    assembly = Path(runpy.run_path(str(path), run_name="__main__")["app"].outdir)
    found = {stack for stack in bootstrapped(assembly) if not stack.endswith(".assets")}
    own = of_the_reader(SCRIPTS[name])
    assert found > own if "bootstrap_qualifier=" in SCRIPTS[name] else found == own


@pytest.mark.parametrize("define", [everything, directly])
@pytest.mark.parametrize("in_stage", [False, True])
def test_our_stacks(define: Any, in_stage: bool, tmp_path: Path) -> None:
    """No role, no version and no bucket of the bootstrap: the caller's own credentials are enough.

    Promise: No bootstrap.
    """
    app = App(outdir=str(tmp_path), analytics_reporting=False)
    define(Stage(app, "Production") if in_stage else app)
    app.synth()
    assert bootstrapped(tmp_path) == {}


@pytest.mark.parametrize("define", [everything, directly])
@pytest.mark.parametrize("in_stage", [False, True])
@pytest.mark.parametrize(
    ("default", "role"),
    [
        (DefaultStackSynthesizer(qualifier="ours"), "cdk-ours-deploy-role"),
        (DefaultStackSynthesizer(deploy_role_arn="arn:aws:iam::222222222222:role/Deployer"), "role/Deployer"),
        (CliCredentialsStackSynthesizer(), None),
        (LegacyStackSynthesizer(), None),
    ],
    ids=["qualifier", "deploy_role", "cli_credentials", "legacy"],
)
def test_the_default_of_the_app(
    define: Any, in_stage: bool, default: IReusableStackSynthesizer, role: str | None, tmp_path: Path
) -> None:
    """Whoever gives the app a synthesizer gets it for every stack of ours, also in a Stage."""
    app = App(outdir=str(tmp_path), default_stack_synthesizer=default, analytics_reporting=False)
    define(Stage(app, "Production", env=Environment(region="us-east-1")) if in_stage else app)
    app.synth()
    found = bootstrapped(tmp_path)
    if isinstance(default, LegacyStackSynthesizer):
        assert found == {}
        return
    stacks = {name: needed for name, needed in found.items() if not name.endswith(".assets")}
    assert len(stacks) == {everything: 4, directly: 3}[define]
    for needed in stacks.values():
        assert "stackTemplateAssetObjectUrl" in needed
        assert ("assumeRoleArn" in needed) == (role is not None)
        assert (role or "") in needed.get("assumeRoleArn", "")


@pytest.mark.parametrize("is_one_stack", [False, True])
def test_what_is_asked_for_wins_over_the_default_of_the_app(is_one_stack: bool, tmp_path: Path) -> None:
    """A qualifier for all stacks, or a synthesizer for one."""
    app = App(
        outdir=str(tmp_path), default_stack_synthesizer=CliCredentialsStackSynthesizer(), analytics_reporting=False
    )
    if is_one_stack:
        directly(app, DefaultStackSynthesizer(qualifier="own"))
    else:
        everything(app, bootstrap_qualifier="asked")
    app.synth()
    roles = {
        name: needed.get("assumeRoleArn", "").partition("role/cdk-")[2].partition("-")[0]
        for name, needed in bootstrapped(tmp_path).items()
        if not name.endswith(".assets")
    }
    if is_one_stack:
        assert roles == {"Secondary": "own", "Organization": "", "Primary": ""}
        return
    assert roles == dict.fromkeys(
        [
            "DevOpsAgentOrganization",
            "DevOpsAgentPrimary",
            "DevOpsAgentSecondary-222222222222",
            "DevOpsAgentSecondary-333333333333",
        ],
        "asked",
    )
