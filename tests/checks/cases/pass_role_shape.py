"""`passRoleShape`."""

from devops_agent_constructs.checks import Template
from tests.checks.build import SPACE_ARN, case, grant, managed_policy, primary

ASSOCIATE = grant(["aidevops:AssociateService", "aidevops:UpdateAssociation"], [SPACE_ARN, f"{SPACE_ARN}/*"])
TO_AGENT = {"StringEquals": {"iam:PassedToService": "aidevops.amazonaws.com"}}
OWN_ROLES = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/*"}


def deployer(*statements: dict[str, object]) -> Template:
    """Return the primary account's template with a policy for whoever deploys."""
    return primary(Policy=managed_policy(ASSOCIATE, *statements, roles=["Deployer"]))


GOOD = deployer(grant("iam:PassRole", OWN_ROLES, TO_AGENT))
OTHER_NAME = {"StringEquals": {"iam:PassedToService": "devopsagent.amazonaws.com"}}
ONE_NAME = "arn:aws:iam::111111111111:role/DevOps*"
SECONDARY = "arn:aws:iam::222222222222:role/*"
OPERATOR = "arn:aws:iam::111111111111:role/Operator"

INSTALLER = grant(["aidevops:AssociateService", "aidevops:EnableOperatorApp"], "*")


def passing(operator: str, *services: str) -> Template:
    """Return a policy to pass every role, under a condition on the service."""
    return deployer(grant("iam:PassRole", OWN_ROLES, {operator: {"iam:PassedToService": list(services)}}))


CASES = [
    *(
        case(f"{operator} {services}", good, passing(operator, *services))
        for good, operator, services in (
            (GOOD, "StringLike", ["*"]),
            (passing("Bool", "true"), "StringNotLike", ["ec2.*"]),
            (GOOD, "StringLike", ["*.amazonaws.com"]),
            (passing("StringLike", "aidevops.*"), "StringLike", ["*devops*"]),
            (passing("StringEqualsIfExists", "aidevops.amazonaws.com"), "StringNotEquals", ["ec2.amazonaws.com"]),
            (GOOD, "StringEquals", ["aidevops.amazonaws.com", "lambda.amazonaws.com"]),
            (passing("StringEquals", "lambda.amazonaws.com"), "StringNotEquals", ["lambda.amazonaws.com"]),
        )
    ),
    case(
        "some roles, for associations and an operator app",
        primary(Policy=managed_policy(INSTALLER, grant("iam:PassRole", OWN_ROLES, TO_AGENT), roles=["A"])),
        primary(Policy=managed_policy(INSTALLER, grant("iam:PassRole", ONE_NAME, TO_AGENT), roles=["A"])),
    ),
    case("a service that AWS does not have", GOOD, deployer(grant("iam:PassRole", OWN_ROLES, OTHER_NAME))),
    case("roles of one name", GOOD, deployer(grant("iam:PassRole", ONE_NAME, TO_AGENT))),
    case("roles of the secondary account", GOOD, deployer(grant("iam:PassRole", SECONDARY, TO_AGENT))),
    case(
        "any role to any service",
        deployer(grant("iam:PassRole", "*", TO_AGENT)),
        deployer(grant("iam:PassRole", "*")),
    ),
    case(
        "one role, though not for an operator app",
        primary(
            Policy=managed_policy(
                grant("aidevops:EnableOperatorApp", "*"), grant("iam:PassRole", OPERATOR, TO_AGENT), roles=["A"]
            )
        ),
        primary(Policy=managed_policy(grant("iam:PassRole", OPERATOR, TO_AGENT), roles=["A"])),
    ),
]
