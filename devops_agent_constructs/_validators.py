r"""Checks names and ARNs that IAM and DevOps Agent would refuse at deployment, such as the name of a role.

`fullmatch` and `[0-9]` throughout: `$` admits a trailing newline, `\d` admits digits of other scripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from devops_agent_constructs import service
from devops_agent_constructs._role_arn import ROLE_ARN_FORM, PrincipalArn, parse_role_arn
from devops_agent_constructs.errors import OnboardingInputError

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}")
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")
# Narrower than IAM, which admits every printable character: DevOps Agent's RoleArn admits only these.
_PATH = re.compile(r"/([A-Za-z0-9_+=,.@-]+/)*")
_DESCRIPTION = re.compile("[\t\n\r -~\u00a1-\u00ff]*")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html and API_Root.html
_ORGANIZATIONAL_UNIT = re.compile(r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}")
# The AllowedPattern of the parameter Qualifier, in the bootstrap template of the CDK CLI 2.1148.1.
_QUALIFIER = re.compile(r"[A-Za-z0-9_-]{1,10}")
# As in the CloudFormation schema of AWS::CloudFormation::StackSet, dated 2026-10-20, and the CreateStack API.
_STACK_NAME = re.compile("[a-zA-Z][a-zA-Z0-9-]*")
_POLICY_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}")
_POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+")

FORMS = {
    "account_id": _ACCOUNT_ID.pattern,
    "region": _REGION.pattern,
    "role_name": _ROLE_NAME.pattern,
    "path": _PATH.pattern,
    "description": _DESCRIPTION.pattern,
    "role_arn": ROLE_ARN_FORM,
    "organization_id": _ORGANIZATION_ID.pattern,
    "bootstrap_qualifier": _QUALIFIER.pattern,
    "topic_arn": rf"arn:aws[a-z-]*:sns:{_REGION.pattern}:{_ACCOUNT_ID.pattern}:[A-Za-z0-9_-]{{1,256}}(\.fifo)?",
    "policy": f"{_POLICY_ARN.pattern}|{_POLICY_NAME.pattern}(/{_POLICY_NAME.pattern})*",
}
"""What is checked below, as patterns of the whole value, for the JSON Schema of the accounts file."""


def is_token(value: object) -> bool:
    """Tell whether only deployment knows the value: a CDK token in a string.

    The text of a token is part of CDK's interface; `Token.is_unresolved` would cost a call into Node each time.
    """
    return isinstance(value, str) and "${Token[" in value


def known(value: str | None, *, field: str, why: str) -> None:
    """Check that a value is known before deployment; `why` says what it is needed for."""
    if is_token(value):
        raise OnboardingInputError(
            field, value, why=f"only deployment knows it, but {why}", fix="write the value itself"
        )


def construct_id(value: str) -> str:
    """Check the id of a construct, of which the constructs library refuses an empty one and tokens."""
    if value and not is_token(value):
        return value
    why = "an id is known text; it becomes part of the logical ids"
    raise OnboardingInputError("construct_id", value, why=why, fix="write it like 'DevOpsAgent'")


def form(value: str, pattern: re.Pattern[str], *, field: str, why: str, fix: str) -> str:
    """Check the form of a text; a token may have any."""
    if is_token(value) or pattern.fullmatch(value):
        return value
    raise OnboardingInputError(field, value, why=why, fix=fix)


def is_account_id(value: str) -> bool:
    """Tell whether this is an AWS account id: 12 digits."""
    return _ACCOUNT_ID.fullmatch(value) is not None


def is_region(value: str) -> bool:
    """Tell whether this has the form of a Region's name; AWS adds Regions, so the name itself is not looked up."""
    return _REGION.fullmatch(value) is not None


def account_id(value: str, *, field: str) -> str:
    """Check an AWS account id."""
    why, fix = "an AWS account id has 12 digits", "copy it from the console's account menu, leading zeros included"
    return form(value, _ACCOUNT_ID, field=field, why=why, fix=fix)


def account_ids(values: Sequence[str], *, field: str) -> None:
    """Check a list of AWS account ids, each once."""
    each_once(values, field=field)
    for index, value in enumerate(values):
        account_id(value, field=f"{field}[{index}]")


def each_once(values: Sequence[str], *, field: str) -> None:
    """Check that a list is a list (a single string would be read letter by letter) and names nothing twice."""
    if isinstance(values, str):
        raise OnboardingInputError(field, values, why="must be a list", fix=f"write [{values!r}]")
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if (first := seen.setdefault(value, index)) != index:
            why = f"[{first}] of the list is the same"
            raise OnboardingInputError(f"{field}[{index}]", value, why=why, fix="remove one of the two")


def region(value: str, *, field: str) -> str:
    """Check the form of a Region's name."""
    return form(value, _REGION, field=field, why="not the name of an AWS Region", fix="write it like 'us-east-1'")


def partition_of(region: str) -> str:
    """Return the partition of a Region, by the beginning of its name."""
    return next((partition for start, partition in service.PARTITIONS.items() if region.startswith(start)), "aws")


def region_in_partition(region: str, partition: str, *, field: str, value: str | None = None) -> None:
    """Check that a Region belongs to a partition; a token belongs to any."""
    if is_token(region) or is_token(partition) or partition_of(region) == partition:
        return
    why = f"the Region {region} is in the partition {partition_of(region)!r}, not in {partition!r}"
    raise OnboardingInputError(field, region if value is None else value, why=why, fix="correct one of the two")


def role_name(value: str, *, field: str) -> str:
    """Check the name of an IAM role."""
    why, fix = "a role name is 1-64 of A-Z a-z 0-9 _+=,.@-", "rename it, e.g. 'DevOpsAgentRole'"
    return form(value, _ROLE_NAME, field=field, why=why, fix=fix)


def path(value: str, *, field: str) -> str:
    """Check the path of an IAM role that DevOps Agent is to accept."""
    if is_token(value) or (_PATH.fullmatch(value) and len(value) <= service.MAX_PATH):
        return value
    why = f"a path begins and ends with '/', with A-Z a-z 0-9 _+=,.@- between, {service.MAX_PATH} characters at most"
    raise OnboardingInputError(field, value, why=why, fix="write it like '/' or '/operations/'")


def path_and_role_name(value: str, *, field: str) -> None:
    """Check the path and the name of a role in one, like `/operations/Agent`."""
    if not value.startswith("/"):
        raise OnboardingInputError(
            field, value, why="it has a name, but no path before it", fix=f"write {f'/{value}'!r}"
        )
    before, slash, name = value.rpartition("/")
    path(before + slash, field=field)
    role_name(name, field=field)


def description(value: str, *, field: str) -> str:
    """Check the description of an IAM role."""
    if is_token(value):
        return value
    if len(value) > service.MAX_ROLE_DESCRIPTION:
        why = f"{len(value)} characters; IAM admits {service.MAX_ROLE_DESCRIPTION}"
        raise OnboardingInputError(field, value, why=why, fix="shorten it")
    if (match := _DESCRIPTION.match(value)) is not None and match.end() < len(value):
        why = f"IAM refuses the character {value[match.end()]!r} in a role's description"
        raise OnboardingInputError(field, value, why=why, fix="use plain Latin letters and punctuation")
    return value


def role_arn_length(*, role_name: str, path: str, field: str, partition: str = "aws") -> None:
    """Check that the ARN which DevOps Agent must store is not too long for it."""
    arn = f"arn:{partition}:iam::123456789012:role{path}{role_name}"
    if is_token(arn) or len(arn) <= service.MAX_ROLE_ARN:
        return
    room = service.MAX_ROLE_ARN - len(arn) + len(path) + len(role_name)
    why = f"the role's ARN would have {len(arn)} characters; DevOps Agent admits {service.MAX_ROLE_ARN}"
    raise OnboardingInputError(field, path + role_name, why=why, fix=f"keep path and name within {room} characters")


def role_arn(value: str, *, field: str) -> PrincipalArn:
    """Check the ARN of one IAM role that DevOps Agent is to accept; return its parts."""
    arn = parse_role_arn(value)
    if arn is None or re.fullmatch(ROLE_ARN_FORM, value) is None:
        fix = "write it like 'arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace'"
        raise OnboardingInputError(field, value, why="not the ARN of an IAM role", fix=fix)
    if len(value) > service.MAX_ROLE_ARN:
        why = f"{len(value)} characters; DevOps Agent admits {service.MAX_ROLE_ARN}"
        raise OnboardingInputError(field, value, why=why, fix="use a role with a shorter path or name")
    return arn


def policy(value: str, *, account_id: str, field: str) -> str:
    """Check the name (a path may precede it) or the ARN of a managed policy for a role in an account."""
    if is_token(value):
        return value
    match = _POLICY_ARN.fullmatch(value)
    if match is None and not all(map(_POLICY_NAME.fullmatch, value.split("/"))):
        why = "neither the name nor the ARN of a managed policy"
        fix = "write it like 'WorkloadBoundary' or 'arn:aws:iam::aws:policy/ReadOnlyAccess'"
        raise OnboardingInputError(field, value, why=why, fix=fix)
    if match and match[1] not in {"aws", account_id} and not is_token(account_id):
        why = f"IAM takes policies of the role's own account, {account_id}, and of AWS"
        raise OnboardingInputError(field, value, why=why, fix="use the policy's name, or the ARN of the account's own")
    return value


def organization_id(value: str, *, field: str) -> str:
    """Check the id of an organization of AWS Organizations."""
    why, fix = "not the id of an organization", "write it like 'o-a1b2c3d4e5'"
    return form(value, _ORGANIZATION_ID, field=field, why=why, fix=fix)


def organizational_unit(value: str, *, field: str) -> str:
    """Check the id of an organizational unit, or of a root of AWS Organizations."""
    why = "neither the id of an organizational unit nor of a root"
    fix = "write it like 'ou-a1b2-11112222', or 'r-a1b2' for the root"
    return form(value, _ORGANIZATIONAL_UNIT, field=field, why=why, fix=fix)


def stack_name(value: str, *, field: str, kind: str = "stack", longest: int = service.MAX_STACK_NAME) -> None:
    """Check the name of a stack or a StackSet; none may be a token."""
    if _STACK_NAME.fullmatch(value) is None or len(value) > longest:
        why = f"a {kind}'s name begins with a letter and has 1-{longest} of A-Z a-z 0-9 -"
        raise OnboardingInputError(field, value, why=why, fix="rename it, e.g. 'DevOpsAgentSecondary'")


def bootstrap_qualifier(value: str, *, field: str) -> str:
    """Check the qualifier of a bootstrap, as the template of `cdk bootstrap` does."""
    if is_token(value):
        why = "the CLI reads it before anything is deployed, and only deployment knows this"
        raise OnboardingInputError(field, value, why=why, fix="write the qualifier itself, e.g. 'hnb659fds'")
    why = "the qualifier of a bootstrap is 1-10 of A-Z a-z 0-9 _-"
    fix = "write CDK's own, 'hnb659fds', or what --qualifier said"
    return form(value, _QUALIFIER, field=field, why=why, fix=fix)


def session_seconds(value: float, *, field: str) -> None:
    """Check a maximum session duration in seconds."""
    if service.MIN_SESSION_SECONDS <= value <= service.MAX_SESSION_SECONDS:
        return
    why = f"IAM admits {service.MIN_SESSION_SECONDS} to {service.MAX_SESSION_SECONDS} seconds (1 to 12 hours)"
    raise OnboardingInputError(field, value, why=why, fix="choose a duration in between, or leave it out for 1 hour")
