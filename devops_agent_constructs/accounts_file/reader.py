"""Makes values of an accounts file whose format is right; each error gets the key and the place that the user knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from devops_agent_constructs import _validators
from devops_agent_constructs.accounts_file.agent_space_reader import new_agent_space
from devops_agent_constructs.accounts_file.format import (
    AccountEntry,
    AccountsFile,
    OrganizationEntry,
)
from devops_agent_constructs.accounts_file.format_errors import explain
from devops_agent_constructs.accounts_file.outputs_file import OUTPUTS_FILE, deployed_agent_space
from devops_agent_constructs.accounts_file.paths import KeyPath
from devops_agent_constructs.accounts_file.places import path_in, placed
from devops_agent_constructs.accounts_file.role_reader import (
    PlacedCapability,
    capabilities_of,
    given,
    path_of_sid,
    role_settings,
)
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.onboarding.settings import HealthSettings, SyncSettings, ValidationSettings
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.onboarding.value import Onboarding
from devops_agent_constructs.organization.deployment import CallAs, ServiceManagedDeployment
from devops_agent_constructs.organization.operation_preferences import OperationPreferences
from devops_agent_constructs.organization.organization import Organization
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.primary.account import PrimaryAccount
from devops_agent_constructs.secondary.account import SecondaryAccount, TopologyScope

# Every accounts file has one of these; others, like `role`, stand in other people's files, too.
_T = TypeVar("_T")
_KNOWN_BY = ("agent_space_arn", "primary", "accounts", "organization")


def onboarding_of(
    path: Path, text: str, *, stage_name: str, check: Callable[[Onboarding], None] | None = None
) -> Onboarding:
    """Make the value of a file's text; `path` is the name in errors, and tells YAML from JSON.

    `check` is one of the value in the scope that the file is read for; its errors get their place in the file.
    """
    document = YamlDocument(path, text, keys=_KNOWN_BY)
    try:
        file = msgspec.convert(document.data, AccountsFile)
    except msgspec.ValidationError:
        raise explain(document) from None
    return _Reader(file, document).onboarding(stage_name, check)


class _Reader:
    """Makes values of one file."""

    def __init__(self, file: AccountsFile, document: YamlDocument) -> None:
        self._file, self._document = file, document
        self._accounts = [] if file.accounts is UNSET else file.accounts
        self._region = None if file.region is UNSET else file.region
        self._new_space = UNSET if file.primary is UNSET else file.primary.new_agent_space

    def onboarding(self, stage_name: str, check: Callable[[Onboarding], None] | None) -> Onboarding:
        deployed = self._deployed(stage_name)
        file, settings = self._file, given(self._file)
        if self._region is not None:
            with self._placed():
                _validators.region(self._region, field="region")
        space = self._agent_space(deployed)
        role_arn = settings.get("agent_role_arn")
        primary = self._primary(space)
        if space is not None:
            self._check_agent_role(space, role_arn)
        shared = capabilities_of(file.role.capabilities, ("role",), self._document)
        accounts = tuple(self._account(index, entry, shared) for index, entry in enumerate(self._accounts))
        organization = self._organization(shared)
        with self._placed():
            onboarding = Onboarding(
                agent_space=space,
                accounts=accounts,
                generation=file.generation,
                agent_role_arn=role_arn,
                primary=primary,
                organization=organization,
                sync=self._made("sync", SyncSettings),
                validate=self._made("validate", ValidationSettings),
                health=self._made("health", HealthSettings),
                bootstrap_qualifier=settings.get("bootstrap_qualifier"),
                stack_prefix=file.stack_prefix,
                tags=file.tags,
                termination_protection=file.termination_protection,
                stage_name=stage_name,
            )
            if check is not None:
                check(onboarding)
        return onboarding

    def _deployed(self, stage_name: str) -> AgentSpaceArn | None:
        """Return the Agent Space that the file asks for, once it is there."""
        if self._new_space is UNSET:
            return None
        with self._placed():
            names = StackNames(prefix=self._file.stack_prefix)
        return deployed_agent_space(f"{stage_name}-{names.agent_space}" if stage_name else names.agent_space)

    def _made(self, key: str, settings: Callable[..., _T]) -> _T | None:
        """Make one of the values that have a key of the file to themselves; None: the file does not have it."""
        if (entry := getattr(self._file, key)) is UNSET:
            return None
        with self._placed(key):
            return settings(**_with_tuples(given(entry)))

    def _agent_space(self, deployed: AgentSpaceArn | None) -> AgentSpaceArn | None:
        arn = self._file.agent_space_arn
        if arn is UNSET and self._new_space is UNSET:
            fix = "add it, or let the app create one: primary: {create_agent_space: {name: ...}}"
            raise self._document.error(("agent_space_arn",), why="it is required and missing", fix=fix)
        if arn is UNSET:
            return deployed
        if deployed is not None and deployed.arn != arn:
            why = f"{OUTPUTS_FILE} says that the Agent Space created here is {deployed.arn}"
            raise self._document.error(("agent_space_arn",), why=why, fix="correct it, or remove this key")
        with self._placed():
            return AgentSpaceArn.from_arn(arn)

    def _check_agent_role(self, space: AgentSpaceArn, role_arn: str | None) -> None:
        generation = self._file.generation
        try:
            agent_role_of_each_account([space], generation=generation, agent_role_arn=role_arn)
        except OnboardingInputError as error:
            # The agent role that is missing is missing for the sake of the generation.
            key = "generation" if error.value is None else error.field
            raise error.at(error.field, location=self._document.location((key,))) from None

    def _primary(self, space: AgentSpaceArn | None) -> PrimaryAccount | None:
        if self._file.primary is UNSET:
            return None
        settings = given(self._file.primary)
        if self._new_space is not UNSET:
            settings["new_agent_space"] = new_agent_space(self._new_space, space, self._file, self._document)
        with self._placed("primary"):
            return PrimaryAccount(**settings)

    def _account(self, index: int, entry: str | AccountEntry, shared: list[PlacedCapability]) -> SecondaryAccount:
        entry = AccountEntry(account_id=entry) if isinstance(entry, str) else entry
        capabilities = [*shared, *capabilities_of(entry.role.capabilities, ("accounts", index, "role"), self._document)]
        settings: dict[str, Any] = {"region": self._region} | given(entry)
        del settings["role"]
        with self._placed(f"accounts[{index}]", capabilities):
            settings |= role_settings(self._file.role, entry.role, capabilities=capabilities)
            if entry.topology is not UNSET:
                settings["topology"] = TopologyScope(**msgspec.structs.asdict(entry.topology))
            return SecondaryAccount(**settings)

    def _organization(self, shared: list[PlacedCapability]) -> Organization | None:
        entry = self._file.organization
        if entry is not UNSET:
            with self._placed("organization", shared):
                role = role_settings(self._file.role, capabilities=shared)
                return _organization_of(entry, role, region=self._region)
        if self._file.accounts is UNSET:
            fix = "add it, or roll out to a whole organization: organization: {...}"
            raise self._document.error(("accounts",), why="it is required and missing", fix=fix)
        return None

    @contextmanager
    def _placed(self, value: str = "", capabilities: list[PlacedCapability] | None = None) -> Iterator[None]:
        """Place the errors of one of the values, such as `accounts[3]`; empty: the errors name it themselves."""

        def path_in_file(error: OnboardingInputError) -> KeyPath:
            if error.field == "sid" and capabilities:
                return path_of_sid(error.value, capabilities)
            return path_in(self._file, f"{value}.{error.field}" if value else error.field)

        with placed(self._document, path_in_file):
            yield


def _organization_of(entry: OrganizationEntry, role: dict[str, Any], *, region: str | None) -> Organization:
    """Make the value; the file has on one level what stands in three values."""
    settings = {"region": region} | _with_tuples(given(entry)) | {"call_as": CallAs[entry.call_as.upper()]}
    deployment = _taken_from(settings, ServiceManagedDeployment)
    preferences = _taken_from(settings, OperationPreferences)
    return Organization(
        deployment=ServiceManagedDeployment(**deployment),
        operation_preferences=OperationPreferences(**preferences) if preferences else None,
        **settings,
        **role,
    )


def _with_tuples(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def _taken_from(settings: dict[str, Any], cls: type) -> dict[str, Any]:
    """Take out what is a field of a dataclass."""
    return {name: settings.pop(name) for name in list(settings) if name in cls.__dataclass_fields__}  # type: ignore[attr-defined]
