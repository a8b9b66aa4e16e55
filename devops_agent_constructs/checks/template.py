"""Holds a CloudFormation template to be checked, with the account and the Region that it does not say itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A CloudFormation template, and what it does not say itself.

    Attributes:
        name: By which findings name it.
        body: The template, as JSON has it; YAML's short forms (`!Ref`) written out.
        account_id: Of the stack. None: not known.
        region: Of the stack. None: not known.
        parameters: Name -> value of parameters. One that is not here has its default; an empty default is not known.
        nested: Logical id -> template of its nested stacks; others are not looked at.

    Raises:
        OnboardingInputError: The body is no template, or the account or the Region is malformed.
    """

    name: str
    body: Mapping[str, Any] = field(hash=False)
    account_id: str | None = None
    region: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    nested: Mapping[str, Template] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check that it is a template."""
        if not is_template(self.body):
            why, fix = "a template has the object 'Resources'", "give a whole CloudFormation template"
            raise OnboardingInputError("body", self.body, why=why, fix=fix)
        if self.account_id is not None:
            _validators.account_id(self.account_id, field="account_id")
        if self.region is not None:
            _validators.region(self.region, field="region")


def is_template(body: object) -> bool:
    """Tell whether this is a template: a mapping with resources."""
    resources = body.get("Resources") if isinstance(body, Mapping) else None
    return isinstance(resources, Mapping) and all(
        isinstance(resource, Mapping) or is_loop(name) for name, resource in resources.items()
    )


def is_loop(name: object) -> bool:
    """Tell whether a name in a template is that of `Fn::ForEach`, which CloudFormation expands.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
    """
    return str(name).startswith("Fn::ForEach")
