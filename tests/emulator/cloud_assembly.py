"""Deploys a stack of an app with its assets, in this process: the CDK CLI would take seconds for the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tests.emulator.server import Emulator
from tests.emulator.stack import deploy_template


def deploy_from(
    emulator: Emulator,
    folder: str | Path,
    stack_name: str,
    *,
    account_id: str,
    region: str = "us-east-1",
    change: Literal["CREATE", "UPDATE"] = "CREATE",
) -> str:
    """Upload the assets of a stack to the bootstrap's bucket, and deploy its template; return the stack's status.

    Args:
        emulator: Where.
        folder: The cloud assembly.
        stack_name: Of the stack; its environment is known.
        account_id: Its account, which is bootstrapped.
        region: Its Region.
        change: Whether it is new.
    """
    assets: dict[str, Any] = json.loads((Path(folder) / f"{stack_name}.assets.json").read_text("utf-8"))
    s3 = emulator.client("s3", account_id, region)
    for file in assets["files"].values():
        if file["source"]["packaging"] != "file":
            raise NotImplementedError("an asset that the CDK CLI would zip")
        body = (Path(folder) / file["source"]["path"]).read_bytes()
        for destination in file["destinations"].values():
            s3.put_object(Bucket=destination["bucketName"], Key=destination["objectKey"], Body=body)
    template = (Path(folder) / f"{stack_name}.template.json").read_text("utf-8")
    cloudformation = emulator.client("cloudformation", account_id, region)
    return deploy_template(cloudformation, stack_name, template, change=change)
