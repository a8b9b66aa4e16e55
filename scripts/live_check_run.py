"""Runs the steps of `scripts.live_check`, and removes what they have made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs._plain_text import without_passwords
from scripts.live_check_step import ASSEMBLY, FILE, OK, ROLE_NAME, Outcome, Step, Target

_PAUSE_SECONDS = 2.0
_LONGEST_WATCH_SECONDS = 60.0
_LONGEST_REMOVAL_SECONDS = 900.0


class RefusedError(Exception):
    """It cannot start."""


class LiveCheck:
    """Runs the steps, and removes what they have made.

    Attributes:
        outcomes: What came of each step that was run, in order.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.outcomes: list[Outcome] = []

    def refuse_if_unsafe(self) -> None:
        """Raise if the profiles are of other accounts, or something that would be made exists."""
        target = self.target
        for profile, account_id in ((target.primary, target.space.account_id), (target.secondary, target.account_id)):
            caller = client(profile, "sts", target.region).get_caller_identity()["Account"]
            if caller != account_id:
                raise RefusedError(f"profile {profile} is of account {caller}, not of {account_id}")
        if shutil.which("cdk", path=_path()) is None:
            raise RefusedError("there is no `cdk`: npm install --global aws-cdk@2.1148.1")
        if there := list(self.existing()):
            raise RefusedError(f"it exists, and is not touched: {'; '.join(there)}")

    def existing(self) -> Iterator[str]:
        """Yield what there is of all that the steps make."""
        target = self.target
        for profile, region, name in target.stacks:
            if _status(profile, region, name) is not None:
                yield f"stack {name} in {region}, by profile {profile}"
        iam = client(target.secondary, "iam", target.region)
        try:
            iam.get_role(RoleName=ROLE_NAME)
            yield f"role {target.role_arn}"
        except iam.exceptions.NoSuchEntityException:
            pass
        for association_id, _ in self._associations():
            yield f"association {association_id} of account {target.account_id} in {target.space.arn}"

    def _associations(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        pages = self._agent().get_paginator("list_associations").paginate(agentSpaceId=self.target.space.agent_space_id)
        for association in pages.search("associations[]"):
            if association["configuration"].get("sourceAws", {}).get("accountId") == self.target.account_id:
                yield association["associationId"], association

    def _agent(self) -> Any:  # noqa: ANN401  # made at run time
        return client(self.target.primary, "devops-agent", self.target.space.region)

    def run(self, plan: Sequence[Step], folder: Path) -> bool:
        """Run the steps in a folder, until one fails that others need; return whether all was as expected."""
        is_good = True
        for number, step in enumerate(plan, start=1):
            say(f"\n{number}/{len(plan)} {step.what}\n$ {step.line}")
            if step.accounts_file is not None:
                (folder / FILE).write_text(step.accounts_file, encoding="utf-8")
            outcome = run_program(step, folder) if step.words else self._call(step)
            self.outcomes.append(outcome)
            is_expected = not step.expected or outcome.code in step.expected
            is_good = is_good and is_expected
            expected = " or ".join(sorted(step.expected)) or "anything"
            verdict = "" if is_expected else ": UNEXPECTED"
            say(f"{outcome.text.rstrip()}\n-> {outcome.code}, expected {expected}{verdict}")
            if step.is_needed and not is_expected:
                break
        return is_good

    def _call(self, step: Step) -> Outcome:
        before = dict(self._associations()) if step.watches else {}
        call = getattr(client(step.profile, step.service, step.region), step.operation)
        try:
            answer = call(**step.parameters)
        except ClientError as error:
            details = error.response["Error"]
            return Outcome(code=details["Code"], text=details["Message"])
        except BotoCoreError as error:
            return Outcome(code=type(error).__name__, text=str(error))
        return Outcome(code=OK, text=self._watched(before) if step.watches else "", answer=answer)

    def _watched(self, before: Mapping[str, Mapping[str, Any]]) -> str:
        """Read the association until it has changed; return the readings."""

        def reading(found: Mapping[str, Mapping[str, Any]]) -> str:
            return ", ".join(f"{entry.get('status')} of {entry['updatedAt'].isoformat()}" for entry in found.values())

        started, readings = time.monotonic(), [f"before: {reading(before)}"]
        while True:
            elapsed, now = time.monotonic() - started, reading(dict(self._associations()))
            if not readings[-1].endswith(f": {now}"):
                readings.append(f"after {elapsed:.1f} s: {now}")
            if not now.startswith("pending") and len(readings) > 1:
                return "; ".join(readings)
            if elapsed > _LONGEST_WATCH_SECONDS:
                return f"{'; '.join(readings)}; no other until {elapsed:.0f} s"
            time.sleep(_PAUSE_SECONDS)

    def removed(self) -> list[str]:
        """Remove what the steps have made, as far as it goes; return what is left, with why."""
        say("\nremoving what was made")
        left: list[str] = []
        try:
            for profile, region, name in self.target.stacks:
                try:
                    _delete(profile, region, name)
                except (BotoCoreError, ClientError, TimeoutError) as error:  # noqa: PERF203  # there are two
                    left.append(f"stack {name} was not deleted: {error}")
            self._disconnect()
        except KeyboardInterrupt:
            left.append("the removal was stopped")
        except (BotoCoreError, ClientError) as error:
            left.append(f"the association was not removed: {error}")
        try:
            return [*left, *self.existing()]
        except (BotoCoreError, ClientError) as error:
            stacks = [f"perhaps stack {name} in {region}" for _, region, name in self.target.stacks]
            return [*left, f"what is left cannot be read: {error}", *stacks]

    def _disconnect(self) -> None:
        """Remove an association through the role that no stack has: one that AWS should have refused."""
        for association_id, association in self._associations():
            if association["configuration"]["sourceAws"]["assumableRoleArn"] == self.target.role_arn:
                space_id = self.target.space.agent_space_id
                self._agent().disassociate_service(agentSpaceId=space_id, associationId=association_id)


@cache
def client(profile: str, service: str, region: str) -> Any:  # noqa: ANN401  # made at run time
    """Return the client of a profile."""
    return boto3.Session(profile_name=profile, region_name=region).client(service)


def _status(profile: str, region: str, name: str) -> str | None:
    cloudformation = client(profile, "cloudformation", region)
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        # AWS has no other code for a stack that does not exist.
        if "does not exist" in str(error):
            return None
        raise


def _delete(profile: str, region: str, name: str) -> None:
    """Delete a stack, and wait; a deployment under way ends first, as CloudFormation refuses it until then."""
    started, is_asked = time.monotonic(), False
    while (status := _status(profile, region, name)) is not None:
        if is_asked and status == "DELETE_FAILED":
            raise TimeoutError(status)
        # Under review it has a change set that nobody has run.
        if not is_asked and (not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS"):
            client(profile, "cloudformation", region).delete_stack(StackName=name)
            is_asked = True
            continue
        if time.monotonic() - started > _LONGEST_REMOVAL_SECONDS:
            raise TimeoutError(f"it is still {status}")
        time.sleep(_PAUSE_SECONDS)


def _path() -> str:
    """The programs beside this Python come first: the command line that is tried is this folder's."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def run_program(step: Step, folder: Path) -> Outcome:
    """Run the command of a step."""
    context = '{"@aws-cdk/core:enablePartitionLiterals": true, "aws:cdk:version-reporting": false}'
    environment = {**os.environ, "PATH": _path(), "CDK_OUTDIR": ASSEMBLY, "CDK_CONTEXT_JSON": context}
    result = subprocess.run(  # noqa: S603  # the words are ours
        step.words, cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return Outcome(code=str(result.returncode), text=without_passwords(result.stdout + result.stderr))


def say(text: str) -> None:
    """Print it at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
