"""Which accounts had failed, from the JSON that `verify` or `list` wrote earlier."""

from __future__ import annotations

import json
from pathlib import Path

from devops_agent_constructs.cli.associations import VALID
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode


def failed_accounts(path: Path) -> set[str]:
    """Return the ids of the accounts that were not valid.

    Raises:
        CommandError: The file cannot be read, or is something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        return {entry["accountId"] for entry in document["associations"] if entry["status"] != VALID}
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, LookupError) as error:
        raise _error(path, "not what verify or list --output json wrote, or only a part of it") from error


def _error(path: Path, why: str) -> CommandError:
    fix = "write it with: devops-agent-accounts verify AGENT_SPACE --output json > FILE"
    return CommandError(f"--failed-from {path}", why=why, fix=fix, exit_code=ExitCode.USAGE)
