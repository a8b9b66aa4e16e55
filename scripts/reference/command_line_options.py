"""Computes docs/command_line_options.md from the commands' own help."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import typer
from typer.core import TyperCommand, TyperGroup

from devops_agent_constructs.cli.app import NAME, app
from scripts.reference.tables import prose, table

_INTRODUCTION = f"""# The commands' options

What `{NAME} COMMAND --help` says. [The command line](command_line.md) shows what the commands print, and the permissions that they need.
"""  # noqa: E501 (a paragraph of the docs is one line)


def page() -> str:
    """Return the page."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)  # noqa: S101 (tells the type checker)
    context = typer.Context(group, info_name=NAME, **group.context_settings)
    parts = [_INTRODUCTION, _block(group.epilog)]
    for name, command in group.commands.items():
        assert isinstance(command, TyperCommand)  # noqa: S101
        parts += _command(command, typer.Context(command, info_name=name, parent=context))
    return "\n".join(parts)


def _command(command: TyperCommand, context: typer.Context) -> Iterator[str]:
    yield f"## {context.info_name}\n"
    yield f"`{' '.join([context.command_path, *command.collect_usage_pieces(context)])}`\n"
    yield "\n\n".join(prose(part) for part in inspect.cleandoc(command.help or "").split("\n\n")) + "\n"
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    yield table(["argument or option", "what it says"], [_row(*record) for record in records if record]) + "\n"
    yield _block(command.epilog)


def _row(names: str, text: str) -> tuple[str, str]:
    """Return a row of what the help has; a list of choices has borders of its own, so it goes into the text."""
    if choices := re.search(r" <?([\w-]+(?:\|[\w-]+)+)>?$", names):
        names = names.removesuffix(choices[0])
        text = f"{text} One of {', '.join(choices[1].split('|'))}."
    return f"`{names}`", prose(text)


def _block(epilog: str | None) -> str:
    """Return the examples and exit codes as they are printed."""
    text = inspect.cleandoc((epilog or "").replace("\b", "")).strip()
    return f"```text\n{text}\n```\n"
