"""`make demo-cli`: the command line on a healthy and on a broken account, on this machine and without AWS."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from tests.emulator.demo import run, step
from tests.emulator.organization import Organization
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
PRIMARY, HEALTHY, BROKEN = "111111111111", "222222222222", "333333333333"
ROLE_NAME = "DevOpsAgentRole-SecondaryAccount"
_SCRIPTS = Path(sys.executable).parent
_WRONG_TRUST = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
"Principal": {"Service": "aidevops.amazonaws.com"},
"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}}"""


def show_commands(console: Console, emulator: Emulator, folder: Path) -> bool:
    """Connect two accounts, break one, and ask the command line each time; return whether it noticed."""
    template = folder / "role.json"
    command(console, emulator, PRIMARY, f"template --agent-space-arn {SPACE_ARN} --output-file {template.name}", folder)
    with step(console, "Two accounts get a stack of this template, and an association"):
        connect(emulator, template.read_text("utf-8"))
    command(console, emulator, PRIMARY, f"list {SPACE_ARN}", folder)
    healthy = command(console, emulator, PRIMARY, f"verify {SPACE_ARN}", folder)
    with step(console, f"\nSomebody lets the role in account {BROKEN} trust account 999999999999"):
        iam = emulator.client("iam", BROKEN)
        iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=_WRONG_TRUST)
    broken = command(console, emulator, PRIMARY, f"verify {SPACE_ARN} --account {BROKEN}", folder)
    reasons = [
        command(console, emulator, account_id, f"doctor {SPACE_ARN} --account {account_id}", folder)
        for account_id in (HEALTHY, BROKEN)
    ]
    console.print("\nThe same on AWS: with --profile of the account that each command is about.")
    return (healthy, broken, reasons) == (0, 1, [0, 1])


def connect(emulator: Emulator, template: str) -> None:
    """Deploy the role to both accounts and associate them; AWS Organizations knows their names."""
    primary = PrimaryAccount(emulator, SPACE_ARN)
    organization = Organization(emulator, management_account_id="999999999999")
    organization.add_account(organization.root_id, account_id=PRIMARY)
    organization.register_delegated_administrator(PRIMARY)
    for account_id, name in ((HEALTHY, "Orders"), (BROKEN, "Billing")):
        organization.add_account(organization.root_id, account_id=account_id)
        organization.rename(account_id, name)
        cloudformation = emulator.client("cloudformation", account_id)
        cloudformation.create_stack(
            StackName="DevOpsAgentSecondary", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        primary.associate(account_id, f"arn:aws:iam::{account_id}:role/{ROLE_NAME}")


def command(console: Console, emulator: Emulator, account_id: str, arguments: str, folder: Path) -> int:
    """Run a command in an account, with all that it prints; show and return its exit code."""
    console.print(f"\n$ devops-agent-accounts {arguments}".replace(SPACE_ARN, f"\\\n{SPACE_ARN}"))
    sys.stdout.flush()
    environment = emulator.environment(account_id, "us-east-1")
    environment["PATH"] = os.pathsep.join([environment["PATH"], str(_SCRIPTS)])
    program = ["devops-agent-accounts", *shlex.split(arguments)]
    code = subprocess.run(program, cwd=folder, env=environment, stderr=subprocess.STDOUT, check=False).returncode
    console.print(f"# account {account_id}, exit code {code}")
    return code


if __name__ == "__main__":
    sys.exit(run(show_commands))
