"""`ownAccountAsSource`."""

from typing import Any

from tests.checks.build import association, case, primary

OWN: dict[str, Any] = {
    "AccountId": "111111111111",
    "AssumableRoleArn": "arn:aws:iam::111111111111:role/DevOpsAgentRole",
}

CASES = [
    case("by its id", primary(Own=association("Aws", **OWN)), primary(Own=association(**OWN))),
    case(
        "by reference",
        primary(Source=association()),
        primary(Own=association(**{**OWN, "AccountId": {"Ref": "AWS::AccountId"}})),
    ),
]
