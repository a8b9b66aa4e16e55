"""Where an account is in its organization, as AWS Organizations tells it with each account; moto leaves it out.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.organizations.models import FakeAccount, organizations_backends

from tests.emulator.stack_sets.membership import units_above

Describe = Callable[[FakeAccount], dict[str, Any]]


def with_paths(describe: Describe) -> Describe:
    """Make an account tell the organization, the root and the units above it, in one path."""

    def describe_with_paths(account: FakeAccount) -> dict[str, Any]:
        organization = organizations_backends[account.master_account_id]["aws"]
        above = reversed([*units_above(organization, account)])
        path = "/".join([account.organization_id, *above, account.id])
        return {**describe(account), "Paths": [f"{path}/"]}

    return describe_with_paths
