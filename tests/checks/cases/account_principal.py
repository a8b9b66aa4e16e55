"""`accountPrincipal`."""

from tests.checks.build import GUARD, allow, case, secondary

CASES = [
    case("root", secondary(), secondary(allow({}, principal={"AWS": "arn:aws:iam::111111111111:root"}))),
    case("an account's id", secondary(), secondary(allow(GUARD, principal={"AWS": ["111111111111"]}))),
    case(
        "the role's own account",
        secondary(),
        secondary(
            allow(), allow({}, principal={"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}})
        ),
    ),
]
