"""Tells which packages of an extra, or of the core, are missing, and how to install them."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, requires
from importlib.util import find_spec
from typing import Any

_NAME = "devops-agent-constructs"
# Extra -> module that it brings -> the package's name. The core is missing where only the command line was wanted.
CORE = ""
_PACKAGES = {
    CORE: {"aws_cdk": "aws-cdk-lib", "constructs": "constructs"},
    "app": {"msgspec": "msgspec", "yaml": "PyYAML"},
    "cli": {"boto3": "boto3", "rich": "rich", "typer": "typer"},
}


def missing(extra: str) -> str:
    """Return what of an extra, or of `CORE`, is missing, like `PyYAML, which is not installed`; empty: nothing is."""
    names = [name for module, name in _PACKAGES[extra].items() if find_spec(module) is None]
    return f"{' and '.join(names)}, which {'is' if len(names) == 1 else 'are'} not installed" if names else ""


def install_command(extra: str, *, is_light: bool = True) -> str:
    """Return how to install an extra.

    Args:
        extra: Its name.
        is_light: Whether an installation without the core is to stay without it: then it is the packages of the extra
            alone. Else the core comes along, from where the package came: a registry, a wheel, or a clone.
    """
    if is_light and missing(CORE):
        # Of what the package says itself, like `msgspec<1,>=0.20; extra == 'app'`.
        asked = [requirement.partition(";") for requirement in requires(_NAME) or ()]
        names = " ".join(f"'{name.strip()}'" for name, _, marker in asked if f"'{extra}'" in marker)
        return f"python3 -m pip install {names}"
    came_from: dict[str, Any] = {"dir_info": {}}
    with suppress(PackageNotFoundError):
        # https://packaging.python.org/en/latest/specifications/direct-url/: what pip leaves unless it was a registry.
        came_from = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
    if "dir_info" in came_from or "vcs_info" in came_from:
        return f"in a clone of the repository: python3 -m pip install '.[{extra}]'"
    place = f" @ {came_from['url']}" if came_from else ""
    return f"python3 -m pip install '{_NAME}[{extra}]{place}'"
