"""Commands for a shell that make a role what it should be, each for one account and harmless in every other."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

# Where each partition's STS is always active.
_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

DEFAULT_ACCOUNTS_FILE = "devops-agent.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command for sh, bash, zsh or fish.

    Attributes:
        account_id: The account whose credentials it takes.
        text: The command alone, every value quoted.
        partition: Of the account.
        refuses_other_accounts: Whether the program itself stops where the credentials are of another account. The AWS
            CLI does not: it would change the role of the same name there.
    """

    account_id: str
    text: str
    partition: str = "aws"
    refuses_other_accounts: bool = False

    def line(self, *, profile: str | None = None) -> str:
        """Return one line that changes nothing outside of the account, and ends with an error there.

        Args:
            profile: Of the AWS CLI, with credentials of the account. None: whatever the shell has.
        """
        option = "" if profile is None else f" --profile={shlex.quote(profile)}"
        command = f"{self.text}{option}"
        if self.refuses_other_accounts:
            return command
        # Nobody needs a permission to ask that; but where no Region is set, the AWS CLI asks only if one is given.
        region = f" --region={_REGIONS[self.partition]}" if self.partition in _REGIONS else ""
        caller = f"aws sts get-caller-identity --query Account --output text{region}{option}"
        return f'test "$({caller})" = {self.account_id} && {command}'


def cdk(operation: str, stack_id: str, *options: str, account_id: str, accounts_file: str) -> Command:
    """Deploy or import a stack of the ready-made app, which stands for one account."""
    # The app reads the default by itself, and a command that says no more than it must is easier to check.
    default = accounts_file == DEFAULT_ACCOUNTS_FILE
    context = [] if default else ["-c", f"devops-agent-constructs:configFile={accounts_file}"]
    text = shlex.join(["cdk", operation, stack_id, *context, *options])
    # The CDK CLI refuses credentials of another account, unless they may reach the stack's.
    return Command(account_id=account_id, text=text, refuses_other_accounts=True)


def iam(operation: str, role_arn: str, **options: str) -> Command:
    """Run an operation of the AWS CLI on a role, e.g. `update-role` with `max_session_duration="3600"`."""
    # `--name=value`, as a name may begin with a hyphen. No value begins with `file://`, which the AWS CLI would open:
    # IAM's names have neither `:` nor `/`, and documents begin with a brace.
    named = {"role_name": role_arn.rpartition("/")[2], **options}
    words = [f"--{name.replace('_', '-')}={shlex.quote(value)}" for name, value in named.items()]
    _, partition, _, _, account_id, _ = role_arn.split(":")
    return Command(account_id=account_id, text=" ".join(["aws", "iam", operation, *words]), partition=partition)


def as_text(document: Mapping[str, object]) -> str:
    """Write a policy document in few characters."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
