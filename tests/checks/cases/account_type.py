"""`accountType`."""

from tests.checks.build import association, case, primary

OWN = {"AccountId": "111111111111", "AssumableRoleArn": "arn:aws:iam::111111111111:role/A"}

CASES = [
    case("monitor, another account", primary(One=association()), primary(One=association(AccountType="monitor"))),
    case(
        "source, its own account",
        primary(One=association("Aws", **OWN)),
        primary(One=association("Aws", **OWN, AccountType="source")),
    ),
]
