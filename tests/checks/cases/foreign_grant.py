"""`foreignGrant`."""

from tests.checks.build import (
    AGENT_ROLE,
    ROLE_ARN,
    SPACE_ARN,
    association,
    case,
    chained,
    grant,
    managed_policy,
    primary,
    role,
    stack_of,
)

MAY_ASSUME = grant("sts:AssumeRole", ROLE_ARN)
CHAINED = role(chained({"StringEquals": {"sts:ExternalId": SPACE_ARN}}))

CASES = [
    case(
        "the secondary role, from the primary account's stack",
        primary(Source=association(), Policy=managed_policy(grant("s3:GetObject", "*"), roles=["DevOpsAgentRole"])),
        primary(Source=association(), Policy=managed_policy(grant("s3:GetObject", "*"), roles=[ROLE_ARN])),
    ),
    case(
        "actions of DevOps Agent",
        primary(Policy=managed_policy(grant("aidevops:Get*", "*"), roles=["Deployer"])),
        primary(
            Policy=managed_policy(grant("aidevops:Get*", "*"), roles=["arn:aws:iam::333333333333:role/Deployer"]),
        ),
    ),
]
PREVIEW = [
    case(
        "the agent role by name, from the secondary account's stack",
        (
            stack_of("222222222222", Role=CHAINED),
            primary(Policy=managed_policy(MAY_ASSUME, roles=[AGENT_ROLE.rpartition("/")[2]])),
        ),
        stack_of(
            "222222222222", Role=CHAINED, Policy=managed_policy(MAY_ASSUME, roles=[AGENT_ROLE.rpartition("/")[2]])
        ),
    ),
]
