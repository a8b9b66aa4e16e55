"""`make demo-organization`: every account of an organization gets the role and is connected, without AWS.

Also those that join later: first the stacks, which leave a gap, then the sync, which closes it on its schedule, and
tells when a connection breaks. Time is that of the emulator.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from tests.emulator import cdk_server
from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import Cdk
from tests.emulator.clock import CLOCK
from tests.emulator.demo import CONTEXT_KEY, VALIDATE, deploy_command, print_table, run, step
from tests.emulator.demo_cli import command
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
BEFORE, AFTER, MOVED, BROKEN = "100000000005", "100000000006", "555555555555", "222222222222"
"""An account that joins before the first run of the sync, one that joins after it, one that moves out of the units, and
one whose role's trust policy is broken."""
SETTINGS = """\
bootstrap_qualifier: hnb659fds
primary: {}
sync: {}
health: {invalid_minutes: 30}
validate: {}
"""
_WRONG_TRUST = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
"Principal": {"Service": "aidevops.amazonaws.com"},
"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}}"""
UNITS = {
    **dict.fromkeys(WORKLOADS, "Workloads"),
    **dict.fromkeys(PAYMENTS, "Workloads/Payments"),
    **dict.fromkeys((*SANDBOX, SUSPENDED, EXCLUDED, BEFORE, AFTER), "Sandbox"),
    PRIMARY: "Platform",
    MANAGEMENT: "root",
    MOVED: "root",
}
REMARKS = {
    PRIMARY: "primary account",
    MANAGEMENT: "management account",
    SUSPENDED: "suspended",
    EXCLUDED: "excluded",
    BEFORE: "joined",
    AFTER: "joined later",
    MOVED: "moved out",
}
SYNC = "sync --config devops-agent.yaml"


@dataclass(frozen=True, kw_only=True)
class State:
    """What stands in the accounts, read over the APIs.

    Attributes:
        roles: Account -> its role, where it has one.
        associations: Account -> its association, where it has one.
    """

    roles: Mapping[str, LiveRole]
    associations: Mapping[str, LiveAssociation]

    @classmethod
    def read(cls, emulator: Emulator, associations: Mapping[str, LiveAssociation]) -> State:
        """Look for the role in all accounts."""
        found = {account_id: LiveRole.find(emulator.client("iam", account_id), ROLE_NAME) for account_id in UNITS}
        return cls(roles={account_id: role for account_id, role in found.items() if role}, associations=associations)

    @property
    def valid(self) -> set[str]:
        """The accounts whose association is valid."""
        return {account_id for account_id, found in self.associations.items() if found.status == "valid"}


def roll_out(console: Console, emulator: Emulator, folder: Path) -> bool:
    """Deploy to two units, let accounts come and go, break one and repair it; return whether all is well."""
    with step(console, "An organization of 13 accounts, and an Agent Space in one that is bootstrapped"):
        example = ExampleOrganization.create(emulator)
        primary = PrimaryAccount(emulator, SPACE_ARN)
        bootstrap(emulator, PRIMARY)
    _deploy(console, emulator, folder, example)
    with step(console, f"One account joins the unit Sandbox, {MOVED} moves out of Workloads"):
        example.organization.add_account(example.sandbox, account_id=BEFORE)
        example.organization.move(MOVED, example.organization.root_id)
    with step(console, f"$ {VALIDATE}"):
        gap = State.read(emulator, primary.validate())
    _show(console, gap, without=AFTER)
    code = command(console, emulator, PRIMARY, SYNC, folder)
    with step(console, "\n15 minutes pass, and the schedule runs the sync's function, which does that"):
        CLOCK.advance(timedelta(minutes=15))
    in_step = State.read(emulator, primary.associations())
    with step(console, "One more account joins the unit Sandbox, and the StackSet gives it the role"):
        example.organization.add_account(example.sandbox, account_id=AFTER)
    with step(console, "45 minutes pass"):
        CLOCK.advance(timedelta(minutes=45))
    joined = State.read(emulator, primary.associations())
    _show(console, joined)
    alarms = _break_and_repair(console, emulator)
    reached = {*REACHED, BEFORE} - {MOVED}
    return (
        code == 1
        and gap.roles.keys() == reached
        and gap.valid == {*REACHED[3:]} - {MOVED}
        and in_step.associations.keys() == in_step.valid == reached
        and joined.roles.keys() == joined.associations.keys() == joined.valid == {*reached, AFTER}
        and alarms == [("OK", 0), ("ALARM", 1), ("OK", 0)]
    )


def _break_and_repair(console: Console, emulator: Emulator) -> list[tuple[str, int]]:
    """Break the trust policy of a role, and put it back; return what alarm and metric said before, then, and after.

    A status is read by the run after the one that asked for the validation, and the alarm looks at two of them.
    """
    iam = emulator.client("iam", BROKEN)
    trust = json.dumps(iam.get_role(RoleName=ROLE_NAME)["Role"]["AssumeRolePolicyDocument"])
    found = [_invalid_accounts(console, emulator)]
    with step(console, f"\nSomebody lets the role in account {BROKEN} trust account 999999999999"):
        iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=_WRONG_TRUST)
    with step(console, "60 minutes pass"):
        CLOCK.advance(timedelta(minutes=60))
    found.append(_invalid_accounts(console, emulator))
    with step(console, "\nIts trust policy is put back"):
        iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=trust)
    with step(console, "45 minutes pass"):
        CLOCK.advance(timedelta(minutes=45))
    found.append(_invalid_accounts(console, emulator))
    return found


def _invalid_accounts(console: Console, emulator: Emulator) -> tuple[str, int]:
    """Show and return the state of the alarm on invalid accounts, and the last value of its metric."""
    cloudwatch, name = emulator.client("cloudwatch", PRIMARY), "InvalidAccounts"
    [alarm] = [one for one in cloudwatch.describe_alarms()["MetricAlarms"] if one["MetricName"] == name]
    values = cloudwatch.get_metric_statistics(
        Namespace=alarm["Namespace"],
        MetricName=name,
        Dimensions=alarm["Dimensions"],
        StartTime=CLOCK.now() - timedelta(minutes=16),
        EndTime=CLOCK.now() + timedelta(minutes=1),
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    value = int(max(values, key=lambda one: one["Timestamp"])["Maximum"])
    console.print(f"Alarm on {name}: {alarm['StateValue']}. Metric {name}: {value}")
    return alarm["StateValue"], value


def _deploy(console: Console, emulator: Emulator, folder: Path, example: ExampleOrganization) -> None:
    """Deploy the role to two units, and the associations of the accounts that the accounts file names."""
    path = folder / "devops-agent.yaml"
    file = example.accounts_file(agent_space_arn=SPACE_ARN, settings=SETTINGS, associate=REACHED[3:])
    path.write_text(file, encoding="utf-8")
    console.print(f"$ cat devops-agent.yaml\n{file}", end="")
    cdk = Cdk(folder, context={CONTEXT_KEY: str(path)}, is_loaded=cdk_server.ADDRESS in os.environ)
    with step(console, "$ cdk synth"):
        stacks = cdk.synth(environment=os.environ)
    for stack in stacks:
        with step(console, f"$ {deploy_command(stack)}"):
            environment = emulator.environment(stack.account_id, stack.region)
            cdk.deploy(stack.stack_id, environment=environment, app=cdk.assembly)


def _show(console: Console, state: State, *, without: str | None = None) -> None:
    """Print a row for each account, but for one that has not joined yet."""
    console.print("\nWhat stands in each account now, read over the APIs:")
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    for name in ("account", "unit", "role", "association", ""):
        table.add_column(name)
    for account_id in sorted(UNITS.keys() - {without}):
        association = state.associations.get(account_id)
        table.add_row(
            account_id,
            UNITS[account_id],
            "yes" if account_id in state.roles else "no",
            "none" if association is None else association.status,
            REMARKS.get(account_id, ""),
        )
    print_table(console, table)


if __name__ == "__main__":
    sys.exit(run(roll_out))
