"""Which accounts had failed, from the JSON that `verify` or `list` wrote earlier."""

from __future__ import annotations

import json
from pathlib import Path

from devops_agent_constructs._text_file import read_text
from devops_agent_constructs.cli.associations import VALID
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.errors import OnboardingInputError

# Several times 10,000 accounts with what is wrong with each.
_MOST_MEBIBYTES = 32


def failed_accounts(path: Path) -> set[str]:
    """Return the ids of the accounts that were not valid; raises as `failed_roles`."""
    return set(failed_roles(path))


def failed_roles(path: Path) -> dict[str, str | None]:
    """Return account -> ARN of its role, if the file has it, of the accounts that were not valid.

    Raises:
        CommandError: The file cannot be read, or is something else.
    """
    try:
        document = json.loads(read_text(path, mebibytes=_MOST_MEBIBYTES, fix=""))
        failed = [entry for entry in document["associations"] if entry["status"] != VALID]
        return {entry["accountId"]: entry.get("assumableRoleArn") for entry in failed}
    except OnboardingInputError as error:
        raise _error(path, error.why) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _error(path, "not what verify or list --output json wrote, or only a part of it") from None


def _error(path: Path, why: str) -> CommandError:
    fix = "write it with: devops-agent-accounts verify AGENT_SPACE --output json > FILE"
    return CommandError(f"--failed-from {path}", why=why, fix=fix, exit_code=ExitCode.USAGE)
