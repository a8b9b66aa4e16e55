"""Tells which packages of an extra are missing, and how to install them."""

from __future__ import annotations

from importlib.util import find_spec

# Extra -> module that it brings -> the package's name.
_PACKAGES = {
    "app": {"msgspec": "msgspec", "yaml": "PyYAML"},
    "cli": {"boto3": "boto3", "rich": "rich", "typer": "typer"},
}


def missing(extra: str) -> str:
    """Return what of an extra is missing, like `PyYAML, which is not installed`; empty: nothing is."""
    names = [name for module, name in _PACKAGES[extra].items() if find_spec(module) is None]
    return f"{' and '.join(names)}, which {'is' if len(names) == 1 else 'are'} not installed" if names else ""


def install_command(extra: str) -> str:
    """Return how to install an extra: no registry has the package, so that it takes a clone of the repository."""
    return f"in a clone of the repository: python3 -m pip install '.[{extra}]'"
