"""The newest versions of the packages that carry AWS's facts."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.metadata import distributions
from pathlib import Path

PACKAGES = ("aws-cdk-lib", "botocore", "cfn-lint", "moto")
# Not this one, which may be too old for the newest: nothing of them runs.
_PYTHON = "3.14"
_LOCAL = Path(__file__).parents[2] / ".tools" / "uv" / "bin" / "uv"


class NotReachedError(Exception):
    """The package index cannot be reached, or lacks something."""


def install_newest(folder: Path) -> None:
    """Install the newest version of each package, without what it needs: it is read, never run.

    Args:
        folder: An empty one; the environment stays as it is.

    Raises:
        NotReachedError: With what uv said.
    """
    uv = shutil.which("uv") or str(_LOCAL)
    words = ["pip", "install", "--quiet", "--upgrade", "--no-deps", "--no-build", "--python-version", _PYTHON]
    command = [uv, *words, "--target", str(folder), *PACKAGES]
    # As in the Makefile; and in the empty folder, so that no configuration of a project holds a version back.
    environment = {"UV_SYSTEM_CERTS": "true", **os.environ}
    try:
        ran = subprocess.run(  # noqa: S603 (our own words)
            command, capture_output=True, text=True, check=False, cwd=folder, env=environment
        )
    except OSError as error:
        raise NotReachedError(str(error)) from error
    if ran.returncode != 0:
        raise NotReachedError(" ".join(ran.stderr.split())[:300])


def versions(folder: Path | None = None) -> dict[str, str]:
    """Return package -> version.

    Args:
        folder: Where they are installed. None: in this environment.
    """
    found = distributions() if folder is None else distributions(path=[str(folder)])
    return dict(sorted((each.name, each.version) for each in found if each.name in PACKAGES))
