"""Reads in which accounts StackSets have made the role, and that it is this role which they make.

That is `RoleName` and `Path` in a StackSet's template, with its parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from devops_agent_constructs import _extras
from devops_agent_constructs.account_sync.retries import Operation, Retries
from devops_agent_constructs.checks.intrinsics import role_name, role_path
from devops_agent_constructs.checks.template import Scope, is_template
from devops_agent_constructs.policy_evaluation.unknown import shown, unknown

_CURRENT = "CURRENT"
_UNDER_WAY = {"PENDING", "RUNNING"}
_PAGE = 100
_SYSTEMS_MANAGER = "AWS::SSM::"


class CloudFormationClient(Protocol):
    """What is called of CloudFormation, all of it reads."""

    @property
    def describe_stack_instance(self) -> Operation:
        """DescribeStackInstance."""

    @property
    def describe_stack_set(self) -> Operation:
        """DescribeStackSet."""

    @property
    def list_stack_instances(self) -> Operation:
        """ListStackInstances."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedRoles:
    """What the StackSets have made.

    Attributes:
        why_not: Account id -> why its stack has not made the role, or not for certain. None: it has.
        why_other_role: Why none of the StackSets makes the role. None: one does.
        why_unread: Of each StackSet whose template cannot be read, why.
    """

    why_not: Mapping[str, str | None]
    why_other_role: str | None
    why_unread: tuple[str, ...] = ()

    def why_not_in(self, account_id: str) -> str | None:
        """Say why the role may not be in an account; None: it is there."""
        return self.why_not.get(account_id, "its role is not deployed: the StackSet has no stack in it")


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


def read_deployed_roles(
    client: CloudFormationClient, names: Sequence[str], role: str, retries: Retries, *, call_as: str
) -> DeployedRoles:
    """Read the templates of the StackSets, and the status of their stacks, for a role by its path and name together.

    CURRENT means that the stack is as the StackSet says; but not while an operation is under way. A stack that is
    OUTDATED may have an older role, or none; INOPERABLE is one that could not be deleted. So the role is there if the
    StackSet's template has it and the stack is CURRENT. See
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html

    Raises:
        StackSetNotFoundException: As the client has it; other errors are the client's, too.
    """
    why_not: dict[str, str | None] = {}
    why_other_roles, why_unread = list[str | None](), list[str]()
    for name in names:
        of_stack_set = {"StackSetName": name, "CallAs": call_as}
        # Before its stacks: one that was CURRENT before a template with another role says nothing of this role.
        described = retries.call(client.describe_stack_set, **of_stack_set)["StackSet"]
        template = StackSetTemplate.of({**described, "StackSetName": name})
        is_by_parameters = template.is_by_parameters
        why_other_roles.append(template.why_other_role(role))
        why_unread += [template.why_unread] if template.body is None else []
        pages = retries.pages(
            client.list_stack_instances,
            token="NextToken",  # noqa: S106  # a name
            **of_stack_set,
            MaxResults=_PAGE,
        )
        for instance in (instance for page in pages for instance in page["Summaries"]):
            # One Region of one StackSet is enough: IAM is global.
            account_id = instance["Account"]
            if why_not.get(account_id, "") is None:
                continue
            why_not[account_id] = _why_not_current(instance) or why_other_roles[-1]
            if is_by_parameters and _why_not_current(instance) is None:
                # AWS lists no values of single stacks; only a template that is not ours takes a call for each.
                of_stack = {"StackInstanceAccount": account_id, "StackInstanceRegion": instance["Region"]}
                stack = retries.call(client.describe_stack_instance, **of_stack_set, **of_stack)["StackInstance"]
                why_not[account_id] = template.why_other_role(role, stack.get("ParameterOverrides"))
    why_other_role = None if None in why_other_roles else next(iter(why_other_roles), None)
    return DeployedRoles(why_not=why_not, why_other_role=why_other_role, why_unread=tuple(why_unread))


def _why_not_current(instance: Mapping[str, Any]) -> str | None:
    status: str = instance["Status"]
    detailed: str = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "")
    if status == _CURRENT and detailed not in _UNDER_WAY:
        return None
    words = status if detailed in {"", status} else f"{status} ({detailed})"
    return f"its role may not be deployed: its stack is {words}"


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
