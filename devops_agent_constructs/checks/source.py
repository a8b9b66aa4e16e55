"""For what DevOps Agent acts: an Agent Space, or a registered service, as a condition names it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown

_SOURCE = re.compile(r"arn:([^:]*):aidevops:([^:]*):([^:]*):(agentspace|service)/([^/\s]+)")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
STRANGER = "000000000000"
"""An account that nobody has: AWS's ids are not all zeros."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An Agent Space or a registered service; its parts may have wildcards, or be unknown.

    Attributes:
        partition: e.g. `aws`.
        region: e.g. `us-east-1`.
        account_id: Of the Agent Space.
        kind: `agentspace`, or `service` for one that is registered, as for the signing role of an MCP server.
        id: The ARN's last part.
    """

    partition: str
    region: str
    account_id: str
    kind: str
    id: str

    @classmethod
    def of(cls, space: AgentSpaceArn) -> Source:
        """Return an Agent Space."""
        return cls(
            partition=space.partition,
            region=space.region,
            account_id=space.account_id,
            kind="agentspace",
            id=space.agent_space_id,
        )

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:aidevops:{self.region}:{self.account_id}:{self.kind}/{self.id}"

    @property
    def has_any_id(self) -> bool:
        """Whether it stands for every Agent Space, or every registered service."""
        return self.id == "*"

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for several."""
        return has_wildcard(self.arn)

    def unlike(self, other: Source) -> str:
        """Say in which parts another one differs; empty: in none."""
        parts = [
            (f"the {name} {theirs}", f"{where}{ours}")
            for name, where, ours, theirs in (
                ("partition", "in ", self.partition, other.partition),
                ("Region", "in ", self.region, other.region),
                ("account", "in ", self.account_id, other.account_id),
                ("Agent Space", "", self.id, other.id),
            )
            if ours != theirs and not has_wildcard(theirs)
        ]
        return " and ".join(f"{found}, but the Agent Space is {right}" for found, right in parts)

    @property
    def is_of_one_account(self) -> bool:
        """Whether wildcards are in its Region and for the whole id only."""
        fixed = self.partition + self.account_id + ("" if self.has_any_id else self.id)
        return not has_wildcard(fixed)

    def one(self) -> Source:
        """Return one that this stands for."""
        return Source(
            partition=_filled(self.partition, "aws"),
            region=_filled(self.region, "us-east-1"),
            account_id=_digits(self.account_id),
            kind=self.kind,
            id=_filled(self.id, "any"),
        )

    def other(self, **changes: str) -> Source:
        """Return another one."""
        return replace(self.one(), **changes)


def parse_source(arn: str) -> Source | None:
    """Read what `aws:SourceArn` or `sts:ExternalId` names; None: nothing that DevOps Agent acts for has this ARN."""
    if (match := _SOURCE.fullmatch(arn)) is None:
        return None
    partition, region, account_id, kind, found_id = match.groups()
    is_known = not any(map(_is_open, (region, partition)))
    if is_known and (not _validators.is_region(region) or _validators.partition_of(region) != partition):
        return None
    fits = (
        _is_open(region) or _validators.is_region(region),
        _is_open(account_id) or _validators.is_account_id(account_id),
        _ID.fullmatch(re.sub("[*?]", "", UNKNOWN.sub("x", found_id)) or "x") is not None,
    )
    return (
        Source(partition=partition, region=region, account_id=account_id, kind=kind, id=found_id) if all(fits) else None
    )


def has_wildcard(text: str) -> bool:
    """Tell whether a text is a pattern for several."""
    return "*" in text or "?" in text


def _is_open(text: str) -> bool:
    return has_wildcard(text) or is_unknown(text)


def _filled(text: str, whole: str) -> str:
    return whole if text == "*" else text.replace("*", "x").replace("?", "x")


def _digits(account_id: str) -> str:
    """Return an account that a pattern admits, of nobody if it may be."""
    if not has_wildcard(account_id):
        return account_id
    length = len(UNKNOWN.sub("", account_id).replace("*", ""))
    return account_id.replace("?", "0").replace("*", "0" * (12 - length), 1).replace("*", "")
