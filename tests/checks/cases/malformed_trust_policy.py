"""`malformedTrustPolicy`."""

from tests.checks.build import GUARD, SPACE_ARN, allow, case, secondary

CASES = [
    case("a misspelt element", secondary(), secondary({**allow(), "Conditions": GUARD})),
    case("an operator that IAM does not have", secondary(), secondary(allow({"StringIs": {"aws:SourceAccount": "1"}}))),
    case("a wildcard within a service", secondary(), secondary(allow(principal={"Service": "aidevops.*"}))),
    case("no principal", secondary(), secondary({"Effect": "Allow", "Action": "sts:AssumeRole"})),
    case(
        "an account compared as truth",
        secondary(),
        secondary(allow({"Bool": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": SPACE_ARN}})),
    ),
]
