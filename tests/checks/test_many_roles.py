"""Many accounts in one app: each is judged as fast as the one before."""

from __future__ import annotations

import pytest

from devops_agent_constructs.checks import Finding, Template, check_templates
from devops_agent_constructs.templates import secondary_account_template
from tests.conftest import SPACE
from tests.python_calls import python_calls


def calls(accounts: int) -> int:
    """Return how many Python functions are called to check the templates of so many accounts."""
    body, findings = secondary_account_template(agent_space=SPACE), list[Finding]()
    templates = [
        Template(name=f"{account}", body=body, account_id=f"{200_000_000_000 + account}", region="us-east-1")
        for account in range(accounts)
    ]
    number = python_calls(lambda: findings.extend(check_templates(templates)))
    assert findings == []
    return number


def test_each_role_costs_the_same() -> None:
    """Counted in calls within Python.

    Promise: Linear.
    """
    calls(1)  # What is loaded and remembered at first is no part of it.
    assert calls(40) - calls(30) == pytest.approx(calls(20) - calls(10), rel=0.01)
