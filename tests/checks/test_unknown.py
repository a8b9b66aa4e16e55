"""What only deployment knows is no finding: any part of a good template may be hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from devops_agent_constructs.checks import Template, check_templates
from tests.checks.our_templates import chained_templates, copy_of, our_templates

LOOKED_AT = {"AWS::DevOpsAgent::Association", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role"}
ODD = [None, [1], {"Ref": 1}, {"Fn::GetAtt": "Role"}]
HIDDEN = {"Fn::If": ["IsHidden", "a", {"Ref": "AWS::NoValue"}]}


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Return the path of each value, leaf or not, but not into intrinsic functions."""
    yield path
    steps: Any = ()
    if isinstance(value, Mapping) and not any(str(key).startswith("Fn::") or key == "Ref" for key in value):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, child in steps:
        yield from paths(child, (*path, step))


def with_other(template: Template, path: tuple[str | int, ...], value: object) -> Template:
    """Write something else at a path."""
    body = copy_of(template)
    found: Any = body["Resources"]
    for step in path[:-1]:
        found = found[step]
    found[path[-1]] = value
    return replace(template, body=body)


@pytest.mark.parametrize("templates", [our_templates, chained_templates], ids=["today", "before"])
def test_nothing_hidden_is_a_finding(templates: Any) -> None:
    """Whatever stands under a condition of the template: at most the old warning remains."""
    known = templates()
    for name, template in known.items():
        for logical_id, resource in template.body["Resources"].items():
            if resource["Type"] not in LOOKED_AT:
                continue
            for path in paths(resource["Properties"]):
                if path:
                    changed = with_other(template, (logical_id, "Properties", *path), HIDDEN)
                    found = {finding.rule_id for finding in check_templates([*({**known, name: changed}).values()])}
                    assert found <= {"previewSetup"}, (name, logical_id, path)


@pytest.mark.parametrize("templates", [our_templates, chained_templates], ids=["today", "before"])
def test_a_stack_of_any_account(templates: Any) -> None:
    """Without account and Region, no rule assumes one."""
    unknown = [replace(template, account_id=None, region=None) for template in templates().values()]
    assert {finding.rule_id for finding in check_templates(unknown)} <= {"previewSetup"}


def test_what_cloudformation_would_refuse_is_read_all_the_same() -> None:
    """A value of the wrong kind, anywhere, is a finding at most: the app's own error must not hide behind ours."""
    read = 0
    for template in our_templates().values():
        for logical_id, resource in template.body["Resources"].items():
            for path in list(paths(resource))[1:]:
                for value in ODD:
                    check_templates([with_other(template, (logical_id, *path), value)])
                    read += 1
    assert read > 1000
