"""Empty accounts for each test: after the first start the emulator takes a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator of its own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def iam(emulator: Emulator) -> IAMClient:
    """IAM of a secondary account."""
    return emulator.client("iam", "222222222222")


@pytest.fixture
def cloudformation(emulator: Emulator) -> CloudFormationClient:
    """CloudFormation of the same account."""
    return emulator.client("cloudformation", "222222222222")
