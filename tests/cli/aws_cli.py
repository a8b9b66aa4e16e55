"""Runs a printed command as a reader would: pasted into a shell, by the real AWS CLI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.cli.programs import server


def paste(command: str, environment: Mapping[str, str], *, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    """Run it in the emulator; `aws` is this project's, which `program_server` has loaded already."""
    # Version 1 of the AWS CLI knows AWS_DEFAULT_REGION alone, and at an address of ours it asks for a Region.
    region = environment.get("AWS_REGION", "us-east-1")
    folders = [Path(__file__).parent / "bin", Path(sys.executable).parent]
    path = os.pathsep.join([*map(str, folders), environment["PATH"]])
    requests = server("aws").fileno()
    return subprocess.run(
        [shell, "-c", command],
        env={**environment, "PATH": path, "AWS_DEFAULT_REGION": region, "AWS_CLI_REQUESTS": str(requests)},
        pass_fds=[requests],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
