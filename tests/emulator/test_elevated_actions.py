"""An elevated role is taken and found good by AWS DevOps Agent, as far as the emulator knows its rules."""

from __future__ import annotations

import json

from tests.conftest import templates_of_script
from tests.emulator.cdk import REPOSITORY
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template, failures


def test_the_example_connects_both_roles(emulator: Emulator, primary: PrimaryAccount) -> None:
    """The role that reads and the role that acts are both valid; without the preference AWS refuses the second."""
    templates = templates_of_script(REPOSITORY / "examples" / "approve_directed_actions" / "app.py")
    orders = emulator.client("cloudformation", "222222222222")
    operations = emulator.client("cloudformation", "111111111111")
    deploy_template(orders, "Orders", json.dumps(templates["DevOpsAgentOrders.template.json"]))
    associations = json.dumps(templates["DevOpsAgentPrimary.template.json"])

    assert deploy_template(operations, "Stack", associations) == "ROLLBACK_COMPLETE"
    [refused] = failures(operations)
    assert "elevatedActionsEnabled" in refused

    space_id = primary.space.agent_space_id
    primary.api.update_agent_space(agentSpaceId=space_id, preferences={"elevatedActionsEnabled": True})
    assert deploy_template(operations, "Primary", associations) == "CREATE_COMPLETE"
    assert primary.validate()["222222222222"].status == "valid"
    [association] = primary.api.list_associations(agentSpaceId=space_id)["associations"]
    assert association["configuration"]["sourceAws"]["agentElevatedRoleArnStatus"] == "valid"
