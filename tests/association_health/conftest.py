"""What the tests of AssociationHealth share."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import AssociationHealth
from tests.conftest import SPACE

Made = Callable[..., AssociationHealth]


@pytest.fixture
def primary(app: App) -> Stack:
    """Return a stack of the primary account, in the Agent Space's Region."""
    env = Environment(account="111111111111", region="us-east-1")
    return Stack(app, "Primary", env=env, synthesizer=LegacyStackSynthesizer())


@pytest.fixture
def health(primary: Stack) -> Made:
    """Return what defines AssociationHealth for a sync that runs every 15 minutes, unless told otherwise."""

    def make(**arguments: Any) -> AssociationHealth:
        given = {"agent_space": SPACE, "schedule": Duration.minutes(15), **arguments}
        return AssociationHealth(primary, "Health", **{key: value for key, value in given.items() if value != ()})

    return make
