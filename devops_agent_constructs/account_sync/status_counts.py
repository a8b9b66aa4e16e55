"""Says how many associations have each status."""

from __future__ import annotations

from collections.abc import Mapping

from devops_agent_constructs.account_sync.account_association import STATUSES


def sorted_statuses(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many have each status, the known statuses first, also those that none has."""
    return {**{status: counts.get(status, 0) for status in STATUSES}, **counts}


def statuses_in_words(counts: Mapping[str, int]) -> str:
    """Say how many have each status, like `3 valid, 1 pending`."""
    numbers = sorted_statuses(counts).items()
    return ", ".join(f"{number} {status.removesuffix('-confirmation')}" for status, number in numbers if number)
