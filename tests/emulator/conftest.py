"""Empty accounts for each test: after the first start the emulator takes a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.emulator.primary_account import PrimaryAccount
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: the emulator takes seconds to start."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"


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


@pytest.fixture
def primary(emulator: Emulator) -> PrimaryAccount:
    """The primary account 111111111111 with its Agent Space in us-east-1, and nothing else."""
    return PrimaryAccount(emulator, SPACE_ARN)
