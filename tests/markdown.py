"""The code blocks of a page, and checks that fit any page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).parent.parent


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and text of each code block."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Return the shell commands."""
    return [line for language, code in blocks(page) if language == "sh" for line in code.splitlines()]


def unknown_options(command: str) -> set[str]:
    """Return what a command of the AWS CLI says that AWS's own model of the operation does not know."""
    _, service, operation, *words = shlex.split(command)
    model = botocore.session.Session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return {operation}
    shape = model.operation_model(names[operation]).input_shape
    known = {f"--{xform_name(name, '-')}" for name in (shape.members if shape else ())}
    return {word for word in words if word.startswith("--")} - known - {"--region", "--profile"}
