"""`wildcardSourceArn`."""

from tests.checks.build import ANY_SPACE, SPACE_ARN, allow, case, primary, role, secondary


def of(arn: str) -> dict[str, object]:
    """Return the conditions with this ARN."""
    return {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": arn}}


GOOD = secondary(allow(of(SPACE_ARN)))

CASES = [
    case("everything", GOOD, secondary(allow(of("*")))),
    case("every account", GOOD, secondary(allow(of("arn:aws:aidevops:us-east-1:*:agentspace/*")))),
    case("a part of the id", GOOD, secondary(allow(of("arn:aws:aidevops:us-east-1:111111111111:agentspace/8*")))),
    case(
        "every Region, where AWS's guide writes a wildcard for the id alone",
        primary(Role=role(allow(of(ANY_SPACE)))),
        primary(Role=role(allow(of("arn:aws:aidevops:*:111111111111:agentspace/*")))),
    ),
]
