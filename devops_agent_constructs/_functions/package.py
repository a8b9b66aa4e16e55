"""Builds the code of a Lambda function: a zip of those modules of this library that its handler imports.

The runtime brings boto3 along, so nothing is installed, and no CDK comes in. The same modules give the same bytes, in
every process, on every machine: CloudFormation updates the function only if something of it is another.
"""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_NAME = __package__.partition(".")[0]
_LIBRARY = Path(__file__).parent.parent
# The earliest time that a zip can hold: that of the build would change with each.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE_BY_ALL = 3, 0o100644 << 16


def package(handler: str, files: Mapping[str, str] | None = None) -> bytes:
    """Return the zip of a function.

    Nothing is compressed: the bytes would depend on the version of zlib, and AWS admits a thousand times the size.

    Args:
        handler: The module of the handler, like `devops_agent_constructs.account_sync.handler`.
        files: Name -> text of what lies beside the library in the zip.
    """
    contents = {**_modules(handler), **(files or {})}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _TIME)
            # Else it is the machine's: its system, and what its umask says.
            entry.create_system, entry.external_attr = _UNIX, _READABLE_BY_ALL
            archive.writestr(entry, contents[name].encode())
    return stream.getvalue()


@cache
def _modules(handler: str) -> Mapping[str, str]:
    """Return file -> source of a module, and of all that it imports from this library, at the top or in functions.

    A folder that is only on the way to a module has an empty `__init__`: what that re-exports is for people, and would
    bring in as much again.
    """
    found: dict[str, str] = {}
    waiting = [handler]
    while waiting:
        module = waiting.pop()
        path = _path(module)
        name = path.relative_to(_LIBRARY.parent).as_posix()
        if name in found:
            continue
        # As text, so that the line ends of a checkout make no difference.
        found[name] = path.read_text(encoding="utf-8")
        waiting += _imports(ast.parse(found[name]))
    for name in list(found):
        for folder in list(Path(name).parents)[:-1]:
            found.setdefault((folder / "__init__.py").as_posix(), "")
    return found


def _imports(node: ast.AST) -> Iterator[str]:
    """Yield the modules of this library that are imported, but for those that only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ImportFrom) and (child.module or "").partition(".")[0] == _NAME:
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                # A name of the folder's own `__init__`, if it is no module.
                yield whole if _path(whole).is_file() else str(child.module)
        else:
            yield from _imports(child)


def _path(module: str) -> Path:
    path = _LIBRARY.parent.joinpath(*module.split("."))
    file = path.with_name(f"{path.name}.py")
    return file if file.is_file() else path / "__init__.py"
