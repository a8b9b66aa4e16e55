"""`unknownCondition`."""

from tests.checks.build import GUARD, SPACE_ARN, allow, case, secondary

NOT_BY_TLS = {**allow({"Bool": {"aws:SecureTransport": "false"}}, principal={"AWS": "*"}), "Effect": "Deny"}
OTHER_ORGANIZATION = {
    **allow({"StringNotEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}, principal={"AWS": "*"}),
    "Effect": "Deny",
}

CASES = [
    case(
        "the organization of the source",
        secondary(allow({**GUARD, "Bool": {"aws:SecureTransport": "true"}})),
        secondary(
            allow(
                {
                    "StringEquals": {"aws:SourceAccount": "111111111111", "aws:SourceOrgID": "o-a1b2c3d4e5"},
                    "ArnLike": {"aws:SourceArn": SPACE_ARN},
                }
            )
        ),
    ),
    case("in a Deny", secondary(allow(), NOT_BY_TLS), secondary(allow(), OTHER_ORGANIZATION)),
    case(
        "the Region that is called",
        secondary(allow({**GUARD, "StringLikeIfExists": {"aws:RequestedRegion": "*"}})),
        secondary(allow({**GUARD, "StringLike": {"aws:RequestedRegion": "us-*"}})),
    ),
]
