"""The real CDK CLI, run as a user runs it, except that nothing of it survives."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from tests.emulator import cdk_server
from tests.emulator.cdk_server import CdkServer

REPOSITORY = Path(__file__).parents[2]
CLI = REPOSITORY / "node_modules" / ".bin" / "cdk"
_SCRIPTS = Path(sys.executable).parent
_TIMEOUT_SECONDS = 120
_SETTINGS = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    # The CDK's own look at each template takes a second of every run; tests/test_app.py has it and lets nothing pass.
    "CDK_VALIDATION": "false",
    # What Node made of the CLI's sources the last time: a quarter of each start.
    "NODE_COMPILE_CACHE": str(REPOSITORY / "node_modules" / ".cache" / "node"),
}
_SERVER = CdkServer(CLI, _SETTINGS)


def settings(*, is_loaded: bool = True) -> dict[str, str]:
    """Return what every run of the CLI has in its environment.

    Args:
        is_loaded: Whether `cdk` is the one that this process has loaded already, or a process that starts.
    """
    first = [cdk_server.FOLDER] if is_loaded else []
    path = os.pathsep.join([*map(str, (*first, _SCRIPTS, CLI.parent)), os.environ["PATH"]])
    loaded = _SERVER.environment() if is_loaded and cdk_server.ADDRESS not in os.environ else {}
    return {**_SETTINGS, **loaded, "PATH": path}


class CdkError(RuntimeError):
    """The CDK CLI failed; the message ends with what it printed."""

    def __init__(self, arguments: list[str], exit_code: int, output: str) -> None:
        super().__init__(f"cdk {' '.join(arguments[:2])} ended with exit code {exit_code}:\n{output}")
        self.output = output


@dataclass(frozen=True, kw_only=True, slots=True)
class StackInAssembly:
    """A stack that was synthesized, and the account and Region it is for.

    Attributes:
        is_last: Whether other stacks must be deployed before it.
    """

    stack_id: str
    account_id: str
    region: str
    is_last: bool


def stacks_in(assembly: Path) -> list[StackInAssembly]:
    """The stacks of a synthesized app, by their id, but those that wait for others come last."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = []
    for stack_id, artifact in artifacts.items():
        if artifact["type"] == "aws:cloudformation:stack":
            account_id, region = artifact["environment"].removeprefix("aws://").split("/")
            waits = any(artifacts[other]["type"] == artifact["type"] for other in artifact.get("dependencies", []))
            stacks.append(StackInAssembly(stack_id=stack_id, account_id=account_id, region=region, is_last=waits))
    return sorted(stacks, key=attrgetter("is_last", "stack_id"))


class Cdk:
    """Runs the CDK CLI on the app of the project's `cdk.json`; all that it writes goes below one folder."""

    def __init__(self, folder: Path, *, context: Mapping[str, str], is_loaded: bool = True) -> None:
        self.assembly = folder / "cdk.out"
        self._folder, self._context, self._is_loaded = folder, context, is_loaded

    def synth(self, *, environment: Mapping[str, str]) -> list[StackInAssembly]:
        """Synthesize the app into the assembly folder."""
        self._run(["synth", "--quiet"], environment, app=None)
        return stacks_in(self.assembly)

    def deploy(
        self, stack_id: str, *more: str, environment: Mapping[str, str], app: Path | None = None
    ) -> dict[str, str]:
        """Deploy one stack, of an assembly folder or else of the app, with more options; return its outputs."""
        outputs = self._folder / "outputs.json"
        # Exclusively: the CLI would deploy what it waits for as well, with credentials for this account alone.
        options = ["--exclusively", "--require-approval=never", "--progress=events", f"--outputs-file={outputs}"]
        self._run(["deploy", stack_id, *options, *more], environment, app=app)
        # A stack without outputs is not in the file.
        stack_outputs: dict[str, str] = json.loads(outputs.read_text()).get(stack_id, {})
        return stack_outputs

    def destroy(self, stack_id: str, *, environment: Mapping[str, str], app: Path | None = None) -> None:
        """Delete one stack, of an assembly folder or else of the app."""
        self._run(["destroy", stack_id, "--exclusively", "--force"], environment, app=app)

    def _run(self, arguments: list[str], environment: Mapping[str, str], *, app: Path | None) -> None:
        source = [f"--output={self.assembly}"] if app is None else [f"--app={app}"]
        context = [f"--context={key}={value}" for key, value in self._context.items()]
        program = cdk_server.FOLDER / "cdk" if self._is_loaded else CLI
        process = subprocess.Popen(
            [program, *arguments, *source, *context, "--no-notices", "--no-version-reporting", "--no-color"],
            cwd=REPOSITORY,
            env={**environment, **self._settings()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, so that all of it can be stopped: the CLI, the app, and the app's Node.
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=_TIMEOUT_SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()
        if process.returncode:
            raise CdkError(arguments, process.returncode, output)

    def _settings(self) -> dict[str, str]:
        """Node and Python of this project, no call home, and no file outside of the folder."""
        return {
            **settings(is_loaded=self._is_loaded),
            "JSII_NODE": str(_SCRIPTS / "node"),
            "CDK_HOME": str(self._folder / "cdk-home"),
            "TMPDIR": str(self._folder),
        }
