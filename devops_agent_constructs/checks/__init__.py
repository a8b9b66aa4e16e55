"""Checks DevOps Agent's roles, policies and associations, as plain data: templates, or one live role. No CDK.

`check_template` and `check_templates` read CloudFormation templates, `check_role` what IAM's API returns. In a CDK app,
`devops_agent_constructs.DevOpsAgentChecks` runs them at synthesis.
"""

from __future__ import annotations

from devops_agent_constructs.checks.check import check_role, check_template, check_templates
from devops_agent_constructs.checks.finding import Finding, Place, Severity
from devops_agent_constructs.checks.role import Purpose
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.rules import RULES
from devops_agent_constructs.checks.template import Template

__all__ = [
    "RULES",
    "Finding",
    "Place",
    "Purpose",
    "Rule",
    "Severity",
    "Template",
    "check_role",
    "check_template",
    "check_templates",
]
