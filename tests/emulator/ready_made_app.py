"""The ready-made app, run by somebody who writes its accounts file and has credentials for every account."""

from __future__ import annotations

import json
import runpy
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aws_cdk

from tests.emulator.cdk import REPOSITORY, Cdk
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template


class ReadyMadeApp:
    """One accounts file, and the folder where the CDK CLI works on it."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._emulator, self._file = emulator, folder / "accounts.yaml"
        self._cdk = Cdk(folder, context={})

    def write(self, accounts_file: str) -> None:
        """Change the accounts file, and synthesize in this process: a CDK CLI that does it takes four seconds more."""
        self._file.write_text(accounts_file)
        synthesize(self._file, self._cdk.assembly)

    def deploy(
        self, stack_id: str, region: str = "us-east-1", *more: str, account_id: str | None = None
    ) -> dict[str, str]:
        """Deploy one stack in its account, by default the one in its id or the primary account; return its outputs."""
        environment = self._emulator.environment(account_id or _account_id(stack_id), region)
        return self._cdk.deploy(stack_id, *more, environment=environment, app=self._cdk.assembly)

    def deploy_without_cli(self, stack_id: str, region: str = "us-east-1", *, account_id: str | None = None) -> None:
        """Deploy one more stack of the last synthesis by a change set, as the CLI does, in a fraction of a second."""
        cloudformation = self._emulator.client("cloudformation", account_id or _account_id(stack_id), region)
        exists = stack_id in [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
        template = (self._cdk.assembly / f"{stack_id}.template.json").read_text()
        status = deploy_template(cloudformation, stack_id, template, change="UPDATE" if exists else "CREATE")
        if "ROLLBACK" in status:
            raise RuntimeError(f"{stack_id} is {status}")

    def destroy(self, stack_id: str, region: str = "us-east-1") -> None:
        """Delete one stack of the last synthesis."""
        self._cdk.destroy(stack_id, environment=self._environment(stack_id, region), app=self._cdk.assembly)

    def delete(self, stack_id: str, region: str = "us-east-1") -> None:
        """Delete a stack that the accounts file no longer has, so that the CDK CLI does not know it."""
        self._emulator.client("cloudformation", _account_id(stack_id), region).delete_stack(StackName=stack_id)

    def _environment(self, stack_id: str, region: str) -> dict[str, str]:
        return self._emulator.environment(_account_id(stack_id), region)


def synthesize(accounts_file: Path, assembly: Path) -> None:
    """Run the ready-made app in this process."""
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    context["devops-agent-constructs:configFile"] = str(accounts_file)
    run_app(
        outdir=str(assembly),
        context=context,
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,  # As in `cdk.settings`.
    )


def run_app(**settings: Any) -> None:
    """Run the ready-made app in this process; its `App` has these settings, which the CDK CLI hands on otherwise."""
    app = partial(aws_cdk.App, **settings)
    with patch.object(aws_cdk, "App", app):
        runpy.run_module("devops_agent_constructs", run_name="__main__")


def _account_id(stack_id: str) -> str:
    return stack_id.partition("DevOpsAgentSecondary-")[2] or "111111111111"
