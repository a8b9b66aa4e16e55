"""`missingSourceArn`."""

from tests.checks.build import SPACE_ARN, allow, case, secondary

ACCOUNT = {"aws:SourceAccount": "111111111111"}
GOOD = secondary(allow({"StringEquals": {**ACCOUNT, "aws:SourceArn": SPACE_ARN}}))

CASES = [
    case(
        "a condition that everybody meets",
        secondary(allow({"StringEquals": {**ACCOUNT, "aws:SourceArn": SPACE_ARN}, "Null": {"aws:SourceArn": "false"}})),
        secondary(allow({"ForAllValues:ArnLike": {"aws:SourceArn": SPACE_ARN}})),
    ),
    case("no condition", GOOD, secondary(allow({"StringEquals": ACCOUNT}))),
    case(
        "optional", GOOD, secondary(allow({"StringEquals": ACCOUNT, "ArnLikeIfExists": {"aws:SourceArn": SPACE_ARN}}))
    ),
    case(
        "negated",
        secondary(allow({"StringEquals": ACCOUNT, "ArnEquals": {"aws:SourceArn": SPACE_ARN}})),
        secondary(allow({"StringEquals": ACCOUNT, "ArnNotEquals": {"aws:SourceArn": SPACE_ARN}})),
    ),
]
