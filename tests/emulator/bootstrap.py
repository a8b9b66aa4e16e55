"""An account that is bootstrapped: the template of the real CDK CLI, deployed as `cdk bootstrap` deploys it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.emulator.cdk import REPOSITORY
from tests.emulator.server import Emulator

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_TEMPLATE = REPOSITORY / "node_modules" / "aws-cdk" / "lib" / "api" / "bootstrap" / "bootstrap-template.yaml"


def bootstrap(
    emulator: Emulator,
    account_id: str,
    region: str = "us-east-1",
    *,
    trusts: Sequence[str] = ("111111111111",),
    execution_policies: Sequence[str] = (_ADMINISTRATOR,),
) -> None:
    """Bootstrap an account and Region; `--trust` the accounts. The CLI itself would take seconds for the same.

    Args:
        emulator: Where.
        account_id: The account.
        region: The Region.
        trusts: `--trust`.
        execution_policies: `--cloudformation-execution-policies`.
    """
    cloudformation = emulator.client("cloudformation", account_id, region)
    values = {
        "TrustedAccounts": ",".join(one for one in trusts if one != account_id),
        "CloudFormationExecutionPolicies": ",".join(execution_policies),
        "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY",
    }
    cloudformation.create_stack(
        StackName="CDKToolkit",
        TemplateBody=_TEMPLATE.read_text("utf-8"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items() if value],
    )
