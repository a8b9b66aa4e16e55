"""What CloudWatch Logs do with lines that a service writes, at the emulator's time."""

from __future__ import annotations

from collections.abc import Sequence

from moto.logs.models import LogsBackend, logs_backends

from tests.emulator.clock import CLOCK


def has_group(account_id: str, region: str, group: str) -> bool:
    """Whether there is a log group."""
    return group in _backend(account_id, region).groups


def create_group(account_id: str, region: str, group: str) -> None:
    """Create a log group that keeps its logs for ever."""
    _backend(account_id, region).create_log_group(group, {})


def write(account_id: str, region: str, group: str, stream: str, lines: Sequence[str]) -> None:
    """Write lines to a stream of a log group, which must be there; create the stream."""
    found = _backend(account_id, region).groups[group]
    if stream not in found.streams:
        found.create_log_stream(stream)
    timestamp = int(CLOCK.now().timestamp() * 1000)
    found.put_log_events(stream, [{"timestamp": timestamp, "message": line} for line in lines])


def _backend(account_id: str, region: str) -> LogsBackend:
    return logs_backends[account_id][region]
