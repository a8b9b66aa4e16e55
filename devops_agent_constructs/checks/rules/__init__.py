"""Lists the rules, in the order of docs/checks.md: that of the modules here, and of the rules in each."""

from __future__ import annotations

from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.rules import (
    admission,
    conditions,
    permissions,
    primary_account,
    principals,
    sessions,
    templates,
)

_MODULES = (conditions, principals, admission, sessions, permissions, primary_account, templates)

RULES = tuple(rule for module in _MODULES for rule in vars(module).values() if isinstance(rule, Rule))
"""Each rule once; its id is part of the interface."""
