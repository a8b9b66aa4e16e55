"""A stack with associations and their validation, deployed into the emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from aws_cdk import App, CfnOutput, Environment, Stack
from aws_cdk import aws_kms as kms

from devops_agent_constructs import AgentSpaceArn, AssociationValidation, PrimaryAccountAccess, SecondaryAccount
from devops_agent_constructs.service import SECONDARY_ROLE_NAME
from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template
from tests.emulator.trusting_roles import SPACE_ARN, by_service

PRIMARY, ORDERS, BILLING = "111111111111", "222222222222", "333333333333"
KEY_ARN = f"arn:aws:kms:us-east-1:{PRIMARY}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
NAME = "Stack"


def synthesize(folder: Path) -> Path:
    """Synthesize the stacks: one account, two accounts, and one account without failing; return their folder."""
    app = App(outdir=str(folder), analytics_reporting=False, builtin_cloud_formation_validation=False)
    _define(app, "One", ORDERS)
    _define(app, "Two", ORDERS, BILLING)
    _define(app, "WarnOnly", ORDERS, fail_deployment=False)
    app.synth()
    return folder


def _define(app: App, name: str, *account_ids: str, **settings: Any) -> None:
    stack = Stack(app, name, env=Environment(account=PRIMARY, region="us-east-1"))
    accounts = [SecondaryAccount(account_id=account_id) for account_id in account_ids]
    access = PrimaryAccountAccess(stack, "Access", agent_space=AgentSpaceArn.from_arn(SPACE_ARN), accounts=accounts)
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
    validation = AssociationValidation(stack, "Validation", access=access, encryption_key=key, **settings)
    CfnOutput(stack, "Summary", value=validation.summary)


class DeployedValidation:
    """The primary account's stack, in an emulator with the bootstrap and the function's code."""

    def __init__(self, emulator: Emulator, assembly: Path) -> None:
        self.emulator, self._assembly = emulator, assembly
        self.cloudformation = emulator.client("cloudformation", PRIMARY)
        self._logs = emulator.client("logs", PRIMARY)

    def upload(self) -> None:
        """Upload the code, as the CDK CLI does."""
        bucket = self.emulator.client("s3", PRIMARY)
        for file in json.loads((self._assembly / "One.assets.json").read_text())["files"].values():
            [to] = file["destinations"].values()
            body = (self._assembly / file["source"]["path"]).read_bytes()
            bucket.put_object(Bucket=to["bucketName"], Key=to["objectKey"], Body=body)

    def template(self, name: str) -> dict[str, Any]:
        """Return the template of a stack."""
        found: dict[str, Any] = json.loads((self._assembly / f"{name}.template.json").read_text())
        return found

    def deploy(self, name: str, *, change: Literal["CREATE", "UPDATE"] = "CREATE", **changed: Any) -> str:
        """Deploy a template under the one name; return the status.

        Args:
            name: Of the stack in the assembly.
            change: Whether the stack is there.
            changed: Properties of the function that are others.
        """
        template = self.template(name)
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                resource["Properties"].update(changed)
        return deploy_template(self.cloudformation, NAME, json.dumps(template), change=change)

    def summary(self) -> str:
        """Return the output."""
        [stack] = self.cloudformation.describe_stacks(StackName=NAME)["Stacks"]
        return str(stack["Outputs"][0]["OutputValue"])

    def log(self) -> list[dict[str, Any]]:
        """Return the entries of the function's log, in order, but for those of Lambda itself."""
        return [json.loads(message) for message in self.messages() if message.startswith("{")]

    def messages(self) -> list[str]:
        """Return all that is in the log."""
        groups = [group["logGroupName"] for group in self._logs.describe_log_groups()["logGroups"]]
        events = [event for group in groups for event in self._logs.filter_log_events(logGroupName=group)["events"]]
        return [event["message"] for event in sorted(events, key=lambda one: int(one["eventId"]))]

    def requests(self) -> list[tuple[str, str, str]]:
        """Return kind, status and summary of each request that was answered."""
        return [(one["request"], one["status"], one["summary"]) for one in self.log() if "request" in one]

    def create_role(self, account_id: str) -> None:
        """Create the role of an account, which lets the Agent Space in."""
        iam = self.emulator.client("iam", account_id)
        iam.create_role(RoleName=SECONDARY_ROLE_NAME, AssumeRolePolicyDocument=by_service())

    def delete_role(self, account_id: str) -> None:
        """Delete it."""
        self.emulator.client("iam", account_id).delete_role(RoleName=SECONDARY_ROLE_NAME)
