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
) -> str:
    """Return the text of an accounts file.

    Args:
        accounts: At least one that is not left out. A string is a comment between accounts.
        agent_space: The Agent Space that they trust.
        comments: The first lines; spaces at the beginning of one stay.
        generation: None: the format's default.
        stack_prefix: Empty: the names of the stacks have none.
        agent_role_arn: None: it is not known, or the generation needs none.
        has_primary: Whether the primary account's stack associates the accounts.
    """
    lines = [
        *map(_comment, comments),
        f"agent_space_arn: {agent_space.arn}",
        *([] if generation is None else [f"generation: {generation.value}"]),
        *([f"stack_prefix: {stack_prefix}"] if stack_prefix else []),
        *([] if agent_role_arn is None else [f"agent_role_arn: {agent_role_arn}"]),
        *(["primary: {}  # the associations too"] if has_primary else []),
        "accounts:",
    ]
    for account in accounts:
        lines += (f"  {line}" for line in ([_comment(account)] if isinstance(account, str) else account.lines()))
    return "".join(f"{line}\n" for line in lines)


def _comment(text: str) -> str:
    indent = len(text) - len(text.lstrip(" "))
    return f"# {' ' * indent}{plain(text)}".rstrip()
