"""Somebody who may do what a policy says, and deploys stacks with that: by the CDK CLI, or by its calls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.emulator.cdk import Cdk
from tests.emulator.credentials import Credentials
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ROLE = "DeployDevOpsAgent"


class Deployer:
    """A role of an account, and a session of it. Each call with it is judged, and so is what CloudFormation does."""

    def __init__(self, emulator: Emulator, account_id: str, documents: Sequence[Mapping[str, Any]]) -> None:
        # Not at the top, as moto is not there either.
        from tests.emulator.caller_permissions import session_of  # noqa: PLC0415

        self._emulator, self.account_id = emulator, account_id
        iam = emulator.client("iam", account_id)
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.role_arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        self.allow(documents)
        self._credentials: Credentials = session_of(self.role_arn, "pipeline", "us-east-1")

    def allow(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Let the role do what these policies say, and nothing else."""
        iam = self._emulator.client("iam", self.account_id)
        for name in iam.list_role_policies(RoleName=ROLE)["PolicyNames"]:
            iam.delete_role_policy(RoleName=ROLE, PolicyName=name)
        for number, document in enumerate(documents):
            iam.put_role_policy(RoleName=ROLE, PolicyName=f"Deploy{number}", PolicyDocument=json.dumps(document))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that works with the session."""
        return {
            **self._emulator.environment(self.account_id, "us-east-1"),
            "AWS_ACCESS_KEY_ID": self._credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self._credentials.secret_access_key,
            "AWS_SESSION_TOKEN": self._credentials.session_token or "",
        }

    @property
    def admin(self) -> CloudFormationClient:
        """CloudFormation of the account, with all permissions."""
        return self._emulator.client("cloudformation", self.account_id)

    def cdk(self, folder: Path) -> Cdk:
        """Return the CDK CLI, which writes into a folder."""
        return Cdk(folder, context={})
