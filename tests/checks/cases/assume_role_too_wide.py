"""`assumeRoleTooWide`."""

from devops_agent_constructs.checks import Template
from tests.checks.build import ROLE_ARN, case, grant, inline, managed_policy, primary, role

IN_ORGANIZATION = {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
ANY_ACCOUNT = "arn:aws:iam::*:role/DevOpsAgentRole"


def agent_role(*statements: dict[str, object]) -> object:
    """Return a policy of the agent role, which is made elsewhere."""
    return managed_policy(*statements, roles=["DevOpsAgentRole-AgentSpace"])


def confined(condition: object, resource: str = ANY_ACCOUNT) -> Template:
    """Return the agent role's policy under a condition."""
    return primary(Policy=agent_role(grant("sts:AssumeRole", resource, condition)))


def denied(condition: object) -> Template:
    """Return it under a Deny for what meets a condition."""
    deny = {**grant("sts:AssumeRole", "*", condition), "Effect": "Deny"}
    return primary(Policy=agent_role(grant("sts:AssumeRole", ANY_ACCOUNT), deny))


SAME = {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
LISTED = {"StringEquals": {"aws:ResourceAccount": ["222222222222", "000000000000"]}}
ONE_ORGANIZATION = {"StringEquals": {"aws:ResourceOrgID": "o-abcdefghij"}}
OUTSIDE = {"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
# What is true of the agent role itself says nothing of the role that it assumes.
CASES = [
    *(
        case(f"{condition}", good, confined(condition))
        for good, condition in (
            (confined(SAME), {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
            (confined(IN_ORGANIZATION), {"StringEquals": {"aws:PrincipalAccount": "111111111111"}}),
            (
                confined({"StringEquals": {"aws:PrincipalAccount": "444444444444"}}),  # It is true of no agent role.
                {"StringNotEquals": {"aws:PrincipalAccount": "444444444444"}},
            ),
            (confined(LISTED), {"StringNotEquals": {"aws:ResourceAccount": "000000000000"}}),
            (confined(LISTED), {"StringLike": {"aws:ResourceAccount": "3*"}}),
            (
                confined({"Bool": {"aws:ResourceOrgID": "true"}}),
                {"NumericEquals": {"aws:PrincipalAccount": 111111111111}},
            ),
            (confined(ONE_ORGANIZATION), {"StringLike": {"aws:ResourceOrgID": "o-a*"}}),
            (confined(ONE_ORGANIZATION), {"StringNotEquals": {"aws:ResourceOrgID": "o-0000000000"}}),
        )
    ),
    case("under a Deny", denied(OUTSIDE), denied({"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})),
    case(
        "under a Deny for others than the own account",
        denied({"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}),
        denied({"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}}),
    ),
    case(
        "everything",
        primary(Policy=agent_role(grant("sts:AssumeRole", ROLE_ARN))),
        primary(Policy=agent_role(grant("sts:AssumeRole", "*"))),
    ),
    case(
        "any account",
        primary(Policy=agent_role(grant("sts:AssumeRole", ANY_ACCOUNT, IN_ORGANIZATION))),
        primary(Policy=agent_role(grant("sts:AssumeRole", ANY_ACCOUNT))),
    ),
    case(
        "inline",
        primary(Role=role(Policies=inline(grant("sts:AssumeRole", [ROLE_ARN])))),
        primary(Role=role(Policies=inline(grant("sts:*", [ANY_ACCOUNT])))),
    ),
]
