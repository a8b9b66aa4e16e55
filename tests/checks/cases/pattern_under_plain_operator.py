"""`patternUnderPlainOperator`."""

from tests.checks.build import ANY_SPACE, allow, case, primary, role

ACCOUNT = {"aws:SourceAccount": "111111111111"}
GOOD = primary(Role=role(allow({"StringEquals": ACCOUNT, "StringLike": {"aws:SourceArn": ANY_SPACE}})))

CASES = [
    case("any space", GOOD, primary(Role=role(allow({"StringEquals": {**ACCOUNT, "aws:SourceArn": ANY_SPACE}})))),
    case(
        "any case",
        GOOD,
        primary(
            Role=role(allow({"StringEquals": ACCOUNT, "StringEqualsIgnoreCase": {"aws:SourceArn": ANY_SPACE}})),
        ),
    ),
]
