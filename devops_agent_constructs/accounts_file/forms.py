"""What an editor says of the accounts file's values, and the forms that its JSON Schema checks."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from devops_agent_constructs._validators import FORMS


def meta(description: str, **json_schema: object) -> Meta:
    """Return what an editor says of a value, and what of it a schema can check."""
    # Patterns go to the JSON Schema alone: the values check themselves, with better errors.
    return Meta(description=description, extra_json_schema=json_schema)


def words(**texts: str) -> Meta:
    """Return what an error says of a value of another type, where the type's own name would not do.

    Args:
        texts: `not_one_of` of a choice; `must_be` and `write` of anything else.
    """
    return Meta(extra=texts)


def form(description: str, name: str, words: str, **json_schema: object) -> Meta:
    """Return the description of a text that `_checks` checks; `words` are what an editor says of another."""
    return meta(description, pattern=f"^({FORMS[name]})$", patternErrorMessage=words, **json_schema)


def region_name(description: str) -> Meta:
    """Return the description of a Region."""
    return form(description, "region", "The name of an AWS Region is like us-east-1")


Action = Annotated[
    str,
    meta(
        "An action, also with wildcards",
        pattern="^[a-z0-9-]+:[A-Za-z0-9*?]+$",
        patternErrorMessage="An action is a service prefix, a colon and a name, like s3:GetObject",
    ),
]
Policy = Annotated[
    str,
    form("Name of a policy of the account, or an ARN", "policy", "Write a policy's name, or its ARN in full"),
]
AccountId = Annotated[str, form("12 digits, in quotes", "account_id", "An AWS account id has 12 digits")]
AccountIds = list[AccountId]
UnitId = Annotated[
    str, meta("Like ou-a1b2-11112222, or r-a1b2", pattern="^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$")
]
