"""Tells which role the stacks of a StackSet make: `RoleName` and `Path` in its template, with its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs import _extras
from devops_agent_constructs.checks.intrinsics import role_name, role_path
from devops_agent_constructs.checks.template import Scope, is_template
from devops_agent_constructs.policy_evaluation.unknown import shown, unknown

_SYSTEMS_MANAGER = "AWS::SSM::"


@dataclass(frozen=True, kw_only=True, slots=True)
class StackSetTemplate:
    """The template of a StackSet, and the values of its parameters.

    Attributes:
        name: Of the StackSet.
        body: The template; None: it cannot be read.
        parameters: Name -> value, of those whose value AWS tells.
        why_unread: Why it cannot be read, in words.
    """

    name: str
    body: Mapping[str, Any] | None
    parameters: Mapping[str, object]
    why_unread: str

    @classmethod
    def of(cls, stack_set: Mapping[str, Any]) -> StackSetTemplate:
        """Read it from a StackSet as DescribeStackSet returns it.

        See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSet.html
        """
        name, body = str(stack_set["StackSetName"]), None
        why = f"the template of the StackSet {name} cannot be read, and with it the name of its role"
        try:
            body = _read_template(str(stack_set.get("TemplateBody") or ""))
        except ImportError:
            install = _extras.install_command("app")
            why = (
                f"the StackSet {name} has a template in YAML, and PyYAML is not installed: for the command {install}; "
                "the function of AccountSync reads no YAML: update the StackSet with the same template in JSON"
            )
        except (RecursionError, ValueError):
            pass
        body = body if is_template(body) else None
        values = dict(_values(body or {}, stack_set.get("Parameters")))
        return cls(name=name, body=body, parameters=values, why_unread=why)

    @property
    def is_by_parameters(self) -> bool:
        """Whether parameters are part of the names, so that a stack with values of its own makes another role."""
        if self.body is None:
            return False
        unknown_values = {name: unknown(self.name, name, "of a stack") for name in _section(self.body, "Parameters")}
        return self._roles(unknown_values) != self._roles(self.parameters)

    def why_other_role(self, role: str, overrides: Any = ()) -> str | None:  # noqa: ANN401  # as AWS answers
        """Say why a stack does not make a role; None: it does.

        What a template does not tell, such as a name that CloudFormation chooses or a role under a condition, counts as
        another role.

        Args:
            role: Path and name together, like `/DevOpsAgentRole-SecondaryAccount`.
            overrides: The parameters for which the stack has values of its own, as DescribeStackInstance returns them.
        """
        if self.body is None:
            return self.why_unread
        made = self._roles({**self.parameters, **dict(_values(self.body, overrides))})
        if role in made:
            return None
        names = ", ".join(shown(other).removeprefix("/") for other in made)
        kinds = f"the role{'' if len(made) == 1 else 's'} {names}" if made else "no role"
        return (
            f"the StackSet {self.name} makes {kinds}, and not {role.removeprefix('/')}: deploy it, or correct the name"
        )

    def _roles(self, parameters: Mapping[str, object]) -> list[str]:
        body = self.body or {}
        # Here what is given for a parameter of Systems Manager is its value, as for any other.
        plain = {name: each for name, each in _section(body, "Parameters").items() if not _holds_name(each)}
        scope = Scope(
            template=self.name,
            body={**body, "Parameters": plain},
            account_id=unknown(self.name, "AWS::AccountId"),
            region=unknown(self.name, "AWS::Region"),
            parameters=parameters,
        )
        roles = []
        for logical_id, resource in scope.section("Resources").items():
            if scope.resource(logical_id)[0] == "AWS::IAM::Role":
                condition = resource.get("Condition")
                suffix = "" if condition is None else f" under the condition {condition}"
                roles.append(f"{role_path(logical_id, scope)}{role_name(logical_id, scope)}{suffix}")
        return sorted(roles)


def _values(body: Mapping[str, Any], parameters: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401
    for parameter in parameters or ():
        name = str(parameter["ParameterKey"])
        key = "ResolvedValue" if _holds_name(_section(body, "Parameters").get(name)) else "ParameterValue"
        if key in parameter:
            yield name, parameter[key]


def _holds_name(parameter: object) -> bool:
    """Tell whether its value is a name in Systems Manager, which AWS may have looked up."""
    return isinstance(parameter, Mapping) and str(parameter.get("Type", "")).startswith(_SYSTEMS_MANAGER)


def _section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = body.get(name)
    return section if isinstance(section, Mapping) else {}


def _read_template(text: str) -> Any:  # noqa: ANN401  # whatever it holds
    """Read JSON, or YAML with the short forms of functions like `!Ref`.

    Raises:
        ImportError: It is no JSON, and PyYAML is not installed.
        ValueError: It is neither JSON nor YAML.
    """
    try:
        return json.loads(text)
    except ValueError:
        # Not at the top: it comes with the extra for accounts files, and the library's own templates are JSON.
        import yaml  # noqa: PLC0415

    def function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, object]:
        if isinstance(node, yaml.MappingNode):
            argument: object = loader.construct_mapping(node, deep=True)
        elif isinstance(node, yaml.SequenceNode):
            argument = loader.construct_sequence(node, deep=True)
        else:
            argument = loader.construct_scalar(node)  # type: ignore[arg-type]  # the third kind
        return {name if name == "Ref" else f"Fn::{name}": argument}

    loader: Any = type("_Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", function)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506  # it is a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
