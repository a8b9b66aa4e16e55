"""`serviceLinkedRoleOnStar`."""

from devops_agent_constructs.checks import Template
from tests.checks.build import case, grant, inline, managed_policy, role, secondary, stack_of

CREATE = "iam:CreateServiceLinkedRole"
EXPLORER = "role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
GOOD = secondary(Policies=inline(grant(CREATE, {"Fn::Sub": f"arn:aws:iam::${{AWS::AccountId}}:{EXPLORER}"})))
ONE_SERVICE = {"StringEquals": {"iam:AWSServiceName": "resource-explorer-2.amazonaws.com"}}

LINKED = "arn:aws:iam::222222222222:role/aws-service-role"


def creating(resource: object, operator: str = "", *services: str) -> Template:
    """Return the role with this permission, under a condition on the service."""
    condition = {operator: {"iam:AWSServiceName": list(services)}} if operator else {}
    return secondary(Policies=inline(grant(CREATE, resource, condition)))


EXISTING = {"Ref": "ExistingRoleName"}


def attached(*statements: dict[str, object], roles: list[object], **beside: object) -> Template:
    """Return the role with a policy of its own that a condition attaches."""
    chosen: list[object] = [{"Fn::If": ["CreateNewRole", *roles]}]
    return stack_of("222222222222", Role=role(), Policy=managed_policy(*statements, roles=chosen), **beside)


ANY = managed_policy(grant(CREATE, "*"), roles=[{"Ref": "Role"}])
DENY = {**grant(CREATE, "*", {"StringNotEquals": ONE_SERVICE["StringEquals"]}), "Effect": "Deny"}
CASES = [
    case(
        "in a policy that a condition attaches",
        attached(grant(CREATE, "*"), DENY, roles=[{"Ref": "Role"}, EXISTING]),
        attached(grant(CREATE, "*"), roles=[{"Ref": "Role"}, EXISTING]),
    ),
    case(
        "under a Deny that a condition may leave out",
        stack_of("222222222222", Role=role(), Policy=ANY, Deny=managed_policy(DENY, roles=[{"Ref": "Role"}])),
        attached(DENY, roles=[{"Ref": "Role"}, {"Ref": "AWS::NoValue"}], Other=ANY),
    ),
    *(
        case(f"{resource} {condition}", good, creating(resource, *condition))
        for good, resource, condition in (
            (creating(f"{LINKED}/resource-explorer-2.*"), f"{LINKED}/a*", ()),
            (creating(f"{LINKED}/*/AWSServiceRoleForResourceExplorer*"), f"{LINKED}/r*", ()),
            (creating(f"{LINKED}/ecs.amazonaws.com/*"), f"{LINKED}/*.amazonaws.com/AWSServiceRoleForA*", ()),
            (GOOD, "*", ("StringNotEquals", "support.amazonaws.com")),
            (
                creating("*", "StringLike", "resource-explorer-2.*"),
                "*",
                ("StringEquals", "resource-explorer-2.amazonaws.com", "autoscaling.amazonaws.com"),
            ),
            (creating("*", "StringLike", "*explorer*"), f"{LINKED}/*", ("StringLike", "r*.amazonaws.com")),
            (
                creating("*", "StringEqualsIgnoreCase", "Resource-Explorer-2.amazonaws.com"),
                "*",
                ("StringEqualsIgnoreCase", "ECS.amazonaws.com"),
            ),
            (creating(f"{LINKED}/resource-explorer*"), f"{LINKED}/resource-*", ()),
            (creating("*", "IpAddress", "10.0.0.0/8"), "*", ("StringNotLike", "resource-explorer-2.*")),
        )
    ),
    case("every service", GOOD, secondary(Policies=inline(grant(CREATE, "*")))),
    case(
        "under a condition that is none",
        secondary(Policies=inline(grant(CREATE, ["*"], ONE_SERVICE))),
        secondary(Policies=inline(grant(CREATE, ["*"], {"StringNotEquals": ONE_SERVICE["StringEquals"]}))),
    ),
    case("an ARN that lacks fields", GOOD, secondary(Policies=inline(grant(CREATE, "arn:aws:iam")))),
    case(
        "a pattern of roles",
        GOOD,
        secondary(Policies=inline(grant([CREATE], "arn:aws:iam::*:role/aws-service-role/*"))),
    ),
    case(
        "by all actions of IAM, in a policy of its own",
        stack_of("222222222222", Role=role(), Policy=managed_policy(grant("iam:Get*", "*"), roles=[{"Ref": "Role"}])),
        stack_of("222222222222", Role=role(), Policy=managed_policy(grant("iam:*", "*"), roles=[{"Ref": "Role"}])),
    ),
]
