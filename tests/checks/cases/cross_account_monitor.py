"""`crossAccountMonitor`."""

from tests.checks.build import association, case, primary

OWN = {"AccountId": "111111111111", "AssumableRoleArn": "arn:aws:iam::111111111111:role/A"}

CASES = [
    case("another account", primary(One=association("SourceAws")), primary(One=association("Aws"))),
    case(
        "another account's role",
        primary(One=association("Aws", **OWN)),
        primary(One=association("Aws", AccountId={"Ref": "AWS::AccountId"})),
    ),
]
