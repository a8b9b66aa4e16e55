"""`othersAdmitted`."""

from tests.checks.build import GUARD, SPACE_ARN, allow, case, secondary

ADMIN = "arn:aws:iam::222222222222:role/Administrator"
PROVIDER = "arn:aws:iam::222222222222:saml-provider/Work"

CASES = [
    case("a role beside the service", secondary(), secondary(allow(), allow({}, principal={"AWS": ADMIN}))),
    case(
        "a session of a role",
        secondary(),
        secondary(allow(), allow({}, principal={"AWS": "arn:aws:sts::222222222222:assumed-role/Admin/ann"})),
    ),
    case(
        "an account that has nothing to do with it, with the external id",
        secondary(),
        secondary(allow({"StringEquals": {"sts:ExternalId": SPACE_ARN}}, principal={"AWS": "444444444444"})),
    ),
    case(
        "another service beside it",
        secondary(),
        secondary(allow(principal={"Service": ["aidevops.amazonaws.com", "lambda.amazonaws.com"]})),
    ),
    case(
        "people whom a provider signed in",
        secondary(),
        secondary(allow(), allow({}, principal={"Federated": PROVIDER}, action="sts:AssumeRoleWithSAML")),
    ),
    case(
        "a Deny that denies too little",
        secondary(
            allow({}),
            {
                **allow({"StringNotEquals": {"aws:SourceAccount": "111111111111"}}, principal="*"),
                "Effect": "Deny",
            },
            {**allow({"ArnNotEquals": {"aws:SourceArn": SPACE_ARN}}, principal="*"), "Effect": "Deny"},
        ),
        secondary(
            allow({}),
            {
                **allow({"StringNotEqualsIfExists": {"aws:SourceAccount": "333333333333"}}, principal="*"),
                "Effect": "Deny",
            },
        ),
    ),
    case(
        "a condition that everybody meets",
        secondary(allow({**GUARD, "Null": {"aws:SourceArn": "false"}})),
        secondary(allow({"ForAllValues:ArnLike": {"aws:SourceArn": SPACE_ARN}})),
    ),
]
