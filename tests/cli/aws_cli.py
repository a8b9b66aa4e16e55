"""Runs a printed command as a reader would: pasted into a shell, by the real AWS CLI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def paste(command: str, environment: Mapping[str, str], *, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    """Run it in the emulator, with what this project has installed first on the path."""
    # Version 1 of the AWS CLI knows AWS_DEFAULT_REGION alone, and at an address of ours it asks for a Region.
    region = environment.get("AWS_REGION", "us-east-1")
    path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    return subprocess.run(
        [shell, "-c", command],
        env={**environment, "PATH": path, "AWS_DEFAULT_REGION": region},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
