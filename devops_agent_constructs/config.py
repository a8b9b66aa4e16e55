"""Reads the accounts file; nothing else in this library reads files or context.

Reading one needs the extra `app`. Every error names the key, the value, why and the fix, after the file, line and
column.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._extras import install_command, missing
from devops_agent_constructs._validators import is_token
from devops_agent_constructs.accounts_file.outputs_file import OUTPUTS_FILE
from devops_agent_constructs.accounts_file.text_file import read_text
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.onboarding.stack_names import stage_name_of
from devops_agent_constructs.onboarding.value import Onboarding

if TYPE_CHECKING:  # The command line reads accounts files, too, and does not wait for Node.
    from constructs import Construct

__all__ = ["CONTEXT_KEY", "DEFAULT_FILE", "OUTPUTS_FILE", "Onboarding", "from_context", "from_file"]

CONTEXT_KEY = "devops-agent-constructs:configFile"
DEFAULT_FILE = "devops-agent.yaml"
# 10,000 accounts, with a name as a comment and a Region each.
_MOST_MEBIBYTES = 1


def from_context(scope: Construct) -> Onboarding:
    """Read the accounts file that the app's context names, `devops-agent.yaml` by default.

    The context key is `devops-agent-constructs:configFile`; a relative path counts from the working folder.

    Args:
        scope: The app, or the stage, in which the accounts are to be connected.

    Raises:
        OnboardingInputError: As `from_file` does, or the context's value is not a path, or the file asks for functions
            and the scope's stacks are deployed without bootstrap.
    """
    if isinstance(scope, type) or not hasattr(scope, "node"):
        raise OnboardingInputError("scope", scope, why="must be a construct", fix="give the app or a stage")
    stage_name = stage_name_of(scope)
    path = scope.node.try_get_context(CONTEXT_KEY)
    path = DEFAULT_FILE if path is None else path
    if not isinstance(path, str) or not path:
        fix = f"write it like -c {CONTEXT_KEY}=accounts.yaml"
        raise OnboardingInputError(CONTEXT_KEY, path, why="must be the path of a file", fix=fix)
    fix = f"create it in the working folder, or name another: -c {CONTEXT_KEY}=PATH"
    return _read(Path(path), stage_name=stage_name, fix=fix, scope=scope)


@checked
def from_file(path: Path | str, *, stage_name: str = "") -> Onboarding:
    """Read an accounts file, YAML or (if its name ends in `.json`) JSON, of 1 MiB at most.

    It is a regular file, in UTF-8 or in UTF-16 with a byte order mark: from a pipe, such as `<(...)`, nothing is read,
    as whoever writes into it may never do so.

    Args:
        path: Of the file.
        stage_name: Of the stage in which the accounts are connected: the outputs file has the stack of a new Agent
            Space under the name that it has there. Empty: in the app itself.

    Raises:
        OnboardingInputError: The file is missing, empty, malformed, or holds a value that cannot work. If it is no
            accounts file at all, nothing of its content is in the error.
    """
    fix = "correct the path; a relative one counts from the working folder"
    return _read(Path(path), stage_name=stage_name, fix=fix)


def _read(path: Path, *, stage_name: str, fix: str, scope: Construct | None = None) -> Onboarding:
    """Read a file; `fix` says what to do if it cannot be."""
    text = read_text(path, mebibytes=_MOST_MEBIBYTES, fix=fix)
    if is_token(text):
        why = "holds a CDK token ('${Token[...]}'), which means nothing outside the app that made it"
        raise OnboardingInputError("file", str(path), why=why, fix="write the value itself")
    if packages := missing("app"):
        raise OnboardingInputError("extra", "app", why=f"reading {path} takes {packages}", fix=install_command("app"))
    # Not at the top: without the extra there would be a traceback instead of one line.
    from devops_agent_constructs.accounts_file.reader import onboarding_of  # noqa: PLC0415

    if scope is None:
        return onboarding_of(path, text, stage_name=stage_name)
    # Not at the top: it loads the CDK.
    from devops_agent_constructs.onboarding.scope_checks import check_bootstrap_of  # noqa: PLC0415

    return onboarding_of(path, text, stage_name=stage_name, check=partial(check_bootstrap_of, scope))
