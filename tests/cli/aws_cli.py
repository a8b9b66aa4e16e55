"""Runs a printed command as a reader would: pasted into a shell, by the real AWS CLI."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from tests.cli.programs import loaded


def paste(command: str, environment: Mapping[str, str], *, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    """Run it in the emulator; `aws` is this project's, which `program_server` has loaded already."""
    # Version 1 of the AWS CLI knows AWS_DEFAULT_REGION alone, and at an address of ours it asks for a Region.
    region = environment.get("AWS_REGION", "us-east-1")
    return subprocess.run(
        [shell, "-c", command],
        env={**environment, "PATH": loaded("aws", path=environment["PATH"]), "AWS_DEFAULT_REGION": region},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
