"""`anyAgentSpace`."""

from tests.checks.build import ANY_SPACE, ELEVATED_ACTIONS, GUARD, allow, case, primary, role, secondary

ANY = {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": ANY_SPACE}}

CASES = [
    case("in another account", primary(Role=role(allow(ANY))), secondary(allow(ANY))),
    case(
        "for directed actions, in its own account",
        primary(Role=role(allow(GUARD, action=ELEVATED_ACTIONS), RoleName="DevOpsAgent-ElevatedAction")),
        primary(Role=role(allow(ANY, action=ELEVATED_ACTIONS), RoleName="DevOpsAgent-ElevatedAction")),
    ),
]
