"""Reads which accounts and units had failed from the JSON that `verify` or `list` wrote earlier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devops_agent_constructs.account_sync.account_association import VALID
from devops_agent_constructs.accounts_file.text_file import read_text
from devops_agent_constructs.cli.errors import CommandError, UsageError
from devops_agent_constructs.errors import OnboardingInputError

# Several times 10,000 accounts with what is wrong with each.
_MOST_MEBIBYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedEarlier:
    """What was not valid.

    Attributes:
        roles: Account -> ARN of its role, if the file has it.
        units: Ids of organizational units.
    """

    roles: Mapping[str, str | None]
    units: frozenset[str]


def failed_earlier(path: Path) -> FailedEarlier:
    """Return the accounts and units that were not valid.

    Raises:
        CommandError: The file cannot be read, or is something else.
    """
    try:
        document = json.loads(read_text(path, mebibytes=_MOST_MEBIBYTES, fix=""))
        accounts = [entry for entry in document["associations"] if entry["status"] != VALID]
        units = [entry for entry in document.get("organizationalUnits", []) if entry["status"] != VALID]
        return FailedEarlier(
            roles={entry["accountId"]: entry.get("assumableRoleArn") for entry in accounts},
            units=frozenset(entry["organizationalUnitId"] for entry in units),
        )
    except OnboardingInputError as error:
        raise _error(path, error.why) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _error(path, "not what verify or list --output json wrote, or only a part of it") from None


def _error(path: Path, why: str) -> CommandError:
    fix = "write it with verify or list, and --output json"
    return UsageError(f"--failed-from {path}", why=why, fix=fix)
