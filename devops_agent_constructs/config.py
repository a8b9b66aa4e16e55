"""Reads the accounts file; nothing else in this library reads files or context.

Needs the extra `app`. Every error names the key, the value, why and the fix, after the file, line and column.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devops_agent_constructs._accounts_file_reader import AccountsFileReader, Onboarding
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._checks import is_token
from devops_agent_constructs._format_errors import explain
from devops_agent_constructs._yaml import YamlDocument
from devops_agent_constructs.accounts_file import AccountsFile
from devops_agent_constructs.errors import OnboardingInputError

if TYPE_CHECKING:  # The command line reads accounts files, too, and does not wait for Node.
    from constructs import Construct

__all__ = ["CONTEXT_KEY", "DEFAULT_FILE", "OUTPUTS_FILE", "Onboarding", "from_context", "from_file"]

CONTEXT_KEY = "devops-agent-constructs:configFile"
DEFAULT_FILE = "devops-agent.yaml"
OUTPUTS_FILE = "cdk-outputs.json"


def from_context(scope: Construct) -> Onboarding:
    """Read the accounts file that the app's context names, `devops-agent.yaml` by default.

    The context key is `devops-agent-constructs:configFile`; a relative path counts from the working folder.

    Raises:
        OnboardingInputError: As `from_file` does, or the context's value is not a path.
    """
    if isinstance(scope, type) or not hasattr(scope, "node"):
        raise OnboardingInputError("scope", scope, why="must be a construct", fix="give the app or a stage")
    path = scope.node.try_get_context(CONTEXT_KEY)
    if path is None:
        return from_file(Path(DEFAULT_FILE))
    if not isinstance(path, str) or not path:
        fix = f"write it like -c {CONTEXT_KEY}=accounts.yaml"
        raise OnboardingInputError(CONTEXT_KEY, path, why="must be the path of a file", fix=fix)
    return from_file(Path(path))


@checked
def from_file(path: Path) -> Onboarding:
    """Read an accounts file, YAML or (if its name ends in `.json`) JSON.

    Raises:
        OnboardingInputError: The file is missing, empty, malformed, or holds a value that cannot work.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise OnboardingInputError("file", str(path), why="not text in UTF-8", fix="save it as UTF-8") from error
    except (OSError, ValueError) as error:  # A ValueError: no file system has such a name.
        fix = f"create it in the working folder, or name another: -c {CONTEXT_KEY}=PATH"
        why = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise OnboardingInputError("file", str(path), why=why, fix=fix) from error
    if is_token(text):
        why = "holds a CDK token ('${Token[...]}'), which means nothing outside the app that made it"
        raise OnboardingInputError("file", str(path), why=why, fix="write the value itself")
    document = YamlDocument(path, text)
    try:
        file = msgspec.convert(document.data, AccountsFile)
    except msgspec.ValidationError as error:
        raise explain(error, document) from None
    reader = AccountsFileReader(file, document)
    return reader.onboarding(deployed_agent_space_arn=_deployed_agent_space() if reader.creates_agent_space else None)


def _deployed_agent_space() -> str | None:
    """Return the ARN of the Agent Space that the first deployment left in the outputs file, if there was one."""
    path = Path(OUTPUTS_FILE)
    if not path.exists():
        return None
    try:
        outputs = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fix = "write it anew: cdk deploy DevOpsAgentPrimary --outputs-file cdk-outputs.json"
        raise OnboardingInputError("file", OUTPUTS_FILE, why=f"cannot be read as JSON: {error}", fix=fix) from error
    stack = outputs.get("DevOpsAgentPrimary", {}) if isinstance(outputs, dict) else {}
    return stack.get("AgentSpaceArn") if isinstance(stack, dict) else None
