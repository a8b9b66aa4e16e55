"""A function whose package is an asset, deployed by the real CDK CLI into a bootstrapped account."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, Environment, Stack, aws_iam, aws_lambda, aws_logs

from tests.emulator.bootstrap import bootstrap
from tests.emulator.cdk import Cdk
from tests.emulator.function_stack import ACCOUNT, invoke
from tests.emulator.server import Emulator

CODE = """
import boto3
from within import answer

def handler(event, context):
    accounts = boto3.client("organizations").list_accounts()["Accounts"]
    return [answer(), *(account["Id"] for account in accounts)]
"""


def test_the_package_is_what_the_bucket_holds(emulator: Emulator, tmp_path: Path) -> None:
    """With all of its modules; the role's policies come before the function."""
    bootstrap(emulator, ACCOUNT)
    emulator.client("organizations", ACCOUNT).create_organization(FeatureSet="ALL")
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.py").write_text(CODE)
    (code / "within.py").write_text("def answer():\n    return 42\n")
    app = App(outdir=str(tmp_path / "out"), analytics_reporting=False, builtin_cloud_formation_validation=False)
    stack = Stack(app, "Functions", env=Environment(account=ACCOUNT, region="us-east-1"))
    function = aws_lambda.Function(
        stack,
        "Function",
        code=aws_lambda.Code.from_asset(str(code)),
        handler="index.handler",
        runtime=aws_lambda.Runtime.PYTHON_3_13,
        architecture=aws_lambda.Architecture.ARM_64,
        function_name="Function",
        log_group=aws_logs.LogGroup(stack, "Logs"),
    )
    function.add_to_role_policy(aws_iam.PolicyStatement(actions=["organizations:ListAccounts"], resources=["*"]))
    app.synth()

    Cdk(tmp_path, context={}).deploy(
        "Functions", environment=emulator.environment(ACCOUNT, "us-east-1"), app=tmp_path / "out"
    )
    assert invoke(emulator) == [42, ACCOUNT]
