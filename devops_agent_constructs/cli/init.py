"""Defines `devops-agent-accounts init`: the files of a first app, an accounts file and `cdk.json`."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from devops_agent_constructs import _validators
from devops_agent_constructs.accounts_file.writer import SETTINGS, VALIDATION, WrittenAccount, accounts_file_text
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.agent_space_target import FILE
from devops_agent_constructs.cli.errors import UsageError
from devops_agent_constructs.cli.options import Debug
from devops_agent_constructs.cli.terminal.reporting import note, reported
from devops_agent_constructs.cli.terminal.written_file import check_new, write_new
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.onboarding.stack_names import StackNames

EXAMPLES = """\b
Examples:
  devops-agent-accounts init
  devops-agent-accounts init --yes --agent-space-arn ARN --account 222222222222 --account 333333333333
  devops-agent-accounts init --yes --agent-space-arn ARN --ou ou-a1b2-11112222 --organization-account 999999999999 \\
    --call-as self
"""

_CALL_AS = ("self", "delegated_admin")
_MODULE = "devops_agent_constructs"
APP = '''\
"""Connects the accounts of devops-agent.yaml to AWS DevOps Agent; add stacks of your own below."""

import sys

from aws_cdk import App
from devops_agent_constructs import OnboardingInputError, config, connect_accounts

app = App()
try:
    connected = connect_accounts(app, config.from_context(app))
except OnboardingInputError as error:
    sys.exit(f"error: {error}")
app.synth()
'''

SpaceArn = Annotated[
    str | None,
    typer.Option(metavar="ARN", help="The Agent Space; spaces lists them, and the console's page of one has the ARN."),
]
Accounts = Annotated[
    list[str] | None, typer.Option("--account", metavar="ID", help="A secondary account to connect; may be repeated.")
]
Units = Annotated[
    list[str] | None,
    typer.Option("--ou", metavar="ID", help="A unit of an organization, in place of accounts; may be repeated."),
]
OrganizationAccount = Annotated[
    str | None,
    typer.Option(metavar="ID", help="With --ou: the account of the StackSet. Default: the Agent Space's account."),
]
CallAs = Annotated[
    str | None,
    typer.Option(metavar="self|delegated_admin", help="With --ou: that account is the management account, or not."),
]
Folder = Annotated[Path, typer.Option(metavar="FOLDER", help="Where to write. Default: this folder.")]
App = Annotated[bool, typer.Option("--app", help="Also write app.py, to add stacks of your own to.")]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing: what is needed and not given is an error.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What the accounts file is made of.

    Attributes:
        agent_space: The Agent Space.
        accounts: Ids of secondary accounts; empty: units of an organization are given.
        units: Ids of organizational units, or of the root.
        organization_account: The account of the StackSet.
        call_as: `self` or `delegated_admin`.
    """

    agent_space: AgentSpaceArn
    accounts: Sequence[str] = ()
    units: Sequence[str] = ()
    organization_account: str = ""
    call_as: str = ""

    def text(self) -> str:
        """Return the accounts file."""
        settings = {"account_id": self.organization_account, "call_as": self.call_as}
        return accounts_file_text(
            [WrittenAccount(account_id=account_id) for account_id in self.accounts],
            agent_space=self.agent_space,
            comments=["Which accounts AWS DevOps Agent may investigate; by devops-agent-accounts init."],
            # A stack of associations needs accounts that are known; those of units are connected by sync.
            has_primary=not self.units,
            organization={**settings, "organizational_units": list(self.units)} if self.units else None,
            last_comments=SETTINGS if self.units else (*SETTINGS, VALIDATION),
        )

    def next_commands(self) -> Iterator[str]:
        """Yield the commands that lead to connected accounts, each with whose credentials it takes."""
        names, primary = StackNames(), self.agent_space.account_id
        for account_id in self.accounts:
            yield f"cdk deploy {names.secondary(account_id)} --profile <profile of {account_id}>"
        if self.units:
            yield f"cdk deploy {names.organization} --profile <profile of {self.organization_account}>"
            profiles = f"--profile <profile of {primary}>"
            if self.organization_account != primary:
                profiles += f" --organization-profile <profile of {self.organization_account}>"
            yield f"devops-agent-accounts sync {profiles}"
            yield f"devops-agent-accounts sync --apply --wait 10 {profiles}"
        else:
            yield f"cdk deploy {names.primary} --exclusively --profile <profile of {primary}>"
            yield f"devops-agent-accounts verify --profile <profile of {primary}>"


def init(
    *,
    agent_space_arn: SpaceArn = None,
    account: Accounts = None,
    ou: Units = None,
    organization_account: OrganizationAccount = None,
    call_as: CallAs = None,
    folder: Folder = Path(),
    app: App = False,
    yes: Yes = False,
    debug: Debug = False,
) -> None:
    """Write an accounts file and cdk.json for a first app, and say which commands connect the accounts.

    It asks what is not given. It never overwrites a file, and calls nobody.
    """
    with reported(debug=debug):
        python = "python" if os.name == "nt" else "python3"
        command = f"{python} app.py" if app else f"{python} -m {_MODULE}"
        settings = {"app": command, "context": {"@aws-cdk/core:enablePartitionLiterals": True}}
        paths = [folder / name for name in (FILE.name, "cdk.json", *(["app.py"] if app else []))]
        for path in paths:
            check_new(path)
        _check_together(account or (), ou or (), organization_account, call_as)
        ask = _ask if not yes and sys.stdin.isatty() else _refuse
        answers = _answers(
            ask,
            agent_space_arn=agent_space_arn,
            accounts=account or (),
            units=ou or (),
            organization_account=organization_account,
            call_as=call_as,
        )
        texts = [answers.text(), f"{json.dumps(settings, indent=2)}\n", APP]
        for path, text in zip(paths, texts, strict=False):
            write_new(path, text)
        note(f"wrote {', '.join(map(str, paths))}")
        sys.stdout.writelines(f"{line}\n" for line in answers.next_commands())


def _check_together(
    accounts: Sequence[str], units: Sequence[str], organization_account: str | None, call_as: str | None
) -> None:
    if accounts and units:
        fix = "give one of the two here; the accounts file takes both"
        raise UsageError(f"--account {accounts[0]}", why="--ou says which accounts", fix=fix)
    for option, value in (("--organization-account", organization_account), ("--call-as", call_as)):
        if value is not None and accounts:
            raise UsageError(f"{option} {value}", why="it is about a whole organization", fix="leave it out")
    if call_as not in {None, *_CALL_AS}:
        fix = "self is the management account, delegated_admin a delegated administrator of StackSets"
        raise UsageError(f"--call-as {call_as}", why="not what an account can be to the organization", fix=fix)


_Check = Callable[[str], object]
_Asker = Callable[[str, str, _Check], str]


def _ask(option: str, question: str, check: _Check) -> str:
    """Ask until the answer is good."""
    while True:
        answer = str(typer.prompt(question, err=True)).strip()
        try:
            check(answer)
        except OnboardingInputError as error:
            note(f"{option}: {error.why}; {error.fix}")
        else:
            return answer


def _refuse(option: str, question: str, _check: _Check) -> str:
    raise UsageError(option, why="it is missing, and nothing may be asked", fix=f"add it: {question}")


def _answers(
    ask: _Asker,
    *,
    agent_space_arn: str | None,
    accounts: Sequence[str],
    units: Sequence[str],
    organization_account: str | None,
    call_as: str | None,
) -> Answers:
    def check_space(text: str) -> AgentSpaceArn:
        return AgentSpaceArn.from_arn(text, field="--agent-space-arn")

    space = check_space(agent_space_arn or ask("--agent-space-arn", "ARN of the Agent Space", check_space))
    if not accounts and not units:
        question = "Ids of the accounts to connect, or of organizational units, with spaces between"
        named = _words(ask("--account or --ou", question, lambda text: _check_ids(_words(text), space)))
        accounts = [word for word in named if _validators.is_account_id(word)]
        units = [word for word in named if word not in accounts]
    _check_ids([*accounts, *units], space)
    if not units:
        return Answers(agent_space=space, accounts=accounts)
    owner = organization_account or space.account_id
    _validators.account_id(owner, field="--organization-account")
    if call_as is None:
        question = f"Is {owner} the management account (self) or a delegated administrator (delegated_admin)"
        call_as = ask("--call-as", question, _check_call_as)
    return Answers(agent_space=space, units=units, organization_account=owner, call_as=call_as)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word]


def _check_ids(ids: Sequence[str], space: AgentSpaceArn) -> None:
    accounts = [word for word in ids if not word.startswith(("ou-", "r-"))]
    units = [word for word in ids if word not in accounts]
    if bool(accounts) == bool(units):
        why, fix = "neither accounts alone nor units alone", "write account ids, or ids like ou-a1b2-11112222"
        raise OnboardingInputError("--account", " ".join(ids), why=why, fix=fix)
    _validators.account_ids(accounts, field="--account")
    for unit_id in units:
        _validators.organizational_unit(unit_id, field="--ou")
    if space.account_id in accounts:
        why, fix = "this is the Agent Space's own account", "leave it out: the Agent Space sees it already"
        raise OnboardingInputError("--account", space.account_id, why=why, fix=fix)


def _check_call_as(answer: str) -> None:
    if answer not in _CALL_AS:
        raise OnboardingInputError("--call-as", answer, why="neither of the two words", fix=f"write {_CALL_AS[0]}")
