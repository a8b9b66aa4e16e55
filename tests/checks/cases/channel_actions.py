"""`channelActions`."""

from tests.checks.build import allow, case, secondary

CHANNEL = "service-role/AIDevOpsChannelAccessPolicy"

CASES = [
    case(
        "a two-way channel without tags",
        secondary(allow(action=["sts:AssumeRole", "sts:TagSession"]), managed=CHANNEL),
        secondary(allow(), managed=CHANNEL),
    ),
]
