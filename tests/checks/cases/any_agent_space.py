"""`anyAgentSpace`."""

from tests.checks.build import ANY_SPACE, ELEVATED_ACTIONS, GUARD, allow, case, primary, role, secondary

ANY = {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": ANY_SPACE}}
ANY_REGION = "arn:aws:aidevops:*:111111111111:agentspace/*"

CASES = [
    case("in another account", primary(Role=role(allow(ANY))), secondary(allow(ANY))),
    case(
        "in any Region, where AWS's guide writes a wildcard for the id alone",
        primary(Role=role(allow(ANY))),
        primary(Role=role(allow({**ANY, "ArnLike": {"aws:SourceArn": ANY_REGION}}))),
    ),
    case(
        "for directed actions, in its own account",
        primary(Role=role(allow(GUARD, action=ELEVATED_ACTIONS), RoleName="DevOpsAgent-ElevatedAction")),
        primary(Role=role(allow(ANY, action=ELEVATED_ACTIONS), RoleName="DevOpsAgent-ElevatedAction")),
    ),
]
