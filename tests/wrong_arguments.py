"""Values of every kind, and every argument of the package with the kinds that it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from aws_cdk import App, CfnParameter, Environment, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

import devops_agent_constructs
from devops_agent_constructs import S3Objects, checks, config, nag, templates

FUNCTIONS: dict[str, Callable[..., object]] = {
    "check_role": checks.check_role,
    "check_template": checks.check_template,
    "check_templates": checks.check_templates,
    "from_context": config.from_context,
    "from_file": config.from_file,
    "acknowledge_findings": nag.acknowledge_findings,
    "quick_create_url": templates.quick_create_url,
    "secondary_account_template": templates.secondary_account_template,
    "template_body": templates.template_body,
}
NOT_MADE_BY_USERS = {"AssumeRoleGrant", "Capability", "ConnectedAccounts", "IAgentSpace", "OnboardingInputError"}
"""What the library returns or asks for; and the error, whose arguments are its own."""
CALLED_BY_OTHERS = {"boundary", "statements", "validate"}
"""Methods that this library or the CDK calls."""


class Color(Enum):
    """An enum that no argument takes."""

    RED = "red"


@dataclass
class Wrong:
    """One value of each kind, in an app of its own."""

    app: App = field(default_factory=App)

    def __post_init__(self) -> None:
        """Define the stack that some of the values live in."""
        env = Environment(account="222222222222", region="us-east-1")
        self.stack = Stack(self.app, "Values", env=env)
        number = CfnParameter(self.stack, "Number", type="Number")
        names = CfnParameter(self.stack, "Names", type="CommaDelimitedList")
        self.values: dict[str, Callable[[], object]] = {
            "None": lambda: None,
            "text": lambda: "text",
            "text token": lambda: number.value_as_string,
            "int": lambda: 5,
            "float": lambda: 1.5,
            "number token": lambda: number.value_as_number,
            "bool": lambda: True,
            "bytes": lambda: b"text",
            "path": lambda: Path("text"),
            "list": lambda: ["text"],
            "tuple": lambda: ("text",),
            "nested list": lambda: [["text"]],
            "list of numbers": lambda: [5],
            "list of None": lambda: [None],
            "list token": lambda: names.value_as_list,
            "set": lambda: {"text"},
            "generator": lambda: (text for text in ["text"]),
            "dict": lambda: {"text": "text"},
            "dict of numbers": lambda: {"text": 5},
            "class": lambda: S3Objects,
            "object": object,
            "enum": lambda: Color.RED,
            "reference": lambda: Fn.get_att("Number", "Value"),
            "parameter": lambda: number,
            "role": lambda: self._once("Role", _imported_role),
            "bucket": lambda: self._once("Bucket", s3.Bucket),
            "app": lambda: self.app,
            "stack": lambda: self.stack,
            "function": lambda: len,
        }

    def _once(self, name: str, make: Callable[[Stack, str], object]) -> object:
        made = getattr(self, f"_{name}", None)
        if made is None:
            made = make(self.stack, name)
            setattr(self, f"_{name}", made)
        return made


def _imported_role(scope: Construct, name: str) -> iam.IRole:
    return iam.Role.from_role_arn(scope, name, "arn:aws:iam::222222222222:role/Workload")


def exported() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what users call, with the names of its arguments: constructors, functions, methods that take arguments."""
    for name, function in FUNCTIONS.items():
        yield name, _arguments(function)
    for name in devops_agent_constructs.__all__:
        made = getattr(devops_agent_constructs, name)
        if name in NOT_MADE_BY_USERS or (isinstance(made, type) and issubclass(made, Enum)):
            continue
        yield name, _arguments(vars(made)["__init__"] if isinstance(made, type) else made)
        for method, member in vars(made).items() if isinstance(made, type) else ():
            function = getattr(member, "__func__", member)
            public = not method.startswith("_") and method not in CALLED_BY_OTHERS
            if public and inspect.isfunction(function) and _arguments(function):
                yield f"{name}.{method}", _arguments(function)


def _arguments(function: Callable[..., object]) -> tuple[str, ...]:
    return tuple(name for name in inspect.signature(function).parameters if name not in {"self", "cls"})
