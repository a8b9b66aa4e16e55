"""`othersAdmitted`."""

from tests.checks.build import SPACE_ARN, allow, association, case, primary, secondary

ADMIN = "arn:aws:iam::222222222222:role/Administrator"
PROVIDER = "arn:aws:iam::222222222222:saml-provider/Work"
OTHER_SPACE = {
    "StringEquals": {"aws:SourceAccount": "333333333333"},
    "ArnLike": {"aws:SourceArn": SPACE_ARN.replace("111111111111", "333333333333")},
}

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
        "another Agent Space than the association's",
        (secondary(), primary(Source=association())),
        (secondary(allow(), allow(OTHER_SPACE)), primary(Source=association())),
    ),
]
