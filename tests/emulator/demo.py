"""`make demo`: connect secondary accounts with the real CDK CLI, on this machine and without AWS."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from rich.console import Console

from tests.emulator.cdk import Cdk, CdkError, StackInAssembly
from tests.emulator.live_role import LiveRole
from tests.emulator.role_table import role_table
from tests.emulator.server import Emulator

ACCOUNTS_FILE = "examples/connect_many_accounts/devops-agent.yaml"
_CONTEXT_KEY = "devops-agent-constructs:configFile"
_STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the demo; return its exit code, and leave nothing running or on disk either way."""
    for number in _STOPPED_BY:
        signal.signal(number, _stop)
    # Nothing is highlighted or wrapped but the table: commands are there to be copied.
    console = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        with TemporaryDirectory(prefix="devops-agent-demo-") as folder, ExitStack() as running:
            with _step(console, "Several AWS accounts on this machine, without AWS"):
                emulator = running.enter_context(Emulator())
            _connect(console, emulator, Path(folder))
    except KeyboardInterrupt as stopped:
        console.print("\nStopped: nothing is left running.")
        return 128 + int(stopped.args[0])
    except CdkError as failed:
        console.print(f"\n{failed}")
        return 1
    return 0


def _connect(console: Console, emulator: Emulator, folder: Path) -> None:
    cdk = Cdk(folder, context={_CONTEXT_KEY: ACCOUNTS_FILE})
    with _step(console, f"$ cdk synth -c {_CONTEXT_KEY}=\\\n{ACCOUNTS_FILE}"):
        stacks = cdk.synth(environment=os.environ)
    roles = {}
    for stack in stacks:
        with _step(console, f"$ cdk deploy {stack.stack_id}"):
            environment = emulator.environment(stack.account_id, stack.region)
            outputs = cdk.deploy(stack.stack_id, environment=environment, app=cdk.assembly)
        iam = emulator.client("iam", stack.account_id, stack.region)
        roles[stack.account_id] = LiveRole.read(iam, outputs["RoleName"])
    console.print("\nWhat stands in each account now, read over the IAM API:")
    with console.capture() as table:
        console.print(role_table(roles))
    console.print("\n".join(line.rstrip() for line in table.get().splitlines()))
    _same_on_aws(console, stacks)


def _same_on_aws(console: Console, stacks: list[StackInAssembly]) -> None:
    console.print("The same on AWS, with your own Agent Space and accounts in devops-agent.yaml:\n")
    for stack in stacks:
        console.print(f"cdk deploy {stack.stack_id} --profile <profile of {stack.account_id}>")


@contextmanager
def _step(console: Console, line: str) -> Iterator[None]:
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
    sys.exit(main())
