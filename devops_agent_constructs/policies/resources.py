"""Reads resources given by name or ARN; a name means the resource of that name in the role's own account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleAccount:
    """The account that a role lives in; both fields may be CDK tokens.

    Attributes:
        partition: e.g. `aws`.
        account_id: 12 digits.
    """

    partition: str
    account_id: str

    def arn(self, service_prefix: str, resource: str, *, region: str = "*") -> str:
        """Build the ARN of a resource in this account; a role is global, so the default is every Region."""
        return f"arn:{self.partition}:{service_prefix}:{region}:{self.account_id}:{resource}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceKind:
    """A kind of resource: how its names and ARNs look.

    Attributes:
        service_prefix: The ARN's service, e.g. `dynamodb`.
        prefix: What precedes the name in the ARN's last field, e.g. `table/`.
        name: A pattern of the name as it stands in the ARN.
        description: What a value is, for those who gave something else.
        example: A name.
        is_global: The ARN has neither Region nor account, as those of S3.
        has_slash: A name may begin with a `/` that the ARN does not repeat, as those of Systems Manager.
    """

    service_prefix: str
    prefix: str
    name: str
    description: str
    example: str = "orders"
    is_global: bool = False
    has_slash: bool = False

    @property
    def form(self) -> str:
        """The pattern of a whole name or ARN."""
        owner = "::" if self.is_global else ":[a-z0-9-]+:[0-9]{12}"
        slash = "/?" if self.has_slash else ""
        return rf"{slash}(arn:aws[a-z-]*:{self.service_prefix}{owner}:{self.prefix})?({self.name})"

    def checked(self, values: Sequence[str], *, field: str) -> tuple[str, ...]:
        """Check names, ARNs or tokens: at least one, without wildcards; `_arguments.checked` asks for it."""
        not_empty(values, field=field)
        pattern = re.compile(self.form)
        for index, value in enumerate(values):
            if _validators.is_token(value) or pattern.fullmatch(value):
                continue
            raise self._refused(value, field=f"{field}[{index}]")
        return tuple(value.removeprefix("/") if self.has_slash else value for value in values)

    def arns(self, values: Sequence[str], account: RoleAccount) -> list[str]:
        """Return the ARN of each value for a role in `account`."""
        return [
            value if value.startswith("arn:") or _validators.is_token(value) else self._arn(value, account, region="*")
            for value in values
        ]

    def _refused(self, value: str, *, field: str) -> OnboardingInputError:
        arn = self._arn(self.example, RoleAccount(partition="aws", account_id="222222222222"), region="us-east-1")
        why, fix = f"must be {self.description}", f"write it like {self.example!r} or {arn!r}"
        # CloudWatch shows the ARN of one log group with this ending.
        if any(wildcard in value.removesuffix(":*") for wildcard in "*?"):
            why += ", in full and without wildcards"
            fix += "; a statement of your own (CustomStatement, custom_statement) takes wildcards"
        return OnboardingInputError(field, value, why=why, fix=fix)

    def _arn(self, name: str, account: RoleAccount, *, region: str) -> str:
        if self.is_global:
            return f"arn:{account.partition}:{self.service_prefix}:::{self.prefix}{name}"
        return account.arn(self.service_prefix, self.prefix + name, region=region)


def not_empty(values: Sequence[str], *, field: str) -> None:
    """Check that a list is a list (a single string would be read letter by letter) and has something in it."""
    if isinstance(values, str) or not values:
        why = "must be a list of at least one"
        raise OnboardingInputError(field, values, why=why, fix="write it in brackets, like ['...']")
