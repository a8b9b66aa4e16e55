"""`wildcardSourceArn`."""

from tests.checks.build import SPACE_ARN, allow, case, secondary


def of(arn: str) -> dict[str, object]:
    """Return the conditions with this ARN."""
    return {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": arn}}


GOOD = secondary(allow(of(SPACE_ARN)))

CASES = [
    case(
        "everything",
        GOOD,
        secondary(allow({"StringEquals": {"aws:SourceAccount": "111111111111"}, "StringLike": {"aws:SourceArn": "*"}})),
    ),
    case("every account", GOOD, secondary(allow(of("arn:aws:aidevops:us-east-1:*:agentspace/*")))),
    case("a part of the id", GOOD, secondary(allow(of("arn:aws:aidevops:us-east-1:111111111111:agentspace/8*")))),
    case("registered services too", GOOD, secondary(allow(of("arn:aws:aidevops:us-east-1:111111111111:*")))),
]
