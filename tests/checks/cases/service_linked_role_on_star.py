"""`serviceLinkedRoleOnStar`."""

from tests.checks.build import case, grant, inline, managed_policy, role, secondary, stack_of

CREATE = "iam:CreateServiceLinkedRole"
EXPLORER = "role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
GOOD = secondary(Policies=inline(grant(CREATE, {"Fn::Sub": f"arn:aws:iam::${{AWS::AccountId}}:{EXPLORER}"})))
ONE_SERVICE = {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}}

CASES = [
    case("every service", GOOD, secondary(Policies=inline(grant(CREATE, "*")))),
    case(
        "under a condition that is none",
        secondary(Policies=inline(grant(CREATE, ["*"], ONE_SERVICE))),
        secondary(Policies=inline(grant(CREATE, ["*"], {"StringNotEquals": ONE_SERVICE["StringEquals"]}))),
    ),
    case("an ARN that lacks fields", GOOD, secondary(Policies=inline(grant(CREATE, "arn:aws:iam")))),
    case(
        "a pattern of roles",
        GOOD,
        secondary(Policies=inline(grant([CREATE], "arn:aws:iam::*:role/aws-service-role/*"))),
    ),
    case(
        "by all actions of IAM, in a policy of its own",
        stack_of("222222222222", Role=role(), Policy=managed_policy(grant("iam:Get*", "*"), roles=[{"Ref": "Role"}])),
        stack_of("222222222222", Role=role(), Policy=managed_policy(grant("iam:*", "*"), roles=[{"Ref": "Role"}])),
    ),
]
