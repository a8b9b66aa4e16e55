"""Reads the ARN of an Agent Space that an app made from the file that `cdk deploy --outputs-file` leaves."""

from __future__ import annotations

import json
from pathlib import Path

from devops_agent_constructs.accounts_file.text_file import read_text
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError

OUTPUTS_FILE = "cdk-outputs.json"
_MOST_MEBIBYTES = 16


def deployed_agent_space(stack_name: str) -> AgentSpaceArn | None:
    """Return the Agent Space that a stack has in the outputs file of the working folder; None: it is not in there.

    Args:
        stack_name: The stack's name, with that of its stage. Outputs of other stacks are left alone: every deployment
            with `--outputs-file` replaces the whole file.

    Raises:
        OnboardingInputError: The file cannot be read, or what it says of the stack is not the ARN of an Agent Space.
    """
    path = Path(OUTPUTS_FILE)
    if not path.exists():
        return None
    again = f"remove the file, then write it anew: cdk deploy {stack_name} --outputs-file {OUTPUTS_FILE}"
    text = read_text(path, mebibytes=_MOST_MEBIBYTES, fix=again)
    try:
        outputs = json.loads(text)
    except (ValueError, RecursionError) as error:
        syntax = f": {error}" if isinstance(error, json.JSONDecodeError) else ""  # A place, and nothing of the content.
        raise OnboardingInputError("file", OUTPUTS_FILE, why=f"cannot be read as JSON{syntax}", fix=again) from None
    stack = outputs.get(stack_name) if isinstance(outputs, dict) else None
    arn = stack.get("AgentSpaceArn") if isinstance(stack, dict) else None
    if arn is None:
        return None
    field = f"{stack_name}.AgentSpaceArn"
    if not isinstance(arn, str):
        raise OnboardingInputError(field, arn, why="not an ARN", fix=again, location=OUTPUTS_FILE)
    try:
        return AgentSpaceArn.from_arn(arn)
    except OnboardingInputError as error:
        raise OnboardingInputError(field, arn, why=error.why, fix=again, location=OUTPUTS_FILE) from None
