"""Reads AWS Organizations: accounts unit by unit, names of accounts, what is above one, and why there is no answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from devops_agent_constructs.account_sync.organizational_units import ROOT, Unit, read_units
from devops_agent_constructs.account_sync.retries import DENIED, error_code
from devops_agent_constructs.cli.aws.session import RETRIES_OF_CLIENT, Session, list_all
from devops_agent_constructs.cli.errors import UsageError
from devops_agent_constructs.cli.terminal.reporting import note

# AWS Organizations lists 20 accounts in a call, so that a large organization takes a minute: the first names are asked
# for one by one, for the first rows not to wait, and a small Agent Space needs no more.
_ASKED_ONE_BY_ONE = 10
_NEEDED_FOR_NAMES = "organizations:DescribeAccount and organizations:ListAccounts"
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"


def read_whole_units(client: Any, unit_ids: Sequence[str] | None) -> Iterator[Unit]:  # noqa: ANN401  # made at run time
    """Read units and all units below them, each once; None: the whole organization.

    Raises:
        UsageError: There is no such unit. Other errors are botocore's.
    """
    for unit in read_units(client, _beginnings(client, unit_ids), RETRIES_OF_CLIENT):
        yield replace(unit, accounts=tuple(sorted(unit.accounts, key=attrgetter("account_id"))))


def _beginnings(client: Any, unit_ids: Sequence[str] | None) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if unit_ids is None:
        for root in list_all(client, "list_roots", "Roots"):
            yield root["Id"], root["Name"]
        return
    errors = client.exceptions
    for unit_id in unit_ids:
        if unit_id.startswith(ROOT):
            yield unit_id, "Root"
            continue
        try:
            unit = client.describe_organizational_unit(OrganizationalUnitId=unit_id)["OrganizationalUnit"]
        except (errors.OrganizationalUnitNotFoundException, errors.InvalidInputException) as error:
            fix = "copy the id, like ou-a1b2-11112222, from the AWS Organizations console"
            raise UsageError(f"--ou {unit_id}", why="the organization has no such unit", fix=fix) from error
        yield unit_id, unit["Name"]


class AccountNames:
    """Finds names; where AWS Organizations does not tell them, says so once and goes on without."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._client = session.client("organizations", is_patient=False)
        self._known: dict[str, str] = {}
        self._are_all_known = False

    def name_of(self, account_id: str) -> str | None:
        """Return the account's name; None if it is not in the organization, or cannot be known."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

        if account_id not in self._known and not self._are_all_known:
            try:
                if len(self._known) < _ASKED_ONE_BY_ONE:
                    self._known[account_id] = self._ask(account_id)
                else:
                    self._ask_all()
            except (BotoCoreError, ClientError) as error:
                self._are_all_known = True
                note(f"note: no account names: {why_organization_is_unread(error, needed=_NEEDED_FOR_NAMES)}")
        return self._known.get(account_id) or None

    def _ask(self, account_id: str) -> str:
        try:
            return str(self._client.describe_account(AccountId=account_id)["Account"].get("Name", ""))
        except self._client.exceptions.AccountNotFoundException:
            return ""

    def _ask_all(self) -> None:
        # Hundreds of calls are throttled sooner or later: these are repeated as any other.
        for account in list_all(self._session.client("organizations"), "list_accounts", "Accounts"):
            self._known[account["Id"]] = account.get("Name", "")
        self._are_all_known = True


def parents(client: Any, account_id: str) -> Iterator[tuple[str, bool]]:  # noqa: ANN401  # made at run time
    """Yield what is above an account, from below: an id, and whether it is the root's. Raises botocore's errors.

    See https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
    """
    child_id, is_root = account_id, False
    while not is_root:
        [parent] = client.list_parents(ChildId=child_id)["Parents"]
        child_id, is_root = parent["Id"], parent["Type"] == "ROOT"
        yield child_id, is_root


def why_organization_is_unread(error: Exception, *, needed: str) -> str:
    """Say as the end of a sentence what an error of botocore is about; `needed` are the permissions for the calls."""
    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415  # As in `session`.

    code = error_code(error)
    if code in DENIED:
        return (
            f"these credentials may not ask AWS Organizations, which takes {needed} in the management account or a "
            "delegated administrator"
        )
    if code == _NO_ORGANIZATION:
        return "this account is in no organization"
    return f"AWS Organizations did not answer: {explain(error).why}"
