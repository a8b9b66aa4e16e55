"""Lets Typer read the signatures of all commands once in a process: it does at each run, whichever command is run."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from devops_agent_constructs.cli.app import app


def share() -> None:
    """Do it; nobody may add a command afterwards."""
    typer_main: Any = importlib.import_module("typer.main")
    if not hasattr(typer_main.get_command, "cache_info"):
        typer_main.get_command = functools.cache(typer_main.get_command)
    typer_main.get_command(app)
