"""`elevatedPolicyWithoutBoundary`."""

from tests.checks.build import ELEVATED_ACTIONS, allow, case, secondary

BOUNDARY = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:policy/WorkloadBoundary"}
TRUST = allow(action=ELEVATED_ACTIONS)

CASES = [
    case(
        "no boundary",
        secondary(TRUST, managed="AIDevOpsAgentActionsPolicy", PermissionsBoundary=BOUNDARY),
        secondary(TRUST, managed="AIDevOpsAgentActionsPolicy"),
    ),
    case(
        "not even under a condition",
        secondary(
            TRUST,
            managed="AIDevOpsAgentActionsPolicy",
            PermissionsBoundary={"Fn::If": ["IsProduction", BOUNDARY, {"Ref": "AWS::NoValue"}]},
        ),
        secondary(TRUST, managed="AIDevOpsAgentActionsPolicy", PermissionsBoundary={"Ref": "AWS::NoValue"}),
    ),
]
