"""Reads CloudFormation templates into the values that the rules look at.

What a StackSet deploys is read too, and nested stacks are: their parameters have the values that the outer template
gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.intrinsics import policy_arn, possible_items, resolve, role_name, role_path
from devops_agent_constructs.checks.policy import Policy, read_policy, read_trust
from devops_agent_constructs.checks.role import AssociatedAccount, Role
from devops_agent_constructs.checks.template import Scope, Template, is_expanded, is_template
from devops_agent_constructs.policy_evaluation.unknown import unknown

_POLICY_TYPES = {"AWS::IAM::GroupPolicy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"}
_POLICY_TYPES |= {"AWS::IAM::UserPolicy"}
_ROLE_ARNS = ("AssumableRoleArn", "AgentElevatedRoleArn")
_DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")
_PRINCIPAL_TYPES = {"AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What templates hold.

    Attributes:
        roles: All, also of others than DevOps Agent.
        policies: All.
        associations: All with an account.
        operator_role_arns: What Agent Spaces name as the role of their operator app.
        unreadable: What cannot be read, and why.
    """

    roles: list[Role] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    associations: list[AssociatedAccount] = field(default_factory=list)
    operator_role_arns: list[str] = field(default_factory=list)
    unreadable: dict[Place, dict[str, None]] = field(default_factory=dict)


def read_templates(templates: Iterable[Template]) -> Contents:
    """Read the templates of one app."""
    contents = Contents()
    scopes: list[Scope] = []

    def imported(name: str) -> object:
        for scope in scopes:
            with scope.once(f"the export {name}") as is_open:
                outputs = _mappings(scope.section("Outputs")) if is_open else {}
                for output in outputs.values():
                    export = output.get("Export")
                    if isinstance(export, Mapping) and resolve(export.get("Name"), scope) == name:
                        return resolve(output.get("Value"), scope)
        return unknown("Fn::ImportValue", name)

    for template in templates:
        scope = Scope(
            template=template.name,
            body=template.body,
            account_id=template.account_id or unknown(template.name, "AWS::AccountId"),
            region=template.region or unknown(template.name, "AWS::Region"),
            parameters=template.parameters,
            imported=imported,
        )
        scopes += [scope, *_nested_scopes(template, scope)]
    for scope in scopes:
        _Reader(scope=scope, contents=contents).read()
    return contents


def _nested_scopes(template: Template, scope: Scope) -> Iterator[Scope]:
    for logical_id, nested in template.nested.items():
        _, properties = scope.resource(logical_id)
        try:
            parameters = resolve(properties.get("Parameters", {}), scope)
        except RecursionError:
            parameters = {}  # The outer template's reader says so.
        known = parameters if isinstance(parameters, Mapping) else {}
        inner = replace(scope, template=nested.name, body=nested.body, parameters=known, problems=[])
        yield inner
        yield from _nested_scopes(nested, inner)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    """Reads one template into `contents`: a stack's, or that of the StackSet that stands at `outer`."""

    scope: Scope
    contents: Contents
    outer: Place | None = None

    def read(self) -> None:
        for section in ("Parameters", "Mappings", "Outputs"):
            if not isinstance(self.scope.body.get(section, {}), Mapping):
                self._cannot_read(section, f"{section} is no object")
            for name in filter(is_expanded, self.scope.section(section)):
                self._cannot_read(str(name), f"CloudFormation expands {name} in {section}")
        for logical_id in self.scope.section("Resources"):
            self.scope.problems.clear()
            if is_expanded(logical_id):
                self._cannot_read(str(logical_id), f"CloudFormation expands {logical_id} in Resources")
                continue
            try:
                self._read_resource(logical_id)
            except RecursionError:
                self._cannot_read(str(logical_id), "it is nested too deep")
            for problem in self.scope.problems:
                self._cannot_read(str(logical_id), problem)

    def _cannot_read(self, name: str, why: str) -> None:
        place = Place(template=self.scope.template, logical_id=name)
        if self.outer is not None:
            place = self.outer.at(name)
        self.contents.unreadable.setdefault(place, {})[why] = None

    def _read_resource(self, logical_id: str) -> None:
        kind, _ = self.scope.resource(logical_id)
        if kind in _PRINCIPAL_TYPES:
            self._read_principal(logical_id, kind)
        elif kind in _POLICY_TYPES:
            self._read_policy(logical_id, kind)
        elif kind == "AWS::DevOpsAgent::Association":
            self._read_association(logical_id)
        elif kind == "AWS::DevOpsAgent::AgentSpace":
            apps = self._properties(logical_id).get("OperatorApp", {})
            self.contents.operator_role_arns.extend(
                str(app.get("OperatorAppRoleArn")) for app in _mappings(apps).values()
            )
        elif kind == "AWS::CloudFormation::StackSet":
            self._read_stack_set(logical_id)

    def _place(self, logical_id: str) -> Place:
        if self.outer is not None:
            return self.outer.at("Resources", logical_id, "Properties")
        return Place(template=self.scope.template, logical_id=logical_id, where="Properties")

    def _properties(self, logical_id: str) -> Mapping[str, Any]:
        """Return what is known beside that which CloudFormation adds."""
        _, properties = self.scope.resource(logical_id)
        added = [str(name) for name in (*properties, *self.scope.section("Resources")[logical_id]) if is_expanded(name)]
        self.scope.problems.extend(f"CloudFormation expands {name}" for name in added)
        hidden = {name: self.scope.unknown(logical_id, name) for name in _DOCUMENTS if added}
        resolved = resolve({name: value for name, value in properties.items() if name not in added}, self.scope)
        return {**hidden, **resolved} if isinstance(resolved, Mapping) else hidden

    def _read_principal(self, logical_id: str, kind: str) -> None:
        properties, place, account_id = self._properties(logical_id), self._place(logical_id), self.scope.account_id
        written = properties.get("Policies")
        inline = [
            read_policy(_document(policy, "PolicyDocument"), place.at("Policies", index), account_id=account_id)
            for index, policy in enumerate(written if isinstance(written, list) else [])
            if isinstance(policy, Mapping)
        ]
        self.contents.policies.extend(inline)
        if kind != "AWS::IAM::Role":
            return
        arns, trust = properties.get("ManagedPolicyArns"), "AssumeRolePolicyDocument"
        role = Role(
            place=place,
            account_id=account_id,
            is_in_many_accounts=self.outer is not None,
            name=role_name(logical_id, self.scope),
            path=role_path(logical_id, self.scope),
            trust=read_trust(_document(properties, trust), place.at(trust)),
            managed_policy_arns=tuple(map(str, arns)) if isinstance(arns, list) else (),
            policies=tuple(inline),
            permissions_boundary=str(properties.get("PermissionsBoundary", "")),
        )
        self.contents.roles.append(role)

    def _read_policy(self, logical_id: str, kind: str) -> None:
        properties, place = self._properties(logical_id), self._place(logical_id)
        _, written = self.scope.resource(logical_id)
        roles = written.get("Roles", written.get("RoleName", []))
        policy = read_policy(
            _document(properties, "PolicyDocument"),
            place,
            account_id=self.scope.account_id,
            roles=tuple(map(str, possible_items(roles, self.scope))),
            arn=policy_arn(logical_id, self.scope) if kind == "AWS::IAM::ManagedPolicy" else "",
        )
        self.contents.policies.append(replace(policy, is_conditional="Fn::If" in str(roles)))

    def _read_association(self, logical_id: str) -> None:
        properties, place = self._properties(logical_id), self._place(logical_id)
        for kind, configuration in _mappings(properties.get("Configuration")).items():
            if kind in {"Aws", "SourceAws"}:
                association = AssociatedAccount(
                    place=place.at("Configuration", kind),
                    kind=kind,
                    stack_account_id=self.scope.account_id,
                    agent_space_arn=self.scope.space_arn(str(properties.get("AgentSpaceId", ""))),
                    account_id=str(configuration.get("AccountId", "")),
                    account_type=str(configuration.get("AccountType", "")),
                    role_arns={name: str(configuration.get(name, "")) for name in _ROLE_ARNS},
                )
                self.contents.associations.append(association)

    def _read_stack_set(self, logical_id: str) -> None:
        properties, place = self._properties(logical_id), self._place(logical_id)
        try:
            body = json.loads(str(properties.get("TemplateBody")))
        except ValueError:
            return  # YAML, or a URL: nothing here reads either.
        if not is_template(body):
            return
        written = properties.get("Parameters")
        pairs = [pair for pair in written if isinstance(pair, Mapping)] if isinstance(written, list) else []
        name = f"{self.scope.template}|{logical_id}"
        inner = Scope(
            template=name,
            body=body,
            account_id=unknown(name, "AWS::AccountId"),
            region=unknown(name, "AWS::Region"),
            parameters={str(pair.get("ParameterKey")): pair.get("ParameterValue") for pair in pairs},
        )
        _Reader(scope=inner, contents=self.contents, outer=place.at("TemplateBody")).read()


def _document(properties: Mapping[str, Any], name: str) -> object:
    """Return a property that is a policy; CloudFormation takes it as text, too."""
    value = properties.get(name)
    if isinstance(value, str):
        with suppress(ValueError):  # An unknown text, or none: its reader knows which.
            return json.loads(value)
    return value


def _mappings(value: object) -> dict[str, Mapping[str, Any]]:
    items = value.items() if isinstance(value, Mapping) else ()
    return {str(name): item for name, item in items if isinstance(item, Mapping)}
