"""What the tests of the sync's constructs share: an organization, stacks, and what is read from them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stack

from devops_agent_constructs import AccountSync, CallAs, Organization, ServiceManagedDeployment
from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from tests.conftest import SPACE, template_of

MANAGEMENT, PRIMARY, SPACE_ARN = "999999999999", "111111111111", SPACE.arn
UNIT = "ou-a1b2-11112222"


def organization(*, account_id: str = MANAGEMENT, call_as: CallAs = CallAs.SELF, **settings: Any) -> Organization:
    """Return an organization of one unit, whose StackSet is in us-east-1; `deployment` has more of it."""
    deployment = ServiceManagedDeployment(
        organizational_units=[UNIT], call_as=call_as, **settings.pop("deployment", {})
    )
    return Organization(account_id=account_id, deployment=deployment, **settings)


OF_PRIMARY = organization(account_id=PRIMARY, call_as=CallAs.DELEGATED_ADMIN)
"""An organization of which the primary account is a delegated administrator."""


def stack_in(app: App, account_id: str = PRIMARY, region: str = "us-east-1") -> Stack:
    """Return a stack of an account that is bootstrapped."""
    return Stack(app, f"S{account_id}{region}", env=Environment(account=account_id, region=region))


def synced(stack: Stack, **settings: Any) -> AccountSync:
    """Define a sync with an organization, unless it is told otherwise."""
    return AccountSync(stack, "Sync", **{"agent_space": SPACE, "organization": OF_PRIMARY, **settings})


def resources(stack: Stack, kind: str) -> list[dict[str, Any]]:
    """Return the properties of the resources of a type, like `Events::Rule`."""
    found = template_of(stack)["Resources"].values()
    return [one.get("Properties", {}) for one in found if one["Type"] == f"AWS::{kind}"]


def without_hash(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without the hash of the function's code, which each change of the code changes."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"]["S3Key"] = "HASH.zip"
    return template


def told(stack: Stack) -> SyncConfiguration:
    """Return what the function's package tells it."""
    app, [function] = stack.node.root, resources(stack, "Lambda::Function")
    assert isinstance(app, App)
    asset = Path(app.synth().directory) / f"asset.{function['Code']['S3Key']}"
    code = zipfile.ZipFile(io.BytesIO(asset.read_bytes()))
    return SyncConfiguration.from_json(code.read("configuration.json").decode())


def statements(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return Sid -> statement of the function's role."""
    [policy] = resources(stack, "IAM::Policy")
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"] if "Sid" in one}
