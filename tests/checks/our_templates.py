"""Our own constructs, synthesized once: what the checks must let pass, and what the mutations break."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs import (
    AgentSpace,
    AgentSpaceArn,
    CallAs,
    CustomStatement,
    ElevatedActionsRole,
    Generation,
    IdentityCenterSignIn,
    OrganizationRollout,
    PrimaryAccountAccess,
    SecondaryAccount,
    SecondaryAccountRole,
    ServiceManagedDeployment,
)
from devops_agent_constructs.checks import Template

SPACE = AgentSpaceArn.from_arn(
    "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
)
AGENT_ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
ELEVATED_ARN = "arn:aws:iam::222222222222:role/DevOpsAgent-ElevatedAction-SecondaryAccount"


def _stack(app: App, name: str, account_id: str) -> Stack:
    env = Environment(account=account_id, region="us-east-1")
    return Stack(app, name, env=env, synthesizer=LegacyStackSynthesizer())


def templates_of(app: App) -> tuple[Template, ...]:
    """Synthesize an app and return its templates, by the names of their stacks."""
    folder = Path(app.synth().directory)
    artifacts = json.loads((folder / "manifest.json").read_text("utf-8"))["artifacts"]
    stacks = {name: artifact for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
    environments = {
        name: artifact["environment"].removeprefix("aws://").split("/") for name, artifact in stacks.items()
    }
    return tuple(
        Template(
            name=name,
            body=json.loads((folder / artifact["properties"]["templateFile"]).read_text("utf-8")),
            account_id=environments[name][0] if environments[name][0].isdigit() else None,
            region=environments[name][1] if environments[name][0].isdigit() else None,
        )
        for name, artifact in stacks.items()
    )


def app_of(generation: Generation = Generation.GA, *, space: AgentSpaceArn = SPACE) -> App:
    """Return an app with a role, an elevated role, their association, the agent role's grant, and a rollout."""
    app = App(analytics_reporting=False)
    agent_role_arn = AGENT_ROLE_ARN if generation.needs_agent_role else None
    secondary = _stack(app, "Secondary", "222222222222")
    SecondaryAccountRole(secondary, "Role", agent_space=space, generation=generation, agent_role_arn=agent_role_arn)
    if not space.is_any_in_account:
        _connect(app, secondary, generation)
    OrganizationRollout(
        _stack(app, "Rollout", "333333333333"),
        "Rollout",
        agent_space=space,
        generation=generation,
        agent_role_arn=agent_role_arn,
        deployment=ServiceManagedDeployment(organizational_units=["ou-a1b2-11112222"], call_as=CallAs.SELF),
    )
    return app


def _connect(app: App, secondary: Stack, generation: Generation) -> None:
    scale = CustomStatement(sid="Scale", actions=["ecs:UpdateService"], resources=["*"])
    ElevatedActionsRole(
        secondary,
        "Elevated",
        agent_space=SPACE,
        statements=[scale],
        attach_actions_policy=True,
        permissions_boundary="WorkloadBoundary",
    )
    primary = _stack(app, "Primary", "111111111111")
    access = PrimaryAccountAccess(
        primary,
        "Access",
        agent_space=SPACE,
        accounts=[SecondaryAccount(account_id="222222222222", elevated_role_arn=ELEVATED_ARN)],
        generation=generation,
        agent_role=iam.Role.from_role_name(primary, "AgentRole", "DevOpsAgentRole-AgentSpace"),
    )
    access.grant_associate(iam.Role(primary, "Deployer", assumed_by=iam.AccountRootPrincipal()))


def agent_space_app() -> App:
    """Return an app with an Agent Space of its own, whose operators sign in with IAM Identity Center."""
    app = App(analytics_reporting=False)
    AgentSpace(
        _stack(app, "Space", "111111111111"),
        "AgentSpace",
        name="Operations",
        operator_app=IdentityCenterSignIn(instance_arn="arn:aws:sso:::instance/ssoins-1234567890abcdef"),
    )
    return app


@cache
def our_templates() -> dict[str, Template]:
    """Return the templates of both apps in the set-up of today."""
    return {template.name: template for app in (app_of(), agent_space_app()) for template in templates_of(app)}


@cache
def chained_templates() -> dict[str, Template]:
    """Return the templates of the set-up from before general availability."""
    return {template.name: template for template in templates_of(app_of(Generation.TRANSITION))}


def copy_of(template: Template) -> dict[str, Any]:
    """Return a body that may be changed."""
    body: dict[str, Any] = json.loads(json.dumps(template.body))
    return body
