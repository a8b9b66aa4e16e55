"""`missingSourceAccount`."""

from tests.checks.build import SPACE_ARN, allow, case, secondary

ARN = {"ArnLike": {"aws:SourceArn": SPACE_ARN}}
GOOD = secondary(allow({"StringEquals": {"aws:SourceAccount": "111111111111"}, **ARN}))

DENIED = {**allow({"StringNotEquals": {"aws:SourceAccount": "111111111111"}}, principal={"AWS": "*"}), "Effect": "Deny"}
DENIED_ARN = {**allow({"ArnNotEquals": {"aws:SourceArn": SPACE_ARN}}, principal={"AWS": "*"}), "Effect": "Deny"}
TOO_LITTLE = {**allow({"Bool": {"aws:SecureTransport": "false"}}, principal={"AWS": "*"}), "Effect": "Deny"}

CASES = [
    case("a Deny that denies too little", secondary(allow({}), DENIED, DENIED_ARN), secondary(allow({}), TOO_LITTLE)),
    case("no condition", GOOD, secondary(allow(ARN))),
    case("optional", GOOD, secondary(allow({"StringEqualsIfExists": {"aws:SourceAccount": "111111111111"}, **ARN}))),
    case(
        "true of a missing key",
        GOOD,
        secondary(allow({"ForAllValues:StringEquals": {"aws:SourceAccount": "111111111111"}, **ARN})),
    ),
    case("any account", GOOD, secondary(allow({"StringLike": {"aws:SourceAccount": "*"}, **ARN}))),
    case(
        "negated",
        secondary(allow({"stringequals": {"AWS:sourceaccount": ["111111111111"]}, **ARN})),
        secondary(allow({"StringNotEquals": {"aws:SourceAccount": "111111111111"}, **ARN})),
    ),
]
