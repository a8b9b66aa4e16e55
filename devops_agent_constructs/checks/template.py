"""Holds a CloudFormation template to be checked, and what its intrinsic functions refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.unknown import unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A CloudFormation template, and what it does not say itself.

    Attributes:
        name: By which findings name it.
        body: The template, as JSON has it; YAML's short forms (`!Ref`) written out.
        account_id: Of the stack. None: not known.
        region: Of the stack. None: not known.
        parameters: Name -> value of parameters. One that is not here has its default; an empty default is not known,
            nor is the value of a parameter of Systems Manager (`AWS::SSM::Parameter::Value<...>`).
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
        if (resources := _resources(self.body)) is None:
            why, fix = "a template has the object 'Resources'", "give a whole CloudFormation template"
            raise OnboardingInputError("body", self.body, why=why, fix=fix)
        for logical_id, resource in resources.items():
            if not isinstance(logical_id, str):
                why = f"the id of a resource is text, which YAML read as {type(logical_id).__name__}"
                raise OnboardingInputError("Resources", logical_id, why=why, fix="write it in quotes")
            if not _is_resource(logical_id, resource):
                why, fix = "a resource is an object", "write its 'Type' and 'Properties', or remove it"
                raise OnboardingInputError(f"Resources.{logical_id}", resource, why=why, fix=fix)
        if self.account_id is not None:
            _validators.account_id(self.account_id, field="account_id")
        if self.region is not None:
            _validators.region(self.region, field="region")


def is_template(body: object) -> bool:
    """Tell whether this is a template: a mapping with resources."""
    resources = _resources(body)
    return resources is not None and all(_is_resource(*item) for item in resources.items())


def _resources(body: object) -> Mapping[object, object] | None:
    resources = body.get("Resources") if isinstance(body, Mapping) else None
    return resources if isinstance(resources, Mapping) else None


def _is_resource(logical_id: object, written: object) -> bool:
    return isinstance(written, Mapping) or is_expanded(logical_id)


def is_expanded(name: object) -> bool:
    """Tell whether CloudFormation expands what has this name: a loop, or what a macro such as `AWS::Include` returns.

    - https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-transform.html
    """
    return str(name).startswith(("Fn::ForEach", "Fn::Transform"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What the functions of one template can refer to.

    Attributes:
        template: Its name; two templates' unknowns must not be taken for the same.
        body: The template.
        account_id: Of the stack; an unknown text if nobody said.
        region: Likewise.
        parameters: Name -> value; a parameter that is not here has its default, unless that is empty.
        imported: Returns what another stack of the app exports under a name; an unknown text if none does.
        opened: What is being looked up; a reference that comes back to it is circular.
        problems: What could not be read since somebody emptied it, and why.
    """

    template: str
    body: Mapping[str, Any]
    account_id: str
    region: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    imported: Callable[[str], object] = lambda name: unknown("Fn::ImportValue", name)
    opened: set[tuple[str, str]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    @property
    def partition(self) -> str:
        """The partition that the Region is in; `aws` for an unknown one, as DevOps Agent exists there only."""
        return _validators.partition_of(self.region) if _validators.is_region(self.region) else "aws"

    def resource(self, logical_id: str) -> tuple[str, Mapping[str, Any]]:
        """Return type and properties of a resource; both empty if the template has none of this name."""
        resource = self.section("Resources").get(logical_id)
        if not isinstance(resource, Mapping):
            return "", {}
        properties = resource.get("Properties")
        return str(resource.get("Type", "")), properties if isinstance(properties, Mapping) else {}

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a part of the template, such as `Parameters`; empty if it has none, or another type."""
        section = self.body.get(name)
        return section if isinstance(section, Mapping) else {}

    @contextmanager
    def once(self, name: str) -> Iterator[bool]:
        """Tell whether a name can be looked up; not while it is looked up already."""
        key = (self.template, name)
        if key in self.opened:
            self.problems.append(f"{name} refers to itself")
            yield False
            return
        self.opened.add(key)
        try:
            yield True
        finally:
            self.opened.discard(key)

    def space_arn(self, space_id: str) -> str:
        """Return the ARN of an Agent Space of the stack."""
        return f"arn:{self.partition}:aidevops:{self.region}:{self.account_id}:agentspace/{space_id}"

    def unknown(self, *names: str) -> str:
        """Return an unknown text of this template."""
        return unknown(self.template, *names)
