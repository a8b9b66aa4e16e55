"""`unreadable`."""

from dataclasses import replace

from devops_agent_constructs.checks import Template
from tests.checks.build import case, role, secondary

GOOD = secondary()


def with_part(name: str, part: object) -> Template:
    """Return the good template with another part."""
    return replace(GOOD, body={**GOOD.body, name: part})


CASES = [
    case(
        "a loop over resources",
        GOOD,
        replace(
            GOOD, body={"Resources": {**GOOD.body["Resources"], "Fn::ForEach::Roles": ["X", ["A"], {"${X}": role()}]}}
        ),
    ),
    case(
        "a loop over outputs",
        GOOD,
        with_part("Outputs", {"Fn::ForEach::Names": ["X", ["A"], {"O${X}": {"Value": "x"}}]}),
    ),
    case("parameters of a wrong type", GOOD, with_part("Parameters", ["PrimaryAccountId"])),
    case("mappings of a wrong type", GOOD, with_part("Mappings", "Accounts")),
    case("a delimiter that splits nothing", GOOD, secondary(Description={"Fn::Join": ["", {"Fn::Split": ["", "a"]}]})),
    case("a name that refers to itself", GOOD, secondary(RoleName={"Ref": "Role"})),
    case(
        "a policy that IAM refuses",
        GOOD,
        secondary(Policies=[{"PolicyName": "P", "PolicyDocument": {"Statement": [{"Effect": "Allow"}]}}]),
    ),
]
