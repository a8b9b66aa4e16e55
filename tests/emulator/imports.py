"""Change sets of the type IMPORT: a role that exists comes under a stack, and stays as it is. moto creates another.

The role is the one that the template names; which identifiers the request gives is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moto.cloudformation.exceptions import ValidationError

_running: ContextVar[bool] = ContextVar("import", default=False)


@contextmanager
def import_running() -> Iterator[None]:
    """Adopt what would be created inside."""
    token = _running.set(True)
    try:
        yield
    finally:
        _running.reset(token)


def is_import(definition: dict[str, Any]) -> bool:
    """Whether a resource of a template is imported now.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
    """
    if _running.get() and "DeletionPolicy" not in definition:
        raise ValidationError(message="Resources to import must have a DeletionPolicy attribute in the template.")
    return _running.get()
