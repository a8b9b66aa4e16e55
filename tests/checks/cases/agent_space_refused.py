"""`agentSpaceRefused`."""

from tests.checks.build import GUARD, SPACE_ARN, allow, association, case, chained, primary, secondary

OTHER_REGION = SPACE_ARN.replace("us-east-1", "eu-west-1")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ASSOCIATION = primary(Source=association())


def of(arn: str) -> dict[str, object]:
    """Return the conditions with this ARN."""
    return {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": arn}}


CASES = [
    case("another Region", (secondary(), ASSOCIATION), (secondary(allow(of(OTHER_REGION))), ASSOCIATION)),
    case("another space", (secondary(), ASSOCIATION), (secondary(allow(of(f"{SPACE_ARN}x"))), ASSOCIATION)),
    case(
        "a condition that no service meets",
        secondary(),
        secondary(allow({**GUARD, **MFA})),
    ),
    case(
        "denied",
        secondary(),
        secondary(allow(), {**allow(GUARD, principal={"AWS": "*"}), "Effect": "Deny"}),
    ),
    case(
        "an ARN operator on what is no ARN",
        secondary(),
        secondary(allow({"ArnLike": {"aws:SourceAccount": "111111111111", "aws:SourceArn": SPACE_ARN}})),
    ),
]
PREVIEW = [
    case(
        "the external id of another space",
        (secondary(chained({"StringEquals": {"sts:ExternalId": SPACE_ARN}})), ASSOCIATION),
        (secondary(chained({"StringEquals": {"sts:ExternalId": OTHER_REGION}})), ASSOCIATION),
    ),
]
