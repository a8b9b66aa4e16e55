"""Each rule by its good and bad cases."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

from devops_agent_constructs.checks import RULES, Rule, Severity, check_templates, rules
from tests.checks.build import Case

MODULES = {rule.id: re.sub("([A-Z])", r"_\1", rule.id).lower() for rule in RULES}
PAIRS = [
    pytest.param(rule, case, id=f"{rule.id}: {case.name}")
    for rule in RULES
    for case in import_module(f"tests.checks.cases.{MODULES[rule.id]}").CASES
]
# The good ones of these follow the set-up from before general availability.
PREVIEW_PAIRS = [
    pytest.param(rule, case, id=f"{rule.id}: {case.name}")
    for rule in RULES
    for case in getattr(import_module(f"tests.checks.cases.{MODULES[rule.id]}"), "PREVIEW", [])
]


@pytest.mark.parametrize(("rule", "pair"), PAIRS)
def test_good_and_bad(rule: Rule, pair: Case) -> None:
    """The bad one breaks the rule; the good one breaks none at all."""
    assert rule.id in {finding.rule_id for finding in check_templates(pair.bad)}
    assert check_templates(pair.good) == ()


@pytest.mark.parametrize(("rule", "pair"), PREVIEW_PAIRS)
def test_good_and_bad_before_general_availability(rule: Rule, pair: Case) -> None:
    """The bad one breaks the rule; the good one none but that it should move on."""
    assert rule.id in {finding.rule_id for finding in check_templates(pair.bad)}
    assert {finding.rule_id for finding in check_templates(pair.good)} == {"previewSetup"}


def test_each_rule_has_the_name_of_its_id() -> None:
    """So that a reader of a finding's id knows where to look; a rule beside another of its name would be lost."""
    modules = [import_module(f"{rules.__name__}.{module.name}") for module in iter_modules(rules.__path__)]
    named = {name: rule for module in modules for name, rule in vars(module).items() if isinstance(rule, Rule)}
    assert named == {MODULES[rule.id]: rule for rule in RULES}
    assert len(MODULES) == len(RULES)
    cases = {module.name for module in iter_modules(import_module("tests.checks.cases").__path__)}
    assert cases == set(named)


def test_each_rule_says_why_with_its_source() -> None:
    """A page of AWS, or the date of what was seen; one fix; warnings are those that a user may mean."""
    for rule in RULES:
        assert re.search(r"https://docs\.aws\.amazon\.com/|\(CloudTrail, 2026-08|AWS's guide", rule.why), rule.id
        assert rule.what, rule.id
        assert rule.fix, rule.id
    warnings = {"anyAgentSpace", "previewSetup", "unknownCondition", "unreadable"}
    assert {rule.id for rule in RULES if rule.severity is Severity.WARNING} == warnings
