"""Makes values of an accounts file whose format is right; each error gets the key and the place that the user knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from devops_agent_constructs import _validators
from devops_agent_constructs.accounts_file.format import AccountEntry, AccountsFile, NewAgentSpaceEntry
from devops_agent_constructs.accounts_file.format_errors import explain
from devops_agent_constructs.accounts_file.organization_reader import (
    in_words_of_the_file,
    path_in_file,
    read_organization,
)
from devops_agent_constructs.accounts_file.outputs_file import OUTPUTS_FILE
from devops_agent_constructs.accounts_file.paths import Key, path_of
from devops_agent_constructs.accounts_file.role_reader import (
    ROLE_KEYS,
    PlacedCapability,
    blame,
    capabilities_of,
    path_of_sid,
    settings_of,
)
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.primary_stack_size import check_primary_stack
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.organization.organization import Organization, check_connections
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary.account import NewAgentSpace, PrimaryAccount, place_of
from devops_agent_constructs.secondary.account import SecondaryAccount
from devops_agent_constructs.secondary.topology_scope import TopologyScope

# Every accounts file has one of these; others, like `role`, stand in other people's files, too.
_KNOWN_BY = ("agent_space_arn", "primary", "accounts", "organization")


def reader_of(path: Path, text: str) -> AccountsFileReader:
    """Check the format of a file's text; `path` is the name in errors, and tells YAML from JSON.

    Raises:
        OnboardingInputError: It is malformed, or no accounts file at all.
    """
    document = YamlDocument(path, text, keys=_KNOWN_BY)
    try:
        return AccountsFileReader(msgspec.convert(document.data, AccountsFile), document)
    except msgspec.ValidationError:
        raise explain(document) from None


class AccountsFileReader:
    """Makes values of one file."""

    def __init__(self, file: AccountsFile, document: YamlDocument) -> None:
        self._file, self._document = file, document
        self._accounts = [] if file.accounts is UNSET else file.accounts
        self._new_space = UNSET if file.primary is UNSET else file.primary.create_agent_space

    @property
    def creates_agent_space(self) -> bool:
        """Whether the file asks for an Agent Space of its own."""
        return self._new_space is not UNSET

    @property
    def stack_names(self) -> StackNames:
        """What the stacks are called."""
        try:
            return StackNames(prefix=self._file.stack_prefix)
        except OnboardingInputError as error:
            raise self._blame(error, ("stack_prefix",)) from None

    def onboarding(self, *, deployed: AgentSpaceArn | None, stage_name: str) -> Onboarding:
        """Make the values.

        Args:
            deployed: The Agent Space that the file asks for, once it is there.
            stage_name: The stage for which it was looked up.
        """
        file = self._file
        self._check("region", _validators.region)
        self._check("bootstrap_qualifier", _validators.bootstrap_qualifier)
        names = self.stack_names
        space = self._agent_space(deployed)
        role_arn = None if file.agent_role_arn is UNSET else file.agent_role_arn
        primary = self._primary(space)
        if space is not None:
            self._check_agent_role(space, role_arn)
        shared = capabilities_of(file.role, ("role",), self._document)
        accounts = tuple(self._account(index, entry, shared) for index, entry in enumerate(self._accounts))
        organization = self._organization(shared)
        try:
            check_connections(
                accounts,
                organization,
                primary=primary,
                primary_account_id=place_of(space, primary).account_id,
                partition=place_of(space, primary).partition,
                generation=file.generation,
            )
            if primary is not None:
                check_primary_stack(
                    accounts,
                    organization,
                    organization_id=primary.organization_id,
                    has_agent_role=role_arn is not None,
                )
        except OnboardingInputError as error:
            raise self._blame(in_words_of_the_file(error), self._path_of_field(error.field)) from None
        return Onboarding(
            agent_space=space,
            generation=file.generation,
            agent_role_arn=role_arn,
            accounts=accounts,
            primary=primary,
            organization=organization,
            bootstrap_qualifier=None if file.bootstrap_qualifier is UNSET else file.bootstrap_qualifier,
            stack_prefix=names.prefix,
            stage_name=stage_name,
        )

    def _check(self, key: str, check: Callable[..., object]) -> None:
        if (value := getattr(self._file, key)) is UNSET:
            return
        try:
            check(value, field=key)
        except OnboardingInputError as error:
            raise self._blame(error, (key,)) from None

    def _agent_space(self, deployed: AgentSpaceArn | None) -> AgentSpaceArn | None:
        given = self._file.agent_space_arn
        if given is UNSET and not self.creates_agent_space:
            fix = "add it, or let the app create one: primary: {create_agent_space: {name: ...}}"
            why = "it is required and missing"
            raise self._blame(OnboardingInputError("", None, why=why, fix=fix), ("agent_space_arn",))
        if given is UNSET:
            return deployed
        if deployed is not None and deployed.arn != given:
            why = f"{OUTPUTS_FILE} says that the Agent Space created here is {deployed.arn}"
            error = OnboardingInputError("", given, why=why, fix="correct it, or remove this key")
            raise self._blame(error, ("agent_space_arn",))
        try:
            return AgentSpaceArn.from_arn(given)
        except OnboardingInputError as error:
            raise self._blame(error, ("agent_space_arn",)) from None

    def _check_agent_role(self, space: AgentSpaceArn, role_arn: str | None) -> None:
        generation = self._file.generation
        try:
            role_arns = [] if role_arn is None else [role_arn]
            agent_role_of_each_account([space], generation=generation, agent_role_arns=role_arns)
        except OnboardingInputError as error:
            # The agent role that is missing is missing for the sake of the generation.
            place = "generation" if error.value is None else error.field
            raise error.at(error.field, location=self._document.location((place,))) from None

    def _primary(self, space: AgentSpaceArn | None) -> PrimaryAccount | None:
        entry = self._file.primary
        if entry is UNSET:
            return None
        new = None if entry.create_agent_space is UNSET else self._new_agent_space(entry.create_agent_space, space)
        organization = None if entry.organization_id is UNSET else entry.organization_id
        try:
            return PrimaryAccount(new_agent_space=new, organization_id=organization)
        except OnboardingInputError as error:
            raise self._blame(error, ("primary", error.field)) from None

    def _new_agent_space(self, entry: NewAgentSpaceEntry, space: AgentSpaceArn | None) -> NewAgentSpace:
        path = ("primary", "create_agent_space")
        if self._file.generation is not Generation.GA or self._file.agent_role_arn is not UNSET:
            key = "generation" if self._file.agent_role_arn is UNSET else "agent_role_arn"
            why = "a new Agent Space brings its own agent role, and AWS's later set-up (ga)"
            error = OnboardingInputError("", self._document.value((key,)), why=why, fix="remove this key")
            raise self._blame(error, (key,))
        settings = {name: value for name, value in msgspec.structs.asdict(entry).items() if value is not UNSET}
        for name in ("account_id", "region"):
            known = None if space is None else getattr(space, name)
            if settings.setdefault(name, known) is None:
                fix = "add it, as there is no Agent Space yet to take it from"
                error = OnboardingInputError("", None, why="it is required and missing", fix=fix)
                raise self._blame(error, (*path, name))
            if known not in (None, settings[name]):
                why, fix = f"the Agent Space is {space and space.arn}", "correct one of the two"
                if self._file.agent_space_arn is UNSET:
                    why = f"{OUTPUTS_FILE} says that {why}, and an Agent Space does not move"
                    fix = f"correct it, or remove {OUTPUTS_FILE} if it is of another app"
                error = OnboardingInputError("", settings[name], why=why, fix=fix)
                raise self._blame(error, (*path, name))
        try:
            return NewAgentSpace(**settings)
        except OnboardingInputError as error:
            raise self._blame(error, (*path, error.field)) from None

    def _account(self, index: int, entry: str | AccountEntry, shared: list[PlacedCapability]) -> SecondaryAccount:
        entry = AccountEntry(id=entry) if isinstance(entry, str) else entry
        own = capabilities_of(entry.role, ("accounts", index, "role"), self._document)
        capabilities = [*shared, *own]
        settings: dict[str, Any] = {"account_id": entry.id, "capabilities": tuple(made for _, made in capabilities)}
        if (region := self._file.region if entry.region is UNSET else entry.region) is not UNSET:
            settings["region"] = region
        if entry.elevated_role_arn is not UNSET:
            settings["elevated_role_arn"] = entry.elevated_role_arn
        roles = ((("accounts", index, "role"), entry.role), (("role",), self._file.role))
        settings |= settings_of(*roles, document=self._document)
        try:
            if entry.topology is not UNSET:
                settings["topology"] = TopologyScope(**msgspec.structs.asdict(entry.topology))
            return SecondaryAccount(**settings)
        except OnboardingInputError as error:
            raise self._blame(error, self._path_of_setting(index, error, capabilities)) from None

    def _organization(self, shared: list[PlacedCapability]) -> Organization | None:
        entry = self._file.organization
        if entry is not UNSET:
            region = None if self._file.region is UNSET else self._file.region
            return read_organization(entry, self._file.role, shared, self._document, region=region)
        if self._file.accounts is UNSET:
            fix = "add it, or roll out to a whole organization: organization: {...}"
            error = OnboardingInputError("", None, why="it is required and missing", fix=fix)
            raise self._blame(error, ("accounts",))
        return None

    def _path_of_setting(
        self, index: int, error: OnboardingInputError, capabilities: list[PlacedCapability]
    ) -> tuple[Key, ...]:
        if error.field == "sid":
            return path_of_sid(error.value, capabilities)
        return self._path_in_account(index, error.field)

    def _path_of_field(self, field: str) -> tuple[Key, ...]:
        """Translate `accounts[3].account_id`, `accounts`, or what is wrong with the organization."""
        argument, *rest = path_of(field)
        if argument == "accounts":
            return self._path_in_account(int(rest[0]), str(rest[1])) if rest else (argument,)
        return (argument, *rest) if argument == "primary" else path_in_file(field)

    def _path_in_account(self, index: int, field: str) -> tuple[Key, ...]:
        entry = self._accounts[index]
        name, *rest = path_of(field)
        if name == "account_id":
            return ("accounts", index) if isinstance(entry, str) else ("accounts", index, "id")
        if name == "region" and (isinstance(entry, str) or entry.region is UNSET):
            return ("region",)
        if (key := ROLE_KEYS.get(str(name))) is None:
            return ("accounts", index, name, *rest)
        is_own = isinstance(entry, AccountEntry) and getattr(entry.role, key) is not UNSET
        return (*(("accounts", index) if is_own else ()), "role", key, *rest)

    def _blame(self, error: OnboardingInputError, path: tuple[Key, ...]) -> OnboardingInputError:
        return blame(error, path, self._document)
