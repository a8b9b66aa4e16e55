"""Says what a call waits for when no answer comes."""

from __future__ import annotations

import threading
from typing import Any

from devops_agent_constructs.cli.terminal.reporting import note

_PATIENCE_SECONDS = 4.0


def say_what_calls_wait_for(session: Any) -> None:  # noqa: ANN401  # botocore's, which is imported late
    """Write a line to standard error for each call of a session that takes longer than a few seconds.

    Calls that botocore makes for credentials are among them.
    """
    # A call for credentials happens inside of the one that needs them.
    running: list[threading.Timer] = []

    def begin(model: Any, params: dict[str, Any], **_: object) -> None:  # noqa: ANN401
        host = str(params.get("url", "")).partition("://")[2].partition("/")[0].rpartition("@")[2]
        text = f"waiting for {host} ({model.name}) ... Ctrl-C stops"
        timer = threading.Timer(_PATIENCE_SECONDS, note, [text])
        timer.daemon = True
        timer.start()
        running.append(timer)

    def end(**_: object) -> None:
        if running:
            running.pop().cancel()

    session.register("before-call", begin)
    session.register("after-call", end)
    session.register("after-call-error", end)
