"""A validation plugin of the CDK that checks DevOps Agent roles and associations, also those written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceReference
from devops_agent_constructs.checks import RULES, Finding, Severity, check_templates
from devops_agent_constructs.checks.check import known_space
from devops_agent_constructs.checks.template import Template

_WHY = {rule.id: rule.why for rule in RULES}


@jsii.implements(IPolicyValidationPlugin)
class DevOpsAgentChecks:
    """Checks the DevOps Agent roles, policies and associations of an app when it is synthesized.

    Errors stop the synthesis, warnings are printed. A finding is acknowledged by its rule, at the resource or above:
    `Validations.of(scope).acknowledge(Acknowledgment(id="devops-agent-constructs::previewSetup", reason="..."))`.

    Each template is read with the account and the Region of its stack; roles and associations of different stacks are
    compared. Roles of others than DevOps Agent are not looked at.

    See https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    @checked
    def __init__(self, *, agent_space: AgentSpaceReference | None = None) -> None:
        """Define the plugin, for `Validations.of(app).add_plugins`.

        Args:
            agent_space: The Agent Space that must get into every DevOps Agent role of the app. None: the one that an
                association of the app or the trust policy names.
        """
        self._agent_space = known_space(agent_space)

    @property
    def name(self) -> str:
        """What acknowledgements begin with."""
        return "devops-agent-constructs"

    @property
    def rule_ids(self) -> list[str]:
        """All rules."""
        return [rule.id for rule in RULES]

    @property
    def version(self) -> str:
        """This library's version."""
        return version("devops-agent-constructs")

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Check the templates; the CDK calls it."""
        templates = [
            template_of(Path(stack.template_path), account_id=stack.account_id, region=stack.region)
            for stack in context.stack_templates
        ]
        findings = check_templates(templates, agent_space=self._agent_space)
        return PolicyValidationPluginReport(
            success=all(finding.severity is not Severity.ERROR for finding in findings),
            violations=[_violation(finding) for finding in findings],
        )


def _violation(finding: Finding) -> PolicyViolation:
    resource = PolicyViolatingResource(
        locations=[finding.place.where],
        resource_logical_id=finding.place.logical_id,
        template_path=finding.place.template,
    )
    return PolicyViolation(
        rule_name=finding.rule_id,
        description=finding.message,
        severity=finding.severity.value,
        fix=finding.fix,
        rule_metadata={"why": _WHY[finding.rule_id]},
        violating_resources=[resource],
    )


def template_of(path: Path, *, account_id: str | None, region: str | None) -> Template:
    """Read the template that the CDK has written for a stack, with those of its nested stacks."""
    # Which file each asset of the stack is, by its hash; a stack without assets may have no such file.
    manifest = path.with_name(path.name.replace(".template.json", ".assets.json"))
    files = json.loads(manifest.read_text(encoding="utf-8")).get("files", {}) if manifest.is_file() else {}
    assets = {name: str(file.get("source", {}).get("path")) for name, file in files.items()}
    return _template(path, assets, account_id=account_id, region=region)


def _template(
    path: Path, assets: Mapping[str, str], *, account_id: str | None = None, region: str | None = None
) -> Template:
    # The CDK leaves the object out of an empty stack's template.
    body: dict[str, Any] = {"Resources": {}, **json.loads(path.read_text(encoding="utf-8"))}
    nested = {}
    for logical_id, resource in body["Resources"].items():
        url = json.dumps(resource.get("Properties", {}).get("TemplateURL", ""))
        names = [name for asset, name in assets.items() if asset in url and name.endswith(".nested.template.json")]
        if resource.get("Type") == "AWS::CloudFormation::Stack" and names:
            # The CDK writes it beside the outer one, as an asset.
            nested[logical_id] = _template(path.with_name(names[0]), assets)
    return Template(name=str(path), body=body, account_id=account_id, region=region, nested=nested)
