"""Checks that all of a role is in one partition: neither IAM's trust nor its policies cross partitions.

See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError

if TYPE_CHECKING:
    from devops_agent_constructs.policies.access_limits import AccessLimits

_ARN = re.compile("arn:(aws[a-z-]*):")
_FIX = "use those of one partition; accounts of another one need an Agent Space there"


def of(value: object) -> str | None:
    """Return the partition that an ARN or the name of a Region says; None for a token, a wildcard or any other name."""
    if not isinstance(value, str) or _validators.is_token(value[:20]):
        return None
    if match := _ARN.match(value):
        return match[1]
    return _validators.partition_of(value) if _validators.is_region(value) else None


def check(value: object, partition: str | None, *, field: str) -> None:
    """Check that an ARN or a Region is of a partition, as far as both are known."""
    own = of(value)
    if own is None or partition is None or _validators.is_token(partition) or own == partition:
        return
    why = f"in the partition {own!r}, but the role and its Agent Space are in {partition!r}: IAM does not cross them"
    raise OnboardingInputError(field, value, why=why, fix=_FIX)


def check_all(values: Mapping[str, object], partition: str | None) -> None:
    """Check each value, by the field that an error names."""
    for field, value in values.items():
        check(value, partition, field=field)


def regions_of(limits: AccessLimits | None) -> dict[str, str]:
    """Return the Regions that limits leave, by the field that an error names."""
    regions = () if limits is None else limits.restrict_to_regions
    return {f"access_limits.restrict_to_regions[{index}]": region for index, region in enumerate(regions)}


def check_resources(document: Mapping[str, Any] | None, partition: str | None, *, field: str) -> None:
    """Check the resources of a policy's statements."""
    for statement in document["Statement"] if document else ():
        for resource in statement["Resource"]:
            check(resource, partition, field=field)


def first(values: Iterable[object]) -> str | None:
    """Return the partition of the first value that says one."""
    return next(filter(None, map(of, values)), None)
