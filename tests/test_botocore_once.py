"""What sessions of botocore share, none of them can change for the others."""

from __future__ import annotations

import boto3

from tests import botocore_once


def test_handlers_are_of_one_session() -> None:
    """What one registers, or takes away, is so in that session and its clients alone."""
    botocore_once.share()
    heard: list[str] = []

    def hear(event_name: str, **_: object) -> None:
        heard.append(event_name)

    one, other = boto3.Session(region_name="us-east-1"), boto3.Session(region_name="us-east-1")
    one.events.register("creating-client-class.sts", hear)
    other.client("sts")
    assert heard == []
    one.client("sts")
    assert heard == ["creating-client-class.sts"]
    one.events.unregister("creating-client-class.sts", hear)
    one.client("sts")
    assert len(heard) == 1
    # botocore's own handlers are there: without one of them the class would have no such method.
    assert hasattr(one.client("sts"), "generate_presigned_url")
