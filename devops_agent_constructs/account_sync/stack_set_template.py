"""Tells which role the stacks of a StackSet make: `RoleName` and `Path` in its template, with its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from devops_agent_constructs import _extras
from devops_agent_constructs.checks.intrinsics import Scope, role_name, role_path
from devops_agent_constructs.checks.template import is_template
from devops_agent_constructs.policy_evaluation.unknown import shown, unknown

_SYSTEMS_MANAGER = "AWS::SSM::"


def why_other_role(stack_set: Mapping[str, Any], role: str) -> str | None:
    """Say why the stacks of a StackSet do not make a role; None: they do.

    What a template does not tell, such as a name that CloudFormation chooses or a role under a condition, counts as
    another role. A value that single accounts have in place of a parameter is not seen: AWS tells it of one stack at a
    time.

    Args:
        stack_set: As DescribeStackSet returns it.
        role: Path and name together, like `/DevOpsAgentRole-SecondaryAccount`.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSet.html
    """
    name = stack_set["StackSetName"]
    try:
        body = _read(str(stack_set.get("TemplateBody") or ""))
    except ImportError:
        return (
            f"the StackSet {name} has a template in YAML, and PyYAML is not installed: {_extras.install_command('app')}"
        )
    except (RecursionError, ValueError):
        body = None
    if not is_template(body):
        return f"the template of the StackSet {name} cannot be read, and with it the name of its role"
    made = sorted(_roles(name, body, stack_set.get("Parameters") or ()))
    if role in made:
        return None
    names = ", ".join(shown(other).removeprefix("/") for other in made)
    kinds = f"the role{'' if len(made) == 1 else 's'} {names}" if made else "no role"
    return f"the StackSet {name} makes {kinds}, and not {role.removeprefix('/')}: deploy it, or correct the name"


def _roles(name: str, body: Mapping[str, Any], parameters: Any) -> Iterator[str]:  # noqa: ANN401  # as AWS answers
    scope = Scope(
        template=name,
        body=body,
        account_id=unknown(name, "AWS::AccountId"),
        region=unknown(name, "AWS::Region"),
        parameters=dict(_values(body, parameters)),
    )
    for logical_id, resource in scope.section("Resources").items():
        if scope.resource(logical_id)[0] == "AWS::IAM::Role":
            path_and_name = role_path(logical_id, scope) + role_name(logical_id, scope)
            condition = resource.get("Condition")
            yield path_and_name if condition is None else f"{path_and_name} under the condition {condition}"


def _values(body: Mapping[str, Any], parameters: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401
    declared = body.get("Parameters")
    for parameter in parameters:
        name = str(parameter["ParameterKey"])
        declaration = declared.get(name) if isinstance(declared, Mapping) else None
        kind = str(declaration.get("Type", "")) if isinstance(declaration, Mapping) else ""
        # Of such a parameter the value is a name in Systems Manager, which AWS may have looked up.
        key = "ResolvedValue" if kind.startswith(_SYSTEMS_MANAGER) else "ParameterValue"
        if key in parameter:
            yield name, parameter[key]


def _read(text: str) -> Any:  # noqa: ANN401  # whatever it holds
    """Read JSON or YAML; raises ImportError if it takes PyYAML, which is not installed, or ValueError."""
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
    loader.add_multi_constructor("!", function)  # The short forms of functions, like `!Ref`.
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506  # it is a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
