"""A role whose Agent Space only deployment knows admits exactly the one that is given then."""

from __future__ import annotations

import json

import pytest
from aws_cdk import App, CfnParameter, Environment, LegacyStackSynthesizer, Stack

from devops_agent_constructs import SecondaryAccountRole
from tests.conftest import template_of
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import EUROPEAN_ARN, ROLE_ARN, SPACE_ARN, status

ANY_ARN = SPACE_ARN.rpartition("/")[0] + "/*"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(SPACE_ARN, "valid"), (EUROPEAN_ARN, "invalid"), (ANY_ARN, "invalid")],
    ids=["the space", "another", "a wildcard"],
)
def test_the_parameter_decides(
    app: App, emulator: Emulator, primary: PrimaryAccount, given: str, expected: str
) -> None:
    """CloudFormation takes the account out of the ARN; a wildcard is compared as text, and admits nobody."""
    env = Environment(account="222222222222", region="us-east-1")
    stack = Stack(app, "Orders", env=env, synthesizer=LegacyStackSynthesizer())
    space = CfnParameter(stack, "Space").value_as_string
    SecondaryAccountRole(stack, "Role", agent_space=space, role_name="Agent")
    emulator.client("cloudformation", "222222222222").create_stack(
        StackName="Orders",
        TemplateBody=json.dumps(template_of(stack)),
        Parameters=[{"ParameterKey": "Space", "ParameterValue": given}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    primary.associate("222222222222", ROLE_ARN)
    assert status(primary)[0] == expected
