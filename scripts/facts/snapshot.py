"""What AWS's facts were when a maintainer last accepted them, what they are in some packages, and the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_agent_constructs.guardrail.lists import guardrail_lists
from scripts.facts import managed_policies, models, schemas

SNAPSHOT = Path(__file__).parent / "snapshot.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What packages say of AWS.

    Attributes:
        accepted: The day.
        versions: Package -> version.
        operations: Service -> the operations that are looked at.
        facts: Source -> fact -> its value.
    """

    accepted: str
    versions: Mapping[str, str]
    operations: Mapping[str, list[str]]
    facts: Mapping[str, Mapping[str, str]]


def facts_of(
    packages: Path, operations: Mapping[str, list[str]], policies: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """Return source -> fact -> its value.

    Args:
        packages: Where the packages are installed.
        operations: Service -> the operations to look at.
        policies: AWS's managed policies.
    """
    return {
        **{
            f"API of {service}": models.described(models.model(packages, service), names)
            for service, names in operations.items()
        },
        **schemas.described_types(packages),
        "IAM's actions of aidevops": schemas.described_actions(packages),
        "aws_cdk.aws_devopsagent": schemas.described_constructs(packages),
        "AWS's managed policies": managed_policies.described(policies, without=guardrail_lists().policy_name),
    }


def news(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield a line for each fact that came, went or changed, below the source that has it."""
    for source in sorted({*before, *after}):
        old, new = before.get(source, {}), after.get(source, {})
        lines = [
            *(f"  + {_line(fact, new[fact])}" for fact in new if fact not in old),
            *(f"  - {_line(fact, old[fact])}" for fact in old if fact not in new),
            *(f"  ~ {fact}: {old[fact]} -> {new[fact]}" for fact in new if fact in old and old[fact] != new[fact]),
        ]
        if lines:
            yield f"{source}:"
            yield from sorted(lines)


def read() -> Snapshot:
    """Read what was accepted."""
    fields = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    facts = {source: dict(map(_fact, lines)) for source, lines in fields.pop("facts").items()}
    return Snapshot(**fields, facts=facts)


def write(snapshot: Snapshot) -> None:
    """Accept. A fact is a line of the file, as in the news: scanners of secrets take a member `apiKey` for one."""
    fields: dict[str, Any] = {name: getattr(snapshot, name) for name in ("accepted", "versions", "operations")}
    fields["facts"] = {
        source: sorted(_line(*fact) for fact in facts.items()) for source, facts in snapshot.facts.items()
    }
    SNAPSHOT.write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _line(fact: str, value: str) -> str:
    return f"{fact}: {value}" if value else fact


def _fact(line: str) -> tuple[str, str]:
    fact, _, value = line.partition(": ")
    return fact, value
