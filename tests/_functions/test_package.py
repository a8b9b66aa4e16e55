"""The code of a function: the same bytes everywhere, no more than what its handler imports, and it runs."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent_constructs._functions.package import package

SYNC = "devops_agent_constructs.account_sync.handler"
CLIENT = "devops_agent_constructs._functions.agent_client"
# Several times what a function of ours has; AWS admits 50 MB.
MOST_BYTES = 250_000
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")


def modules(handler: str) -> dict[str, str]:
    """Return file -> source."""
    archive = zipfile.ZipFile(io.BytesIO(package(handler)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def imported(source: str) -> Iterator[str]:
    """Yield the packages that are imported outside of functions."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_same_bytes_in_another_process() -> None:
    """With another hash seed, another umask, another folder, another time zone."""
    code = (
        "import hashlib, os, sys; os.umask(0o077); from devops_agent_constructs._functions.package import package;"
        f"print(hashlib.sha256(package({SYNC!r}, {{'b.json': '{{}}', 'a.json': '1'}})).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=True).stdout
    here = package(SYNC, {"a.json": "1", "b.json": "{}"})
    assert hashlib.sha256(here).hexdigest() == printed.strip()


@pytest.mark.parametrize("handler", [SYNC, CLIENT])
def test_no_more_than_what_is_imported(handler: str) -> None:
    """Small, without tests and the CDK, also without what a folder re-exports for people."""
    found = modules(handler)
    assert all(name.startswith("devops_agent_constructs/") and name.endswith(".py") for name in found)
    packages = {name for source in found.values() for name in imported(source)}
    assert packages <= {"boto3", "botocore", "devops_agent_constructs", *sys.stdlib_module_names}
    assert found["devops_agent_constructs/__init__.py"] == ""
    assert sum(map(len, found.values())) < len(package(handler)) < MOST_BYTES
    assert not {name for name in found if "/cli/" in name or "/secondary/" in name or "/organization/" in name}


def test_entries_are_of_no_machine() -> None:
    """Sorted, of one time, readable by all, and not compressed by any version of zlib."""
    entries = zipfile.ZipFile(io.BytesIO(package(SYNC, {"configuration.json": "{}"}))).infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert "configuration.json" in names
    kept = {(entry.date_time, entry.external_attr >> 16, entry.create_system, entry.compress_type) for entry in entries}
    assert kept == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED)}


def runtime(folder: Path) -> Path:
    """Return a folder with boto3 and what it needs, as a Lambda runtime has it; nothing else can be imported."""
    folder.mkdir()
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        target = origin.parent if origin.name == "__init__.py" else origin
        (folder / target.name).symlink_to(target)
    return folder


def test_runs_in_a_runtime(tmp_path: Path) -> None:
    """An isolated Python with boto3 alone imports it."""
    path = tmp_path / "code.zip"
    path.write_bytes(package(SYNC))
    folders = [str(path), str(runtime(tmp_path / "runtime"))]
    code = (
        f"import sys; sys.path[:0] = {folders}; import boto3, {SYNC} as m;"
        "print(m.__file__, sorted({'aws_cdk', 'jsii', 'yaml'} & set(sys.modules)))"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert printed == [f"{path}/devops_agent_constructs/account_sync/handler.py", "[]"]
