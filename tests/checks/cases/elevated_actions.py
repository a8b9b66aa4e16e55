"""`elevatedActions`."""

from devops_agent_constructs.checks import Template
from tests.checks.build import ELEVATED_ACTIONS, allow, association, case, primary, role, secondary, stack_of

ARN = "arn:aws:iam::222222222222:role/Acts"
ASSOCIATION = primary(Source=association(AgentElevatedRoleArn=ARN))


def acts(action: object) -> Template:
    """Return a role that only an association tells to be elevated."""
    return stack_of(
        "222222222222", Role=role(), Acts=role(allow(action=action), managed="ReadOnlyAccess", RoleName="Acts")
    )


CASES = [
    case(
        "only to assume, by the role's name",
        secondary(allow(action=ELEVATED_ACTIONS), RoleName="DevOpsAgent-ElevatedAction-Orders"),
        secondary(allow(), RoleName="DevOpsAgent-ElevatedAction-Orders"),
    ),
    case(
        "without tags, by what it may do",
        secondary(allow(action=ELEVATED_ACTIONS)),
        secondary(allow(action=ELEVATED_ACTIONS[:2])),
    ),
    case(
        "without who approved it, by an association",
        (acts(ELEVATED_ACTIONS), ASSOCIATION),
        (acts(["sts:AssumeRole", "sts:TagSession"]), ASSOCIATION),
    ),
]
