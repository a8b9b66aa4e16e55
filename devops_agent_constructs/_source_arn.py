"""Parses the ARN of what DevOps Agent acts for: an Agent Space, or a service that is registered with one.

Parts may be patterns, as in a condition on `aws:SourceArn`, or texts that only deployment knows (`${Token[...]}`). See
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from devops_agent_constructs import _validators, service
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN, is_unknown, is_wholly_unknown
from devops_agent_constructs.policy_evaluation.wildcards import WILDCARDS, overlap, texts_like

_ARN = re.compile(r"arn:([^:]*):aidevops:([^:]*):([^:]*):(agentspace|service)/([^/\s]+)")
_PARTITION = re.compile("aws[a-z-]*")
# As in botocore's `devops-agent` model, API version 2026-01-01 (shape AgentSpaceId).
_ID = re.compile("[A-Za-z0-9-]{1,64}")
_LAST = re.compile("[A-Za-z0-9/*?-]*")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_FIELDS = 6
_OF_AN_ID = "x" + string.ascii_letters + string.digits + "-"
# What AWS was seen to give, and what its model allows: the characters of each place, of those after them, how many.
_IDS = (
    (["-" if place in {8, 13, 18, 23} else "0123456789abcdef" for place in range(36)], "", 0),
    ([_OF_AN_ID], _OF_AN_ID, 63),
)
OTHER_ID = "another-space"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceArn:
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

    @property
    def is_space(self) -> bool:
        """Whether it is an Agent Space whose partition and id are those of one, or tokens."""
        parts = ((_PARTITION, self.partition), (_ID, self.id))
        fits = all(form.fullmatch(text) or is_wholly_unknown(text) for form, text in parts)
        return self.kind == "agentspace" and fits

    @property
    def is_of_one_account(self) -> bool:
        """Whether wildcards are in its Region and for the whole id only."""
        return not has_wildcard(self.partition + self.account_id + ("" if self.has_any_id else self.id))

    @property
    def is_possible(self) -> bool:
        """Whether something that DevOps Agent acts for may have this ARN."""
        is_open = _is_open(self.region) or _is_open(self.partition)
        fits = (
            is_open or _validators.partition_of(self.region) == self.partition,
            _is_open(self.region) or _validators.is_region(self.region),
            _is_open(self.account_id) or _validators.is_account_id(self.account_id),
            _ID.fullmatch(re.sub("[*?]", "", UNKNOWN.sub("x", self.id)) or "x") is not None,
        )
        return all(fits)

    def unlike(self, other: SourceArn) -> str:
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
        return " and ".join(f"{wrong}, but the Agent Space is {right}" for wrong, right in parts)

    def one(self, **changes: str) -> SourceArn:
        """Return one that this stands for, with other parts if they are given."""
        filled = replace(
            self,
            partition=_filled(self.partition, "aws"),
            region=_filled(self.region, "us-east-1"),
            account_id=_digits(self.account_id),
            id=_filled(self.id, "any"),
        )
        return replace(filled, **changes)


def parse_arn(text: str) -> SourceArn | None:
    """Take an ARN apart, whatever its parts say; None: it is neither of an Agent Space nor of a registered service."""
    if (match := _ARN.fullmatch(text)) is None:
        return None
    partition, region, account_id, kind, id_ = match.groups()
    return SourceArn(partition=partition, region=region, account_id=account_id, kind=kind, id=id_)


@lru_cache(maxsize=1024)  # The same few are asked for again and again, of each statement.
def parse_source(text: str) -> SourceArn | None:
    """Read what `aws:SourceArn` or `sts:ExternalId` names; None: nothing that DevOps Agent acts for has this ARN."""
    source = parse_arn(text)
    return source if source is not None and source.is_possible else None


def may_name_source(pattern: str, *, by_field: bool) -> bool:
    """Tell whether what DevOps Agent acts for may have an ARN like this; the Arn operators compare field by field."""
    if parse_source(pattern) is not None:
        return True
    open_pattern = _VARIABLE.sub("*", pattern)
    fields = open_pattern.split(":", 5)
    last = open_pattern.rpartition(":")[2]
    is_like_an_id = last.count("/") <= 1 and _LAST.fullmatch(last) is not None
    forms = [f"arn:{aws}:aidevops:*:*:{kind}/*" for aws in ("aws", "aws-*") for kind in ("agentspace", "service")]
    if not is_like_an_id or not has_wildcard(open_pattern) or (by_field and len(fields) < _FIELDS):
        return False
    return any(
        all(map(_overlap, fields, form.split(":", 5))) if by_field else _overlap(open_pattern, form) for form in forms
    )


def _overlap(pattern: str, other: str) -> bool:
    return overlap(pattern.translate(WILDCARDS), other.translate(WILDCARDS))


def sources_like(pattern: str, account_id: Sequence[str], patterns: Iterable[str]) -> Iterator[SourceArn]:
    """Yield what a pattern admits, for each form of an id: in the Regions of all patterns, and in one of AWS's.

    An id that is written out in full is left out: AWS gives it to one Agent Space alone. `account_id` has for each of
    its twelve places the digits that may stand there.
    """
    pattern = _VARIABLE.sub(lambda match: match[0] if is_unknown(match[0]) else "*", pattern)
    fields = pattern.split(":")
    if not has_wildcard(pattern) or (len(fields) == _FIELDS and not has_wildcard(fields[4])):
        return
    written = [field for text in patterns for field in text.split(":")[3:4] if "/" not in field]
    regions = [_filled(region, "us-east-1") for region in written]
    for kind, (id_, more, at_most) in product(("agentspace", "service"), _IDS):
        for region in dict.fromkeys([*regions, *sorted(service.AGENT_SPACE_REGIONS)]):
            aws = fields[1] if is_unknown(":".join(fields[1:2])) else _validators.partition_of(region)
            places = [*f"arn:{aws}:aidevops:{region}:", *account_id, *f":{kind}/", *id_]
            texts = texts_like(pattern, places, more=more, at_most=at_most)
            text = next((text for text in texts if not pattern.endswith(text.rpartition("/")[2])), "")
            if (source := parse_arn(text)) is not None:
                yield source
                if region not in regions:
                    break


def some_space(account_id: str) -> SourceArn:
    """Return an Agent Space of an account that no policy names."""
    return SourceArn(partition="aws", region="us-east-1", account_id=account_id, kind="agentspace", id=OTHER_ID)


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
