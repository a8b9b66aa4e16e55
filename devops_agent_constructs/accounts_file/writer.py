"""Writes accounts files: one account after the other, with comments for whoever reads the file.

Foreign text, such as the name of an account, cannot end its comment. It needs no extra.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from devops_agent_constructs._plain_text import plain
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.generation import Generation

SETTINGS = (
    "Further settings, for every account of this file; docs/accounts_file.md of the repository has them all:",
    "role:",
    "  permissions_boundary: WorkloadBoundary  # a policy that each account has already",
    "  capabilities: [{s3_objects: {buckets: [orders-logs]}}]   # what the agent may read beyond AWS's policy",
    "  access_limits: {restrict_to_regions: [us-east-1]}   # what it may not do, although AWS's policy says so",
    "tags: {team: operations}  # of all stacks, and of what they have",
    "bootstrap_qualifier: hnb659fds  # one `cdk deploy --all`, if the accounts are bootstrapped and trust yours",
    "sync: {}  # a function connects accounts that join, and disconnects those that leave; needs the line above",
    "health: {}  # alarms on connections that break; needs sync",
)
"""What a first file says of the settings that it does not have."""

VALIDATION = "validate: {}  # a deployment fails if an account cannot be investigated; needs bootstrap_qualifier"
"""The same, where a stack makes the associations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenAccount:
    """An account, or the comment that it is left out.

    Attributes:
        account_id: 12 digits.
        why_left_out: Not empty: the account is not connected, for this reason.
        name: For a comment beside it.
        role: Key of the file -> setting of its role.
        notes: Comments below it.
    """

    account_id: str
    why_left_out: str = ""
    name: str = ""
    role: Mapping[str, str | int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield its lines."""
        name = plain(self.name)
        if self.why_left_out:
            yield _comment(f"left out, {self.why_left_out}: {self.account_id}") + (f"  {name}" if name else "")
            return
        # In quotes: unquoted, YAML reads a number.
        yield f'- {"id: " if self.role else ""}"{self.account_id}"{f"  {_comment(name)}" if name else ""}'
        if self.role:
            yield "  role:"
        for key, value in self.role.items():
            yield f"    {key}: {json.dumps(value, ensure_ascii=False)}"
        for note in self.notes:
            yield f"    {_comment(note)}"


def accounts_file_text(
    accounts: Iterable[WrittenAccount | str],
    *,
    agent_space: AgentSpaceArn,
    comments: Iterable[str],
    generation: Generation | None = None,
    stack_prefix: str = "",
    agent_role_arn: str | None = None,
    has_primary: bool = False,
    organization: Mapping[str, str | list[str]] | None = None,
    last_comments: Iterable[str] = (),
) -> str:
    """Return the text of an accounts file.

    Args:
        accounts: A string is a comment between accounts. Empty: `organization` says which.
        agent_space: The Agent Space that they trust.
        comments: The first lines; spaces at the beginning of one stay.
        generation: None: the format's default.
        stack_prefix: Empty: the names of the stacks have none.
        agent_role_arn: None: it is not known, or the generation needs none.
        has_primary: Whether the primary account's stack associates the accounts.
        organization: Key of the file -> setting of the organization. None: there is none.
        last_comments: The last lines.
    """
    lines = [
        *map(_comment, comments),
        f"agent_space_arn: {agent_space.arn}",
        *([] if generation is None else [f"generation: {generation.value}"]),
        *([f"stack_prefix: {stack_prefix}"] if stack_prefix else []),
        *([] if agent_role_arn is None else [f"agent_role_arn: {agent_role_arn}"]),
        *(["primary: {}  # the associations too"] if has_primary else []),
    ]
    entries = list(accounts)
    lines += ["accounts:"] if entries else []
    for entry in entries:
        lines += (f"  {line}" for line in ([_comment(entry)] if isinstance(entry, str) else entry.lines()))
    lines += [] if organization is None else ["organization:"]
    lines += (f"  {key}: {json.dumps(value)}" for key, value in (organization or {}).items())
    lines += map(_comment, last_comments)
    return "".join(f"{line}\n" for line in lines)


def _comment(text: str) -> str:
    indent = len(text) - len(text.lstrip(" "))
    return f"# {' ' * indent}{plain(text)}".rstrip()
