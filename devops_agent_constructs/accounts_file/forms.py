"""Describes the accounts file's values: what an editor says of each, and the form that its JSON Schema checks."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from devops_agent_constructs import service
from devops_agent_constructs._constructs import tag_checks
from devops_agent_constructs._validators import FORMS

# Form of a text -> what an editor says of another text.
_WORDS = {
    "account_id": "An AWS account id has 12 digits",
    "bootstrap_qualifier": "A qualifier is 1-10 of A-Z a-z 0-9 _-",
    "description": "IAM admits Latin letters, digits and punctuation",
    "organization_id": "An organization's id is like o-a1b2c3d4e5",
    "path": "A path begins and ends with /",
    "policy": "Write a policy's name, or its ARN in full",
    "region": "The name of an AWS Region is like us-east-1",
    "role_arn": "A role's ARN is like arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace",
    "topic_arn": "A topic's ARN is like arn:aws:sns:us-east-1:111111111111:operations",
    "role_name": "A role name is 1-64 of A-Z a-z 0-9 _+=,.@-",
}
# A pattern cannot tell it.
_LONGEST = {
    "description": service.MAX_ROLE_DESCRIPTION,
    "path": service.MAX_PATH,
    "role_arn": service.MAX_ROLE_ARN,
}


def meta(description: str, **json_schema: object) -> Meta:
    """Return what an editor says of a value, and what of it a schema can check."""
    # Patterns go to the JSON Schema alone: the values check themselves, with better errors.
    return Meta(description=description, extra_json_schema=json_schema)


def words(**texts: str) -> Meta:
    """Return what an error says of a value of another type, where the type's own name would not do.

    Args:
        texts: `not_one_of` of a choice; `must_be` and `write` of anything else; `hidden` in place of `write`, where the
            value may be a secret that nobody must read in an error.
    """
    return Meta(extra=texts)


def form(description: str, name: str) -> Meta:
    """Return the description of a text that `_validators` checks, by the name of its form there."""
    longest = {"maxLength": _LONGEST[name]} if name in _LONGEST else {}
    return meta(description, pattern=f"^({FORMS[name]})$", patternErrorMessage=_WORDS[name], **longest)


Action = Annotated[
    str,
    meta(
        "An action, also with wildcards",
        pattern="^[a-z0-9-]+:[A-Za-z0-9*?]+$",
        patternErrorMessage="An action is a service prefix, a colon and a name, like s3:GetObject",
    ),
]
Policy = Annotated[str, form("Name of a policy of the account, or an ARN", "policy")]
AccountId = Annotated[str, form("12 digits, in quotes", "account_id")]
AccountIds = list[AccountId]
UnitId = Annotated[
    str, meta("Like ou-a1b2-11112222, or r-a1b2", pattern="^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$")
]
_NOT_RESERVED = "^(?![aA][wW][sS]:)"
Tags = Annotated[
    dict[
        str,
        Annotated[str, meta("Value of the tag", minLength=1, maxLength=tag_checks.MAX_VALUE, pattern=_NOT_RESERVED)],
    ],
    meta(
        "Tags of the stacks and of what they have, like team: operations; the inner ones win",
        maxProperties=tag_checks.MAX_TAGS,
        propertyNames={"minLength": 1, "maxLength": tag_checks.MAX_KEY, "pattern": _NOT_RESERVED},
    ),
]
