"""`make demo-organization`: a role in every account of an organization, on this machine and without AWS."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from tests.emulator.cdk import Cdk
from tests.emulator.demo import CONTEXT_KEY, VALIDATE, deploy_command, print_table, run, step
from tests.emulator.example_organization import (
    EXCLUDED,
    MANAGEMENT,
    PAYMENTS,
    PRIMARY,
    REACHED,
    SANDBOX,
    SUSPENDED,
    WORKLOADS,
    ExampleOrganization,
)
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import LiveAssociation, PrimaryAccount
from tests.emulator.server import Emulator

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
ROLE_NAME = "DevOpsAgentRole-SecondaryAccount"
NEWCOMER, MOVED = "100000000005", "555555555555"
UNITS = {
    **dict.fromkeys(WORKLOADS, "Workloads"),
    **dict.fromkeys(PAYMENTS, "Workloads/Payments"),
    **dict.fromkeys((*SANDBOX, SUSPENDED, EXCLUDED, NEWCOMER), "Sandbox"),
    PRIMARY: "Platform",
    MANAGEMENT: "root",
    MOVED: "root",
}
REMARKS = {
    PRIMARY: "primary account",
    MANAGEMENT: "management account",
    SUSPENDED: "suspended",
    EXCLUDED: "excluded",
    NEWCOMER: "joined afterwards",
    MOVED: "moved out",
}


def roll_out(console: Console, emulator: Emulator, folder: Path) -> bool:
    """Deploy to two units, let accounts come and go; return whether each account has what it should."""
    with step(console, "An organization of 13 accounts, and an Agent Space in one of them"):
        example = ExampleOrganization.create(emulator)
        primary = PrimaryAccount(emulator, SPACE_ARN)
    path = folder / "devops-agent.yaml"
    file = example.accounts_file(agent_space_arn=SPACE_ARN, settings="primary: {}\n", associate=REACHED[3:])
    path.write_text(file, encoding="utf-8")
    console.print(f"$ cat devops-agent.yaml\n{file}", end="")
    cdk = Cdk(folder, context={CONTEXT_KEY: str(path)})
    with step(console, "$ cdk synth"):
        stacks = cdk.synth(environment=os.environ)
    for stack in stacks:
        with step(console, f"$ {deploy_command(stack)}"):
            environment = emulator.environment(stack.account_id, stack.region)
            cdk.deploy(stack.stack_id, environment=environment, app=cdk.assembly)
    with step(console, f"One account joins the unit Sandbox, {MOVED} moves out of Workloads"):
        example.organization.add_account(example.sandbox, account_id=NEWCOMER)
        example.organization.move(MOVED, example.organization.root_id)
    with step(console, f"$ {VALIDATE}"):
        associations = primary.validate()
    found = {account_id: LiveRole.find(emulator.client("iam", account_id), ROLE_NAME) for account_id in sorted(UNITS)}
    roles = {account_id: role for account_id, role in found.items() if role}
    console.print("\nWhat stands in each account now, read over the APIs:")
    print_table(console, _table(roles, associations))
    return set(roles) == {*REACHED, NEWCOMER} - {MOVED} and _agree(roles, associations)


def _agree(roles: Mapping[str, LiveRole], associations: Mapping[str, LiveAssociation]) -> bool:
    """Whether the associations are valid where there is a role, and only there."""
    return all((found.status == "valid") == (account_id in roles) for account_id, found in associations.items())


def _table(roles: Mapping[str, LiveRole], associations: Mapping[str, LiveAssociation]) -> Table:
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    for name in ("account", "unit", "role", "association", ""):
        table.add_column(name)
    for account_id in sorted(UNITS):
        association = associations.get(account_id)
        table.add_row(
            account_id,
            UNITS[account_id],
            "yes" if account_id in roles else "no",
            "none" if association is None else association.status,
            REMARKS.get(account_id, ""),
        )
    return table


if __name__ == "__main__":
    sys.exit(run(roll_out))
