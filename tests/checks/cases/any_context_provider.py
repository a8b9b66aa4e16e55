"""`anyContextProvider`."""

from tests.checks.build import GUARD, allow, case, primary, role

CENTER = {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/IdentityCenter"]}
PRESENT = {"sts:RequestContextProviders": "false"}


def operator(condition: dict[str, object]) -> object:
    """Return a role of the operator app with a second statement under this condition."""
    assume = allow(action=["sts:AssumeRole", "sts:TagSession"])
    return role(
        assume, allow({**GUARD, **condition}, action="sts:SetContext"), managed="AIDevOpsOperatorAppAccessPolicy"
    )


GOOD = primary(Role=operator({"ForAllValues:ArnEquals": CENTER, "Null": PRESENT}))

CASES = [
    case("no condition", GOOD, primary(Role=operator({}))),
    case("a missing key", GOOD, primary(Role=operator({"ForAllValues:ArnEquals": CENTER}))),
    case("any provider", GOOD, primary(Role=operator({"Null": PRESENT}))),
]
