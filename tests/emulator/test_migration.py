"""A role that was made by hand in the preview moves to the present set-up, by the steps that `migrate` prints.

The real CDK CLI imports and deploys. The emulator's import is ours: what AWS's does differently is not seen here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from devops_agent_constructs.policies.permissions import preview_statements
from tests.cli.aws_cli import paste
from tests.cli.programs import run_piped
from tests.emulator.audit_role import AUDIT_ROLE, create_audit_role
from tests.emulator.cdk import REPOSITORY, settings
from tests.emulator.live_role import LiveRole
from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.ready_made_app import synthesize
from tests.emulator.server import Emulator
from tests.emulator.trusting_roles import AGENT_ROLE_ARN, ROLE_ARN, SPACE_ARN, by_chaining, grant

ACCOUNT = "222222222222"


def run_cdk(command: str, folder: Path, environment: dict[str, str], *, is_refused: bool = False) -> None:
    """Run a printed command as a reader would, with the answer to CDK's question, on what `synthesize` has made."""
    answer = " --require-approval never" if command.startswith("cdk deploy") else ""
    result = subprocess.run(
        f"{command}{answer} --app=cdk.out --no-notices --no-version-reporting",
        shell=True,
        cwd=folder,
        env={**environment, **settings(), "CDK_HOME": str(folder / "cdk-home"), "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (result.returncode != 0) == is_refused, result.stdout + result.stderr
    assert not is_refused or f"calls for account {ACCOUNT}" in result.stdout + result.stderr


def make_role_by_hand(emulator: Emulator, primary: PrimaryAccount) -> None:
    """As AWS's page of the preview says it, and an inline statement of one's own beside it."""
    primary.create_agent_role()
    primary.iam.put_role_policy(
        RoleName="DevOpsAgentRole-AgentSpace", PolicyName="DevOpsAgentCrossAccountAccess", PolicyDocument=grant()
    )
    iam = emulator.client("iam", ACCOUNT)
    iam.create_role(RoleName="Agent", Description="Made by hand", AssumeRolePolicyDocument=by_chaining())
    iam.attach_role_policy(RoleName="Agent", PolicyArn="arn:aws:iam::aws:policy/AIOpsAssistantPolicy")
    own = {"Sid": "Own", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [*preview_statements(), own]})
    iam.put_role_policy(RoleName="Agent", PolicyName="AIDevOpsAdditionalPermissions", PolicyDocument=document)
    primary.associate(ACCOUNT, ROLE_ARN)
    create_audit_role(emulator, ACCOUNT)


def test_migration(emulator: Emulator, primary: PrimaryAccount, tmp_path: Path) -> None:
    """The account is valid after every step, the role stays the same, and doctor has nothing to say in the end.

    Promise: No outage.
    """
    make_role_by_hand(emulator, primary)
    iam = emulator.client("iam", ACCOUNT)
    before = LiveRole.read(iam, "Agent")
    path = tmp_path / "devops-agent.yaml"
    arguments = ["--assume-role-name", AUDIT_ROLE, "--config", path.name, "--output", "json"]
    environment = emulator.environment("111111111111", "us-east-1")
    result = run_piped("migrate", SPACE_ARN, *arguments, environment=environment, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    steps: dict[str, Any] = {step["title"]: step["commands"] for step in json.loads(result.stdout)["steps"]}
    assert list(steps) == ["adopt", "transition", "verify", "ga", "clean up", "primary"]
    here = emulator.environment(ACCOUNT, "us-east-1")
    scripts = Path(sys.executable).parent
    programs = os.pathsep.join([str(scripts), str(REPOSITORY / "node_modules" / ".bin"), here["PATH"]])
    # The CDK itself refuses the credentials of another account, so that its commands need no question before them.
    elsewhere = {**environment, "PATH": programs, "JSII_NODE": str(scripts / "node")}
    here |= {"PATH": programs, "JSII_NODE": str(scripts / "node")}

    [cdk_import] = steps["adopt"]
    synthesize(path, tmp_path / "cdk.out")
    run_cdk(cdk_import, tmp_path, elsewhere, is_refused=True)
    run_cdk(cdk_import, tmp_path, here)
    assert LiveRole.read(iam, "Agent") == before

    generation = "preview"
    for step in ("transition", "ga"):
        path.write_text(path.read_text().replace(f"generation: {generation}", f"generation: {step}"))
        generation = step
        synthesize(path, tmp_path / "cdk.out")
        run_cdk(steps[step][0], tmp_path, elsewhere, is_refused=True)
        run_cdk(steps[step][0], tmp_path, here)
        assert primary.validate()[ACCOUNT].status == "valid"

    for title, right, wrong in (("clean up", here, environment), ("primary", environment, here)):
        for command in steps[title]:
            assert paste(command, wrong).returncode != 0
            assert paste(command, right).returncode == 0
    assert primary.validate()[ACCOUNT].status == "valid"
    after = LiveRole.read(iam, "Agent")
    assert (after.role_id, after.description) == (before.role_id, "Made by hand")
    assert AGENT_ROLE_ARN not in json.dumps(after.trust_policy)
    doctor = run_piped("doctor", "--account", ACCOUNT, environment=here, folder=tmp_path)
    last = "nothing needs doing, but the association was not read"
    assert (doctor.returncode, doctor.stdout.splitlines()[-1].strip()) == (0, last)
    again = run_piped("migrate", SPACE_ARN, *arguments[:2], environment=environment)
    assert again.stdout.splitlines()[-1].strip() == "1 account, nothing left to migrate"
