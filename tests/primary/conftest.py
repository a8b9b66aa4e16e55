"""What the tests of the primary account share."""

import pytest
from aws_cdk import App, Environment, LegacyStackSynthesizer, Stack


@pytest.fixture
def primary(app: App) -> Stack:
    """Return a stack of the primary account 111111111111."""
    env = Environment(account="111111111111", region="us-east-1")
    return Stack(app, "Primary", env=env, synthesizer=LegacyStackSynthesizer())
