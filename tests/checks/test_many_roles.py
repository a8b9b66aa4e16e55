"""Many accounts in one app: each is judged as fast as the one before."""

from __future__ import annotations

import sys

import pytest

from devops_agent_constructs.checks import Template, check_templates
from devops_agent_constructs.templates import secondary_account_template
from tests.conftest import SPACE


def calls(accounts: int) -> int:
    """Return how many Python functions are called to check the templates of so many accounts."""
    body, number = secondary_account_template(agent_space=SPACE), 0
    templates = [
        Template(name=f"{account}", body=body, account_id=f"{200_000_000_000 + account}", region="us-east-1")
        for account in range(accounts)
    ]

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        assert check_templates(templates) == ()
    finally:
        sys.setprofile(before)
    return number


def test_each_role_costs_the_same() -> None:
    """Counted in calls within Python.

    Promise: Linear.
    """
    calls(1)  # What is loaded and remembered at first is no part of it.
    assert calls(40) - calls(30) == pytest.approx(calls(20) - calls(10), rel=0.01)
