"""Finds the Agent Space that a command is about, also where the user names none, and reaches it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devops_agent_constructs._plain_text import counted
from devops_agent_constructs.account_sync.connection import Connection, UnitAssociation, UnreadAssociation
from devops_agent_constructs.account_sync.validations import AssociationRemovedError, Validations
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.aws.session import RETRIES_OF_CLIENT, Session
from devops_agent_constructs.cli.errors import CommandError, UsageError, error_of_file
from devops_agent_constructs.cli.terminal.console import progress_bar
from devops_agent_constructs.cli.terminal.reporting import note
from devops_agent_constructs.errors import OnboardingInputError

VARIABLE = "DEVOPS_AGENT_SPACE"
FILE = Path("devops-agent.yaml")
# botocore's `devops-agent` model, API version 2026-01-01 (shape AgentSpaceId).
_ID = re.compile("[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentSpaceTarget:
    """An Agent Space and the session that reaches it.

    Attributes:
        agent_space_id: The last part of its ARN.
        arn: None if the user gave the id alone.
        session: In the ARN's Region, if the user gave the ARN.
    """

    agent_space_id: str
    arn: AgentSpaceArn | None
    session: Session

    @classmethod
    def parse(cls, text: str | None, session: Session) -> AgentSpaceTarget:
        """Read what the user wrote for AGENT_SPACE, or find it where `default_agent_space` looks.

        Raises:
            CommandError: An ARN of another Region than `--region` says, or nothing is written anywhere.
            OnboardingInputError: Neither an id nor an ARN.
        """
        field = "AGENT_SPACE"
        if text is None:
            field, text = default_agent_space()
        if _ID.fullmatch(text):
            return cls(agent_space_id=text, arn=None, session=session)
        if ":" not in text:
            why = "neither an id, 1-64 of A-Z a-z 0-9 -, nor the ARN of an Agent Space"
            fix = "devops-agent-accounts spaces shows those that there are"
            raise OnboardingInputError(field, text, why=why, fix=fix)
        arn = AgentSpaceArn.from_arn(text, field=field)
        if session.region not in {None, arn.region}:
            why = f"the Agent Space's ARN says Region {arn.region}"
            fix = "leave out --region: the ARN is enough"
            raise UsageError(f"--region {session.region}", why=why, fix=fix)
        return cls(agent_space_id=arn.agent_space_id, arn=arn, session=replace(session, region=arn.region))

    def full_arn(self, *, is_patient: bool = True) -> AgentSpaceArn:
        """Return the ARN; where the user gave the id, with the account of the credentials. Raises botocore's errors."""
        if self.arn is not None:
            return self.arn
        caller = self.session.client("sts", is_patient=is_patient).get_caller_identity()
        _, partition, *_ = caller["Arn"].split(":")
        beginning = f"arn:{partition}:aidevops:{self.session.region_name}:{caller['Account']}"
        return AgentSpaceArn.from_arn(f"{beginning}:agentspace/{self.agent_space_id}")

    def command(self, name: str) -> str:
        """Return another command about the same Agent Space, with the same credentials and Region, to be copied."""
        space = self.agent_space_id if self.arn is None else self.arn.arn
        session = self.session if self.arn is None else replace(self.session, region=None)
        return f"devops-agent-accounts {name} {space}{session.options}"

    def client(self) -> Any:  # noqa: ANN401  # made at run time
        """Return the client of AWS DevOps Agent."""
        return self.session.client("devops-agent")

    def connections(self) -> Iterator[Connection | UnreadAssociation]:
        """Read all that connects AWS accounts, as `read_connections` does.

        Raises:
            CommandError: There is no such Agent Space. Other errors are botocore's.
        """
        with self.calls():
            yield from self._validations().connections()

    def validated(self, before: Mapping[str, Connection], *, seconds: float) -> list[Connection]:
        """Ask for the validation of the Agent Space and wait for the results, as `Validations.validate` does.

        Raises:
            CommandError: There is no such Agent Space, or an association was removed in the meantime. Other errors are
                botocore's.
        """
        units = sum(isinstance(association, UnitAssociation) for association in before.values())
        numbers = {"account": len(before) - units, "unit": units}
        connected = " and ".join(counted(number, noun) for noun, number in numbers.items() if number) or "0 accounts"
        task = f"validating {connected}, up to {seconds / 60:g} min"
        with progress_bar(task, total=len(before)) as progress, self.calls():
            try:
                return self._validations().validate(before, seconds=seconds, progress=progress)
            except AssociationRemovedError as error:
                raise CommandError(error.label, why=error.why, fix="run verify again") from error

    def _validations(self) -> Validations:
        return Validations(client=self.client(), agent_space_id=self.agent_space_id, retries=RETRIES_OF_CLIENT)

    @contextmanager
    def calls(self) -> Iterator[None]:
        """Explain it when the calls inside do not find the Agent Space, or ask the wrong account."""
        errors = self.client().exceptions
        try:
            yield
        except errors.ResourceNotFoundException as error:
            raise self._missing(self._account_id()) from error
        except errors.AccessDeniedException as error:
            # In another account than the Agent Space's a permission would not help.
            if self.arn is not None and (account_id := self._account_id()) not in {None, self.arn.account_id}:
                raise self._missing(account_id) from error
            raise

    def _missing(self, account_id: str | None) -> CommandError:
        region = self.session.region_name
        where = f"Region {region} of {f'account {account_id}' if account_id else 'the account of these credentials'}"
        if self.arn is not None and account_id not in {None, self.arn.account_id}:
            why = f"it is in account {self.arn.account_id}, but these credentials are of account {account_id}"
            fix = f"take the --profile of {self.arn.account_id}, the primary account"
        elif self.arn is not None:
            why, fix = f"{where} has none of this id", "check the ARN; the Agent Space may have been deleted"
        else:
            why = f"{where} has none of this id"
            fix = "give its ARN, or the right --region, or the --profile of the primary account"
        return CommandError(f"Agent Space {self.agent_space_id}", why=why, fix=fix)

    def _account_id(self) -> str | None:
        """Return the account of the credentials; None if that cannot be found out either.

        Needs no permission. See https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        """
        client = self.session.client("sts")
        try:
            return str(client.get_caller_identity()["Account"])
        except client.exceptions.ClientError:
            return None


def agent_space_of_environment() -> str | None:
    """Return the id or ARN of the environment variable, which is said on standard error; None: it is not set."""
    text = os.environ.get(VARIABLE) or None
    if text is not None:
        note(f"note: Agent Space {text}, from {VARIABLE}")
    return text


def default_agent_space() -> tuple[str, str]:
    """Return what is to blame for a mistake in it, and the id or ARN; which one was taken is said on standard error.

    The environment variable wins over the accounts file in this folder.

    Raises:
        CommandError: There is neither, or the file names no Agent Space that exists.
    """
    if text := agent_space_of_environment():
        return VARIABLE, text
    if not FILE.is_file():
        why = f"none is given, {VARIABLE} is not set, and this folder has no {FILE}"
        fix = "devops-agent-accounts spaces shows those that there are"
        raise UsageError("AGENT_SPACE", why=why, fix=fix)
    space = _space_of_file()
    note(f"note: Agent Space {space.arn}, from {FILE} in this folder")
    return str(FILE), space.arn


def _space_of_file() -> AgentSpaceArn:
    # Not at the top: few ways of using a command read a file.
    from devops_agent_constructs import config  # noqa: PLC0415

    fix = f"give AGENT_SPACE, or set {VARIABLE}"
    try:
        space = config.from_file(FILE).agent_space
    except OnboardingInputError as error:
        raise error_of_file(error, fix=f"{error.fix}; or {fix}") from error
    if space is None or space.is_any_in_account:
        why = "it does not say which Agent Space: that is known after its deployment"
        raise UsageError(str(FILE), why=why, fix=fix)
    return space
