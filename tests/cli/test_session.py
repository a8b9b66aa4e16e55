"""Clients repeat what is throttled, and tell AWS who calls."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pytest
from botocore.utils import parse_timestamp

from devops_agent_constructs.cli.aws import session
from devops_agent_constructs.cli.aws.session import Session

pytestmark = pytest.mark.usefixtures("own_process")


@pytest.mark.parametrize(
    ("variables", "retries"),
    [
        ({}, {"mode": "standard", "total_max_attempts": 8}),
        ({"AWS_MAX_ATTEMPTS": "3"}, {"mode": "standard", "total_max_attempts": 3}),
        ({"AWS_RETRY_MODE": "adaptive"}, {"mode": "adaptive", "total_max_attempts": 8}),
    ],
    ids=["own", "attempts", "mode"],
)
def test_retries(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], retries: dict[str, Any]) -> None:
    """8 attempts in the standard mode, unless the user's settings say otherwise."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    session._client.cache_clear()
    assert Session().client("devops-agent").meta.config.retries == retries


def test_user_agent() -> None:
    """CloudTrail shows which program and version called."""
    config = Session().client("devops-agent").meta.config
    assert f"devops-agent-constructs/{version('devops-agent-constructs')}" in config.user_agent


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-20T14:03:12Z",
        "2026-10-20T14:03:12.123Z",
        "2026-10-20T14:03:12.123456Z",
        "2026-10-20T14:03:12.1234567Z",
        "2026-10-20T14:03:12+02:00",
        "Tue, 20 Oct 2026 14:03:12 GMT",
        "1792504992.5",
        1792504992,
        "2026-13-20T14:03:12Z",
        "soon",
    ],
)
def test_times(text: Any) -> None:
    """A time of an answer is what botocore takes it for, however AWS writes it; what is none is an error."""
    try:
        expected = parse_timestamp(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            session._timestamp(text)
    else:
        assert session._timestamp(text) == expected
        assert session._timestamp(text).utcoffset() == expected.utcoffset()


def test_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over AWS_REGION, and that over AWS_DEFAULT_REGION, as in the AWS CLI."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    assert Session().region_name == "us-east-1"
    assert Session(region="eu-west-1").region_name == "eu-west-1"
    monkeypatch.delenv("AWS_REGION")
    assert Session().region_name == "eu-west-2"
