"""A whole organization, by the real CDK CLI: every role read back, accounts that come and go, another generation."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from tests.emulator.cdk import REPOSITORY, Cdk
from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PAYMENTS,
    PRIMARY,
    REACHED,
    SUSPENDED,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.ready_made_app import ReadyMadeApp
from tests.emulator.server import Emulator

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
ROLE = "DevOpsAgentRole-SecondaryAccount"
TRUST_SERVICE = {
    "Effect": "Allow",
    "Principal": {"Service": "aidevops.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": SPACE_ARN}},
}
TRUST_AGENT_ROLE = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": SPACE_ARN}},
}
NEWCOMER, MOVED = "100000000005", "555555555555"
EVERYBODY = (*REACHED, PRIMARY, MANAGEMENT, SUSPENDED, EXCLUDED, NEWCOMER)


def trust(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a trust policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def roles(emulator: Emulator) -> dict[str, LiveRole]:
    """Return account id -> role, of all accounts that have one."""
    found = {account_id: LiveRole.find(emulator.client("iam", account_id), ROLE) for account_id in EVERYBODY}
    return {account_id: role for account_id, role in found.items() if role}


def test_an_organization_from_the_first_deployment_to_the_last(
    emulator: Emulator, primary: PrimaryAccount, tmp_path: Path
) -> None:
    """What stands in which account after each step."""
    example = ExampleOrganization.create(emulator)
    primary.create_agent_role()
    app = ReadyMadeApp(emulator, tmp_path)
    associate = ("222222222222", "888888888888")
    first = example.accounts_file(agent_space_arn=SPACE_ARN, settings="primary: {}\n", associate=associate)
    app.write(first)
    app.deploy("DevOpsAgentOrganization")
    app.deploy_without_cli("DevOpsAgentPrimary")

    # Nested units are reached; the primary, the management, the suspended and the excluded account are not.
    before = roles(emulator)
    assert tuple(sorted(before)) == REACHED
    for account_id, role in before.items():
        assert role.arn == f"arn:aws:iam::{account_id}:role/DevOpsAgentRole-SecondaryAccount"
        assert role.trust_policy == trust(TRUST_SERVICE)
        assert role.managed_policy_arns == ["arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy"]
        assert list(role.inline_policies) == ["DevOpsAgentInlinePolicy"]
    associations = primary.validate()
    assert {account_id: associations[account_id].status for account_id in associate} == dict.fromkeys(
        associate, "valid"
    )

    # One account joins, another moves out of the units.
    example.organization.add_account(example.sandbox, account_id=NEWCOMER)
    example.organization.move(MOVED, example.organization.root_id)
    joined = roles(emulator)
    assert joined.keys() == before.keys() - {MOVED} | {NEWCOMER}
    assert joined[NEWCOMER].trust_policy == trust(TRUST_SERVICE)

    # The generation changes everywhere, in the same roles, also in the account that joined.
    organization_id = emulator.client("organizations", MANAGEMENT).describe_organization()["Organization"]["Id"]
    settings = f"""\
generation: transition
agent_role_arn: arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace
primary: {{organization_id: {organization_id}}}
"""
    app.write(example.accounts_file(agent_space_arn=SPACE_ARN, settings=settings, associate=associate))
    app.deploy_without_cli("DevOpsAgentOrganization")
    after = roles(emulator)
    assert {account_id: role.role_id for account_id, role in after.items()} == {
        account_id: role.role_id for account_id, role in joined.items()
    }
    assert [role.trust_policy for role in after.values()] == [trust(TRUST_SERVICE, TRUST_AGENT_ROLE)] * len(after)

    app.delete("DevOpsAgentPrimary")
    app.destroy("DevOpsAgentOrganization")
    assert roles(emulator) == {}


def test_the_management_account_is_included(emulator: Emulator, primary: PrimaryAccount, tmp_path: Path) -> None:
    """Deployed by the management account, its own role stands in the same stack, equal to the others."""
    example = ExampleOrganization.create(emulator)
    app = ReadyMadeApp(emulator, tmp_path)
    file = example.accounts_file(agent_space_arn=SPACE_ARN).replace(f'"{PRIMARY}"\n', f'"{MANAGEMENT}"\n')
    app.write(file.replace("delegated_admin", "self\n  include_management_account: true"))
    app.deploy_without_cli("DevOpsAgentOrganization", account_id=MANAGEMENT)

    found = roles(emulator)
    assert tuple(sorted(found)) == (*REACHED, MANAGEMENT)
    assert found[MANAGEMENT].trust_policy == found["222222222222"].trust_policy
    assert found[MANAGEMENT].inline_policies == {
        name: replaced(document, "222222222222", MANAGEMENT)
        for name, document in found["222222222222"].inline_policies.items()
    }
    assert primary.associations() == {}


def replaced(value: Any, old: str, new: str) -> Any:
    """Return a document with one account id in the place of another."""
    if isinstance(value, dict):
        return {key: replaced(one, old, new) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, old, new) for one in value]
    return value.replace(old, new) if isinstance(value, str) else value


def test_one_deploy_for_everything(emulator: Emulator, tmp_path: Path) -> None:
    """The example: the Agent Space's real ARN flows into the StackSet, and the associations are valid at once."""
    ExampleOrganization.create(emulator)
    app = runpy.run_path(str(REPOSITORY / "examples" / "one_deploy_for_everything" / "app.py"))["app"]
    environment = emulator.environment(PRIMARY, "us-east-1")
    Cdk(tmp_path, context={}).deploy("DevOpsAgent", environment=environment, app=Path(app.outdir))

    api = emulator.client("devops-agent", PRIMARY)
    [space] = api.list_agent_spaces()["agentSpaces"]
    arn = f"arn:aws:aidevops:us-east-1:111111111111:agentspace/{space['agentSpaceId']}"
    found = roles(emulator)
    assert tuple(sorted(found)) == (*WORKLOADS, *PAYMENTS)
    for role in found.values():
        [statement] = role.trust_policy["Statement"]
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "111111111111"},
            "ArnLike": {"aws:SourceArn": arn},
        }
    api.validate_aws_associations(agentSpaceId=space["agentSpaceId"])
    associations = api.list_associations(agentSpaceId=space["agentSpaceId"])["associations"]
    assert [association["status"] for association in associations] == ["valid"] * 3
