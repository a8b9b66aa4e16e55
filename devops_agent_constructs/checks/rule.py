"""Defines what a rule is: its words, and the function below them that yields what breaks it.

@Rule(id="accountType", what=..., why=..., fix=...).of_associations
def account_type(association: Association) -> Iterator[Problem]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from devops_agent_constructs.checks.finding import Finding, Problem, Severity
from devops_agent_constructs.checks.resources import Association, Resources
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.verdict import Verdict

_DOCS = "https://docs.aws.amazon.com"
# Pages of AWS that several rules cite.
CLI_GUIDE = f"{_DOCS}/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
CONFUSED_DEPUTY = f"{_DOCS}/IAM/latest/UserGuide/confused-deputy.html"
EVALUATION_LOGIC = f"{_DOCS}/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
ASSOCIATION = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-devopsagent-association.html"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that a role, a policy or an association can have wrong.

    Attributes:
        id: In camel case; part of the interface, as findings are acknowledged by it.
        severity: Of its findings; of the worst of them, if `milder` says when it is a warning only.
        milder: When it is a warning only; empty: never, or it is one always.
        what: What is wrong, in a few words.
        why: What comes of it, and the source.
        fix: What to write instead.
        check: Yields what breaks the rule.
    """

    id: str
    severity: Severity = Severity.ERROR
    milder: str = ""
    what: str
    why: str
    fix: str
    check: Callable[[Resources], Iterable[Problem]] = field(default=lambda _: (), repr=False)

    def of_resources(self, check: Callable[[Resources], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at everything; a decorator, like those below."""
        return replace(self, check=check)

    def of_roles(self, check: Callable[[Role], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at one role."""
        return replace(self, check=lambda all_: (problem for role in all_.roles for problem in check(role)))

    def of_judged_roles(self, check: Callable[[Role, Verdict], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at one role and who gets into it."""
        return replace(self, check=lambda all_: (problem for pair in all_.judged for problem in check(*pair)))

    def of_associations(self, check: Callable[[Association], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at one association."""
        return replace(self, check=lambda all_: (problem for each in all_.associations for problem in check(each)))

    def findings(self, resources: Resources) -> list[Finding]:
        """Return what breaks the rule."""
        return [
            Finding(
                rule_id=self.id,
                severity=problem.severity or self.severity,
                place=problem.place,
                message=problem.message,
                fix=problem.fix or self.fix,
            )
            for problem in self.check(resources)
        ]
