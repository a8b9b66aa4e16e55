"""What a step of `scripts.live_check` is: what, by which command, what is expected, and which fact it settles."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs.accounts_file.writer import WrittenAccount, accounts_file_text
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.stack_names import StackNames

ROLE_NAME = "LiveCheckRole"
STACKS = StackNames(prefix="LiveCheck-")
FILE = "devops-agent.yaml"
ASSEMBLY = "cdk.out"
OK = "ok"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The accounts, and whose credentials reach them.

    Attributes:
        space: The Agent Space; its account is the primary one.
        account_id: The secondary account.
        primary: Profile of the primary account.
        secondary: Profile of the secondary account.
        region: Of the secondary account's stack.
        agent_role_arn: The agent role, for the steps of the preview. None: they are left out.
    """

    space: AgentSpaceArn
    account_id: str
    primary: str
    secondary: str
    region: str
    agent_role_arn: str | None = None

    @property
    def role_arn(self) -> str:
        """The role that is made."""
        return f"arn:{self.space.partition}:iam::{self.account_id}:role/{ROLE_NAME}"

    @property
    def stacks(self) -> tuple[tuple[str, str, str], ...]:
        """Profile, Region and name of the stacks that are made, in the order in which they are removed."""
        secondary = STACKS.secondary(self.account_id)
        return (self.primary, self.space.region, STACKS.primary), (self.secondary, self.region, secondary)

    def accounts_file(self, generation: Generation) -> str:
        """Return the accounts file of a generation."""
        return (
            accounts_file_text(
                [WrittenAccount(account_id=self.account_id, role={"name": ROLE_NAME})],
                agent_space=self.space,
                comments=["By scripts.live_check"],
                generation=generation,
                stack_prefix=STACKS.prefix,
                agent_role_arn=None if generation is Generation.GA else self.agent_role_arn,
                has_primary=True,
            )
            + f"region: {self.region}\n"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a step.

    Attributes:
        code: `ok` or AWS's error code of a call; the exit code of a program.
        text: What was printed, or AWS's message.
        answer: Of a call; never printed whole, as it may hold credentials.
    """

    code: str
    text: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that AWS does not publish.

    Attributes:
        question: What is not known.
        marked_in: Where it is marked unconfirmed.
        answer: What an outcome says about it.
    """

    question: str
    marked_in: str
    answer: Callable[[Outcome], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step.

    Attributes:
        what: In words.
        expected: The codes that are expected; empty: any.
        settles: What its outcome tells. None: nothing that is not known.
        words: The command of a program. Empty: it is a call.
        accounts_file: What is written to the accounts file before.
        profile: With which it calls.
        region: Where it calls.
        service: botocore's name of the service.
        operation: botocore's name of the method.
        parameters: By the API's names.
        watches: Whether the association is read after the call until something in it has changed.
        is_needed: Whether the later steps make no sense if it fails.
    """

    what: str
    expected: frozenset[str]
    settles: Fact | None = None
    words: tuple[str, ...] = ()
    accounts_file: str | None = None
    profile: str = ""
    region: str = ""
    service: str = ""
    operation: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    watches: bool = False
    is_needed: bool = False

    @property
    def line(self) -> str:
        """The command; of a call, what the AWS CLI would be told."""
        if self.words:
            return shlex.join(self.words)
        words = ["aws", self.service, self.operation.replace("_", "-")]
        for name, value in self.parameters.items():
            option = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
            words += [f"--{option}", value if isinstance(value, str) else json.dumps(value)]
        return shlex.join([*words, "--region", self.region, "--profile", self.profile])
