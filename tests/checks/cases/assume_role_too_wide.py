"""`assumeRoleTooWide`."""

from tests.checks.build import ROLE_ARN, case, grant, inline, managed_policy, primary, role

IN_ORGANIZATION = {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
ANY_ACCOUNT = "arn:aws:iam::*:role/DevOpsAgentRole"


def agent_role(*statements: dict[str, object]) -> object:
    """Return a policy of the agent role, which is made elsewhere."""
    return managed_policy(*statements, roles=["DevOpsAgentRole-AgentSpace"])


CASES = [
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
