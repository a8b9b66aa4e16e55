"""Runs the `console` blocks of a page in the emulator, as a reader would in a terminal of 80 columns."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.cli.conftest import ConnectedAccounts
from tests.cli.programs import run_in_terminal
from tests.emulator.organization import Organization
from tests.emulator.profiles import write_profiles

_CURSOR_IS_BACK = "\x1b[?25h"
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BROKEN = re.compile(r"^333333333333 .*invalid", re.MULTILINE)


def prepare(connected: ConnectedAccounts, folder: Path) -> dict[str, str]:
    """Give the accounts names in an organization; return an environment with the page's profiles."""
    organization = Organization(connected.emulator, management_account_id="999999999999")
    unit = organization.add_unit("Workloads", unit_id="ou-a1b2-11112222")
    organization.add_account(organization.root_id, account_id="111111111111")
    organization.register_delegated_administrator("111111111111")
    for account_id, name in (("222222222222", "Orders"), ("333333333333", "Billing"), ("444444444444", "Closed")):
        organization.add_account(unit, account_id=account_id)
        organization.rename(account_id, name)
    organization.close("444444444444")
    profiles = {"operations": "111111111111", "orders": "222222222222", "billing": "333333333333"}
    write_profiles(folder / "aws-config", connected.emulator, {**profiles, "management": "999999999999"})
    of_an_account = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION")
    environment = {name: value for name, value in connected.environment.items() if name not in of_an_account}
    return {**environment, "AWS_CONFIG_FILE": str(folder / "aws-config"), "NO_COLOR": "1"}


def played(block: str, connected: ConnectedAccounts, environment: dict[str, str], folder: Path) -> str:
    """Run the commands of a block; return the block with what they really print.

    Account 333333333333 breaks before the first block in which it is invalid.
    """
    if _BROKEN.search(block):
        connected.break_account("333333333333")
    return "".join(printed(block, environment, folder))


def printed(block: str, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Run the commands of a block; yield each, and what it prints."""
    code: int | None = None
    for command in [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]:
        yield f"$ {command}\n"
        program, *arguments = shlex.split(command)
        if (program, arguments) == ("echo", ["$?"]):
            yield f"{code}\n"
        elif program == "cat":
            [name] = arguments
            yield (folder / name).read_text("utf-8")
        else:
            assert program == "devops-agent-accounts"
            terminal = run_in_terminal(*arguments, environment=environment, columns=80, folder=folder)
            # A progress bar has erased itself.
            remaining = _ESCAPE.sub("", terminal.output.rpartition(_CURSOR_IS_BACK)[2])
            code, text = terminal.exit_code, remaining.replace("\r\n", "\n").lstrip("\r\n")
            yield text


def without_chance(text: str) -> str:
    """Replace what differs from run to run: times and made-up ids."""
    text = re.sub(r"\b2[0-9]{3}-[0-9]{2}-[0-9]{2}(?=T|\b)", "2026-10-20", text)
    text = re.sub(r"T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "T14:03:12Z", text)
    text = re.sub(r'("associationId": )"[^"]*"', r'\1"7326f254-a9bd-4694-ac8a-75c3aef509cb"', text)
    text = re.sub("(# unedited: )[0-9a-f]{16}", r"\g<1>0123456789abcdef", text)
    return re.sub(r"\bo-[a-z0-9]{10}\b", "o-a1b2c3d4e5", text)
