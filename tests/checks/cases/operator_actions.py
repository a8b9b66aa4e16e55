"""`operatorActions`."""

from tests.checks.build import allow, case, primary, role

GOOD = role(allow(action=["sts:AssumeRole", "sts:TagSession"]), managed="AIDevOpsOperatorAppAccessPolicy")
OWN = role(allow(action="sts:AssumeRole"), managed="ReadOnlyAccess")
SPACE = {
    "Type": "AWS::DevOpsAgent::AgentSpace",
    "Properties": {"Name": "Operations", "OperatorApp": {"Iam": {"OperatorAppRoleArn": {"Fn::GetAtt": "Role.Arn"}}}},
}

CASES = [
    case(
        "no tags",
        primary(Role=GOOD),
        primary(Role=role(allow(action="sts:AssumeRole"), managed="AIDevOpsOperatorAppAccessPolicy")),
    ),
    case("a role that an Agent Space names", primary(Role=GOOD, Space=SPACE), primary(Role=OWN, Space=SPACE)),
]
