"""`wrongServicePrincipal`."""

from tests.checks.build import allow, association, case, primary, secondary

ASSOCIATION = primary(Source=association())

CASES = [
    *(
        case(f"a near miss: {name}", secondary(), secondary(allow(principal={"Service": name})))
        for name in (
            "devopsagent.amazonaws.com",
            "devops-agent.amazonaws.com",
            "aidevops.amazonaws.com.cn",
            "aidevops.us-east-1.amazonaws.com",
        )
    ),
    case(
        "another service, in a role that an association names",
        (secondary(managed="ReadOnlyAccess"), ASSOCIATION),
        (secondary(allow(principal={"Service": "aiops.amazonaws.com"}), managed="ReadOnlyAccess"), ASSOCIATION),
    ),
    case(
        "another service, in a role with AWS's policy",
        secondary(),
        secondary(allow(principal={"Service": "lambda.amazonaws.com"})),
    ),
]
