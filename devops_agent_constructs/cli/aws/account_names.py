"""Reads the names of accounts from AWS Organizations, where that is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_agent_constructs.cli.aws.organization_errors import why_organization_is_unread
from devops_agent_constructs.cli.aws.session import Session
from devops_agent_constructs.cli.terminal.reporting import note

# AWS Organizations lists 20 accounts in a call, so that a large organization takes a minute: the first names are asked
# for one by one, for the first rows not to wait, and a small Agent Space needs no more.
_ASKED_ONE_BY_ONE = 10
_NEEDED = "organizations:DescribeAccount and organizations:ListAccounts"


class AccountNames:
    """Finds names; where AWS Organizations does not tell them, says so once and goes on without."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._client = session.client("organizations", is_patient=False)
        self._known: dict[str, str] = {}
        self._asked = 0
        self._are_all_known = False

    def name_of(self, account_id: str) -> str | None:
        """Return the account's name; None if it is not in the organization, or cannot be known."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # As in `session`.

        if account_id not in self._known and not self._are_all_known:
            try:
                if self._asked < _ASKED_ONE_BY_ONE:
                    self._ask(account_id)
                else:
                    self._ask_all()
            except (BotoCoreError, ClientError) as error:
                self._are_all_known = True
                note(f"note: no account names: {why_organization_is_unread(error, needed=_NEEDED)}")
        return self._known.get(account_id) or None

    def _ask(self, account_id: str) -> None:
        self._asked += 1
        try:
            self._keep(self._client.describe_account(AccountId=account_id)["Account"])
        except self._client.exceptions.AccountNotFoundException:
            self._known[account_id] = ""

    def _ask_all(self) -> None:
        # Hundreds of calls are throttled sooner or later: these are repeated as any other.
        for page in self._session.client("organizations").get_paginator("list_accounts").paginate():
            for account in page["Accounts"]:
                self._keep(account)
        self._are_all_known = True

    def _keep(self, account: Mapping[str, Any]) -> None:
        self._known[account["Id"]] = account.get("Name", "")
