"""Names of accounts, from AWS Organizations where that is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_agent_constructs.cli.reporting import note
from devops_agent_constructs.cli.session import Session

# AWS Organizations lists 20 accounts in a call, so that a large organization takes a minute: the first names are asked
# for one by one, for the first rows not to wait, and a small Agent Space needs no more.
_ASKED_ONE_BY_ONE = 10


class AccountNames:
    """Finds names; where that is not allowed, says so once and finds none."""

    def __init__(self, session: Session) -> None:
        self._client = session.client("organizations")
        self._known: dict[str, str] = {}
        self._asked = 0
        self._are_all_known = False

    def name_of(self, account_id: str) -> str | None:
        """Return the account's name; None if it is not in the organization, or the caller may not know.

        Raises botocore's errors for any failure but those two.
        """
        if account_id not in self._known and not self._are_all_known:
            errors = self._client.exceptions
            try:
                if self._asked < _ASKED_ONE_BY_ONE:
                    self._ask(account_id)
                else:
                    self._ask_all()
            except errors.AccessDeniedException:
                self._give_up(
                    "these credentials may not ask AWS Organizations, which takes organizations:DescribeAccount and "
                    "organizations:ListAccounts in the management account or a delegated administrator"
                )
            except errors.AWSOrganizationsNotInUseException:
                self._give_up("this account is in no organization")
        return self._known.get(account_id) or None

    def _ask(self, account_id: str) -> None:
        self._asked += 1
        try:
            self._keep(self._client.describe_account(AccountId=account_id)["Account"])
        except self._client.exceptions.AccountNotFoundException:
            self._known[account_id] = ""

    def _ask_all(self) -> None:
        for page in self._client.get_paginator("list_accounts").paginate():
            for account in page["Accounts"]:
                self._keep(account)
        self._are_all_known = True

    def _keep(self, account: Mapping[str, Any]) -> None:
        self._known[account["Id"]] = account.get("Name", "")

    def _give_up(self, why: str) -> None:
        self._are_all_known = True
        note(f"note: no account names: {why}")
