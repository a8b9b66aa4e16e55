"""Our own templates, each promise broken once: every break is found, and the unbroken ones have no finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from devops_agent_constructs.checks import Template, check_templates
from tests.checks.mutations import CHAINED, MUTATIONS, Break, drop, put, rename
from tests.checks.our_templates import chained_templates, copy_of, our_templates

MUTATION_CASES, CHAINED_CASES = (
    [pytest.param(*case, id=name) for name, *case in table] for table in (MUTATIONS, CHAINED)
)


def findings_after(templates: Mapping[str, Template], name: str, change: Break) -> set[str]:
    """Break one template and return the rules that find something in all of them."""
    body = copy_of(templates[name])
    change(body)
    broken = {**templates, name: replace(templates[name], body=body)}
    return {finding.rule_id for finding in check_templates(broken.values())}


def test_unbroken() -> None:
    """Our own output has no finding; before general availability, that the roles should move on, and nothing else."""
    assert check_templates(our_templates().values()) == ()
    found = check_templates(chained_templates().values())
    assert [(finding.rule_id, finding.place.logical_id) for finding in found] == [
        ("previewSetup", "Rollout5400B0F2"),
        ("previewSetup", "Role11E5256C"),
    ]


@pytest.mark.parametrize(("template", "change", "rule_id"), MUTATION_CASES)
def test_each_broken_promise_is_found(template: str, change: Break, rule_id: str) -> None:
    """By the rule that is about it."""
    assert rule_id in findings_after(our_templates(), template, change)


@pytest.mark.parametrize(("template", "change", "rule_id"), CHAINED_CASES)
def test_each_broken_promise_of_role_chaining_is_found(template: str, change: Break, rule_id: str) -> None:
    """In the set-up from before general availability, too."""
    assert rule_id in findings_after(chained_templates(), template, change)


@pytest.mark.parametrize("generation", ["today", "before"])
def test_every_condition_of_ours_is_needed(generation: str) -> None:
    """Drop it, make it optional, or turn it around: each is found, whatever the role."""
    templates = our_templates() if generation == "today" else chained_templates()
    unbroken = {finding.rule_id for finding in check_templates(templates.values())}
    swept = 0
    for name, template in templates.items():
        for path, operator in conditions_of(template):
            changes = [drop(f"{path}/Condition/{operator}")]
            if operator in {"ArnLike", "ArnEquals", "StringEquals"}:
                negated = operator.replace("Arn", "ArnNot").replace("String", "StringNot")
                names = [f"{operator}IfExists", f"ForAllValues:{operator}", negated]
                changes += [rename(f"{path}/Condition/{operator}", other) for other in names]
            for change in changes:
                assert findings_after(templates, name, change) - unbroken, f"{name} {path} {operator}"
                swept += 1
    assert swept >= 20


@pytest.mark.parametrize("generation", ["today", "before"])
@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": "222222222222"}, {"Service": "ec2.amazonaws.com"}])
def test_every_principal_of_ours_is_the_only_one(generation: str, principal: object) -> None:
    """Let in anybody else instead, in any statement of any role: it is found."""
    templates = our_templates() if generation == "today" else chained_templates()
    unbroken = {finding.rule_id for finding in check_templates(templates.values())}
    for name, template in templates.items():
        for path in dict.fromkeys(path for path, _ in conditions_of(template)):
            assert findings_after(templates, name, put(f"{path}/Principal", principal)) - unbroken, f"{name} {path}"


def conditions_of(template: Template) -> Iterator[tuple[str, str]]:
    """Return path of a statement, and condition operator, of every trust policy in a template with conditions."""
    for logical_id, resource in template.body["Resources"].items():
        document = resource["Properties"].get("AssumeRolePolicyDocument", {})
        for index, statement in enumerate(document.get("Statement", [])):
            for operator in statement.get("Condition", {}):
                yield f"{logical_id}/AssumeRolePolicyDocument/Statement/{index}", operator
