"""`make demo`: connect secondary accounts with the real CDK CLI, on this machine and without AWS."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.table import Table

from devops_agent_constructs import config
from tests.emulator import cdk_server
from tests.emulator.cdk import REPOSITORY, Cdk, CdkError, StackInAssembly
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import LiveAssociation, PrimaryAccount
from tests.emulator.role_table import role_table
from tests.emulator.server import Emulator

ACCOUNTS_FILE = "examples/connect_many_accounts/devops-agent.yaml"
CONTEXT_KEY = "devops-agent-constructs:configFile"
VALIDATE = "aws devops-agent validate-aws-associations"
_STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(show: Callable[[Console, Emulator, Path], bool]) -> int:
    """Run a demo; return its exit code, and leave nothing running or on disk either way.

    Args:
        show: Does it in an emulator and an empty folder; returns whether all went well.
    """
    for number in _STOPPED_BY:
        signal.signal(number, _stop)
    # Nothing is highlighted or wrapped but the table: commands are there to be copied.
    console = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        with TemporaryDirectory(prefix="devops-agent-demo-") as folder, ExitStack() as running:
            with step(console, "Several AWS accounts on this machine, without AWS"):
                emulator = running.enter_context(Emulator())
            return 0 if show(console, emulator, Path(folder)) else 1
    except KeyboardInterrupt as stopped:
        console.print("\nStopped: nothing is left running.")
        return 128 + int(stopped.args[0])
    except CdkError as failed:
        console.print(f"\n{failed}")
        return 1


def connect(console: Console, emulator: Emulator, folder: Path) -> bool:
    """Connect the accounts of the accounts file; return whether every association is valid."""
    space = config.from_file(REPOSITORY / ACCOUNTS_FILE).agent_space
    if space is None:
        raise ValueError(f"{ACCOUNTS_FILE} names no Agent Space")
    with step(console, f"An Agent Space in account {space.account_id}, as if made in the console"):
        primary = PrimaryAccount(emulator, space.arn)
    cdk = Cdk(folder, context={CONTEXT_KEY: ACCOUNTS_FILE}, is_loaded=cdk_server.ADDRESS in os.environ)
    with step(console, f"$ cdk synth -c {CONTEXT_KEY}=\\\n{ACCOUNTS_FILE}"):
        stacks = cdk.synth(environment=os.environ)
    roles = {}
    for stack in stacks:
        with step(console, f"$ {deploy_command(stack)}"):
            environment = emulator.environment(stack.account_id, stack.region)
            outputs = cdk.deploy(stack.stack_id, environment=environment, app=cdk.assembly)
        if "RoleName" in outputs:
            iam = emulator.client("iam", stack.account_id, stack.region)
            roles[stack.account_id] = LiveRole.read(iam, outputs["RoleName"])
    with step(console, f"$ {VALIDATE}"):
        associations = primary.validate()
    console.print("\nWhat stands in each account now, read over the APIs:")
    print_table(console, role_table(roles, associations))
    _same_on_aws(console, stacks, space.agent_space_id)
    return is_connected(roles, associations)


def print_table(console: Console, table: Table) -> None:
    """Print a table without the white space that it ends its lines with."""
    with console.capture() as printed:
        console.print(table)
    console.print("\n".join(line.rstrip() for line in printed.get().splitlines()))


def is_connected(accounts: Collection[str], associations: Mapping[str, LiveAssociation]) -> bool:
    """Whether there are accounts, and every one has a valid association."""
    valid = {account_id for account_id, association in associations.items() if association.status == "valid"}
    return bool(accounts) and valid.issuperset(accounts)


def deploy_command(stack: StackInAssembly) -> str:
    """The command that deploys one stack."""
    # Without this the CLI deploys the other accounts' stacks as well, with the wrong credentials.
    return f"cdk deploy {stack.stack_id}{' --exclusively' if stack.is_last else ''}"


def _same_on_aws(console: Console, stacks: list[StackInAssembly], agent_space_id: str) -> None:
    console.print("The same on AWS, with your own Agent Space and accounts in devops-agent.yaml:\n")
    for stack in stacks:
        console.print(f"{deploy_command(stack)} --profile <profile of {stack.account_id}>")
    console.print(f"{VALIDATE} \\\n--agent-space-id {agent_space_id}")


@contextmanager
def step(console: Console, line: str) -> Iterator[None]:
    """Show what is being done, and how long it took."""
    console.print(line, end="")
    started = time.monotonic()
    yield
    console.print(f"  # {time.monotonic() - started:.1f} s")


def _stop(number: int, _: FrameType | None) -> NoReturn:
    """Stop once; what comes while everything is being stopped is not heard."""
    for other in _STOPPED_BY:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(run(connect))
