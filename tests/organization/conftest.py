"""A stack that a rollout may stand in."""

import pytest
from aws_cdk import App, Stack

from tests.organization.rollouts import stack_of


@pytest.fixture
def stack(app: App) -> Stack:
    """The stack of account 999999999999, which is not the primary account."""
    return stack_of(app, "999999999999")
