"""`wildcardPrincipal`."""

from tests.checks.build import allow, case, secondary

CASES = [
    case("everybody", secondary(), secondary(allow(principal={"AWS": "*"}))),
    case("everybody, as AWS", secondary(), secondary(allow(principal={"AWS": ["*"]}))),
    case(
        "beside the service",
        secondary(),
        secondary(allow(principal={"Service": "aidevops.amazonaws.com", "AWS": "*"})),
    ),
]
