"""`previewSetup`."""

from tests.checks.build import SPACE_ARN, allow, case, chained, secondary

CHAINED = chained({"StringEquals": {"sts:ExternalId": SPACE_ARN}})

CASES = [
    case("the policy", secondary(), secondary(managed="AIOpsAssistantPolicy")),
    case("the agent role", secondary(), secondary(CHAINED)),
    case("both", secondary(), secondary(allow(), CHAINED, managed="AIOpsAssistantPolicy")),
    case(
        "not CloudWatch investigations, which own the policy",
        secondary(
            allow({}, principal={"Service": "aiops.amazonaws.com"}),
            managed="AIOpsAssistantPolicy",
        ),
        secondary(allow({}, principal={"AWS": "arn:aws:iam::111111111111:role/A"}), managed="AIOpsAssistantPolicy"),
    ),
]
