"""The package as users get it: its names, what it loads, what the wheel holds."""

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import devops_agent_constructs
from tests import library_source

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "devops_agent_constructs"


def test_all_equals_the_exports() -> None:
    """What type checkers see, what `__all__` says and what can be loaded are the same, sorted.

    Promise: One door.
    """
    source = library_source.modules()["__init__.py"][0]
    assert isinstance(source, ast.Module)
    typed = {
        name.name
        for block in source.body
        if isinstance(block, ast.If)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for name in statement.names
    }
    names = devops_agent_constructs.__all__
    assert names == sorted(names)
    assert set(names) == typed
    assert all(getattr(devops_agent_constructs, name).__name__ == name for name in names)
    assert set(names) <= set(dir(devops_agent_constructs))


def test_unknown_name() -> None:
    """A slip is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="no attribute 'SecondaryRole'"):
        _ = devops_agent_constructs.SecondaryRole  # type: ignore[attr-defined]


def printed_by(code: str) -> str:
    """Return what a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "statement",
    [
        "import devops_agent_constructs",
        "from devops_agent_constructs import AgentSpaceArn, Generation, SecondaryAccount, S3Objects",
        "import devops_agent_constructs.policies.trust, devops_agent_constructs.policies.permissions",
        "import devops_agent_constructs.checks",
    ],
)
def test_policies_and_values_start_without_cdk(statement: str) -> None:
    """Neither the CDK nor anything of the extras: importing the CDK costs half a second.

    Promise: Starts without the CDK.
    """
    heavy = "{'aws_cdk', 'jsii', 'constructs', 'yaml', 'msgspec', 'boto3', 'cdk_nag'}"
    code = f"{statement}; import sys; print(sorted({heavy} & set(sys.modules)))"
    assert printed_by(code) == "[]\n"


def test_constructs_need_no_extra() -> None:
    """Who adds the construct to an app needs the core dependencies only.

    Promise: Two dependencies.
    """
    code = (
        "import devops_agent_constructs as d, sys; d.SecondaryAccountRole, d.connect_accounts, d.PrimaryAccountAccess;"
        "print(sorted({'yaml', 'msgspec', 'boto3', 'cdk_nag'} & set(sys.modules)))"
    )
    assert printed_by(code) == "[]\n"


def test_roles_load_no_other_service_of_the_cdk() -> None:
    """Roles alone need IAM: what is not used is not imported, as each module of the CDK costs time."""
    code = (
        "import devops_agent_constructs as d, sys; d.SecondaryAccountRole, d.connect_accounts;"
        "print(sorted(name for name in sys.modules if name.startswith('aws_cdk.aws_') and name.count('.') == 1))"
    )
    assert printed_by(code) == "['aws_cdk.aws_iam']\n"


def test_imports_run_one_way() -> None:
    """No cycle among our modules: each can be read, and loaded, after those that it names."""
    names = {
        f"{library_source.PACKAGE}.{path.removesuffix('.py').replace('/', '.')}": path
        for path in library_source.modules()
        if not path.endswith("__init__.py")
    }
    needing = {name: library_source.imports()[path] & names.keys() for name, path in names.items()}
    while free := {name for name, needed in needing.items() if not needed}:
        needing = {name: needed - free for name, needed in needing.items() if name not in free}
    assert needing == {}


def test_mypy_reads_every_module_of_the_cdk_that_is_used() -> None:
    """What mypy does not follow is Any to it, without a word; pyproject.toml lists what it follows."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition('follow_imports = "skip"')[2]
    followed = set(re.findall('"(aws_cdk[^"]*)"', settings.partition('follow_imports = "normal"')[0]))
    used = {
        name
        for folder in ("devops_agent_constructs", "tests", "examples", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "aws_cdk"
        for name in (node.module or "", *(f"aws_cdk.{alias.name}" for alias in node.names if alias.name.islower()))
    }
    assert used >= {"aws_cdk", "aws_cdk.aws_iam", "aws_cdk.aws_devopsagent"}
    assert used <= followed


@pytest.mark.parametrize("folder", ["checks", "diagnosis", "guardrail", "migration", "policies", "policy_evaluation"])
def test_what_is_data_knows_no_cdk(folder: str) -> None:
    """Policies, templates and what is said of them are data: no CDK, no input or output, no extra."""
    banned = {"aws_cdk", "boto3", "constructs", "io", "jsii", "msgspec", "os", "pathlib", "subprocess", "yaml"}
    for path, names in library_source.imports().items():
        if path.startswith(f"{folder}/"):
            assert {name.partition(".")[0] for name in names} & banned == set(), path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """All modules, the type marker and the JSON Schema; no tests, no examples, no snapshots.

    Promise: Typed.
    """
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == expected
    assert {
        "devops_agent_constructs/py.typed",
        "devops_agent_constructs/accounts_file/accounts-file.schema.json",
        "devops_agent_constructs/guardrail/guardrail.json",
    } <= names


def test_wheel_metadata(wheel: Path) -> None:
    """The licence comes along, and the core needs the CDK only.

    Promise: Two dependencies.
    """
    archive = zipfile.ZipFile(wheel)
    [metadata] = [name for name in archive.namelist() if name.endswith("/METADATA")]
    [_] = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    lines = archive.read(metadata).decode().splitlines()
    requires = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist")]
    core = sorted(line for line in requires if "extra ==" not in line)
    assert core == ["aws-cdk-lib<3,>=2.274", "constructs<11,>=10.5.1"]
    assert "Requires-Python: >=3.10" in lines
    assert "License-Expression: Apache-2.0" in lines
