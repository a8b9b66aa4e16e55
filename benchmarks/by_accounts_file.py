"""The same through the ready-made app, reading an accounts file; writing that file is not part of its work."""

import os
import runpy
import sys
from pathlib import Path


def accounts_file(folder: Path, accounts: int) -> Path:
    """Write an accounts file."""
    lines = [
        "agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c",
        "accounts:",
        *(f'  - "{200_000_000_000 + number}"' for number in range(accounts)),
    ]
    path = folder / f"{accounts}.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


if __name__ == "__main__":
    os.environ["CDK_CONTEXT_JSON"] = f'{{"devops-agent-constructs:configFile": "{sys.argv[1]}"}}'
    runpy.run_module("devops_agent_constructs", run_name="__main__")
