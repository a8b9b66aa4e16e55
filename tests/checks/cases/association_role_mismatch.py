"""`associationRoleMismatch`."""

from tests.checks.build import ELEVATED_ACTIONS, ROLE_ARN, allow, association, case, primary, role, secondary, stack_of

ELEVATED = stack_of(
    "222222222222",
    Role=role(),
    Acts=role(allow(action=ELEVATED_ACTIONS), RoleName="Acts", managed="ReadOnlyAccess"),
)
ACTS = "arn:aws:iam::222222222222:role/Acts"
GOOD = (secondary(), primary(Source=association(AssumableRoleArn=ROLE_ARN)))

CASES = [
    case("another account", GOOD, (secondary(), primary(Source=association(AccountId="333333333333")))),
    case("another path", GOOD, (secondary(Path="/agent/"), primary(Source=association()))),
    case("another name", GOOD, (secondary(RoleName="Agent"), primary(Source=association()))),
    case("another case of letters", GOOD, (secondary(RoleName="devopsagentrole"), primary(Source=association()))),
    case(
        "another elevated role",
        (ELEVATED, primary(Source=association(AgentElevatedRoleArn=ACTS))),
        (ELEVATED, primary(Source=association(AgentElevatedRoleArn=f"{ACTS}2"))),
    ),
]
