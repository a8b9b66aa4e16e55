"""Which accounts had failed, from the JSON that `verify` or `list` wrote earlier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from devops_agent_constructs.accounts_file.text_file import read_text
from devops_agent_constructs.cli.aws.associations import VALID
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.errors import OnboardingInputError

# Several times 10,000 accounts with what is wrong with each.
_MOST_MEBIBYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedEarlier:
    """What was not valid.

    Attributes:
        accounts: Ids of accounts.
        units: Ids of organizational units.
    """

    accounts: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def failed_accounts(path: Path) -> set[str]:
    """Return the ids of the accounts that were not valid; raises as `failed_roles`."""
    return set(failed_roles(path))


def failed_earlier(path: Path) -> FailedEarlier:
    """Return the accounts and units that were not valid; raises as `failed_roles`."""
    roles, units = _failed(path)
    return FailedEarlier(accounts=frozenset(roles), units=units)


def failed_roles(path: Path) -> dict[str, str | None]:
    """Return account -> ARN of its role, if the file has it, of the accounts that were not valid.

    Raises:
        CommandError: The file cannot be read, or is something else.
    """
    return _failed(path)[0]


def _failed(path: Path) -> tuple[dict[str, str | None], frozenset[str]]:
    try:
        document = json.loads(read_text(path, mebibytes=_MOST_MEBIBYTES, fix=""))
        accounts = [entry for entry in document["associations"] if entry["status"] != VALID]
        units = [entry for entry in document.get("organizationalUnits", []) if entry["status"] != VALID]
        return (
            {entry["accountId"]: entry.get("assumableRoleArn") for entry in accounts},
            frozenset(entry["organizationalUnitId"] for entry in units),
        )
    except OnboardingInputError as error:
        raise _error(path, error.why) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _error(path, "not what verify or list --output json wrote, or only a part of it") from None


def _error(path: Path, why: str) -> CommandError:
    fix = "write it with verify or list, and --output json"
    return CommandError(f"--failed-from {path}", why=why, fix=fix, exit_code=ExitCode.USAGE)
