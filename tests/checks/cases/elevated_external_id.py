"""`elevatedExternalId`."""

from tests.checks.build import ELEVATED_ACTIONS, GUARD, SPACE_ARN, allow, case, secondary

CASES = [
    case(
        "fixed",
        secondary(allow(GUARD, action=ELEVATED_ACTIONS)),
        secondary(allow({**GUARD, "StringLike": {"sts:ExternalId": SPACE_ARN}}, action=ELEVATED_ACTIONS)),
    ),
]
