"""`wrongSourceAccount`."""

from tests.checks.build import ROLE_ARN, SPACE_ARN, allow, association, case, primary, secondary

ARN = {"ArnLike": {"aws:SourceArn": SPACE_ARN}}


def of(account_id: object, condition: object = None) -> object:
    """Return a condition on this account."""
    return {"StringEquals": {"aws:SourceAccount": account_id}, **(condition if isinstance(condition, dict) else ARN)}


CASES = [
    case("the role's own account", secondary(allow(of("111111111111"))), secondary(allow(of("222222222222")))),
    case(
        "a reference to the role's own account",
        secondary(allow(of({"Fn::Select": [4, {"Fn::Split": [":", SPACE_ARN]}]}))),
        secondary(allow(of({"Ref": "AWS::AccountId"}))),
    ),
    case("one of two", secondary(allow(of("111111111111"))), secondary(allow(of(["111111111111", "333333333333"])))),
    case(
        "not the account of the association",
        (secondary(), primary(Source=association(AssumableRoleArn=ROLE_ARN))),
        (
            secondary(allow({"StringEquals": {"aws:SourceAccount": "333333333333"}})),
            primary(Source=association(AssumableRoleArn=ROLE_ARN)),
        ),
    ),
]
