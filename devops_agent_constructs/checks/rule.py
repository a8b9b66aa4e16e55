"""Defines what a rule is, its words and below them the function that yields what breaks it, and what rules look at.

For example `@Rule(id="accountType", what=..., reason=..., source=..., fix=...).of_associations` stands above
`def account_type(association)`. A rule needs no other mention in the code than to be in a module of `rules/`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from devops_agent_constructs.checks.finding import Finding, Place, Problem, Severity
from devops_agent_constructs.checks.policy import Policy, PolicyStatement
from devops_agent_constructs.checks.role import AssociatedAccount, Role
from devops_agent_constructs.checks.verdict import Verdict
from devops_agent_constructs.policy_evaluation.patterns import Context

_DOCS = "https://docs.aws.amazon.com"
USER_GUIDE = f"{_DOCS}/devopsagent/latest/userguide/"
CLI_GUIDE = f"{USER_GUIDE}getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
IAM_GUIDE = f"{_DOCS}/IAM/latest/UserGuide/"
CLOUDFORMATION = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference/"
ASSOCIATION = f"{CLOUDFORMATION}aws-resource-devopsagent-association.html"


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """All that the rules look at.

    Attributes:
        roles: Those of DevOps Agent.
        policies: All of the templates.
        associations: All of the templates.
        unreadable: What of them cannot be read, and why.
        judged: Each role with who gets in.
        findings: Of the rules that were asked before.
        owners: Place of a policy -> all policies of each role that has it.
    """

    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    associations: tuple[AssociatedAccount, ...] = ()
    unreadable: tuple[tuple[Place, str], ...] = ()
    judged: tuple[tuple[Role, Verdict], ...] = ()
    findings: Sequence[Finding] = ()
    owners: Mapping[Place, Sequence[tuple[Policy, ...]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up once which roles have a policy: an app can have hundreds of each."""
        owners = defaultdict[Place, list[tuple[Policy, ...]]](list)
        for role in self.roles:
            for place in dict.fromkeys(policy.place for policy in role.policies):
                owners[place].append(role.policies)
        object.__setattr__(self, "owners", dict(owners))

    def allow(self, policy: Policy, statement: PolicyStatement, action: str, resource: str, context: Context) -> bool:
        """Tell whether a statement may allow somebody a request, as no Deny of a role that has it takes it back."""
        return statement.may_hold(context) and not all(
            any(
                other.denies(action, resource, context)
                for beside in policies
                if not beside.is_conditional or beside.place == policy.place
                for other in beside.statements
            )
            for policies in self.owners.get(policy.place) or [(policy,)]  # Of a role that is not known, it alone.
        )

    def found_by(self, *rules: Rule) -> list[Finding]:
        """Return what some of the rules that were asked before have found."""
        rule_ids = {rule.id for rule in rules}
        return [finding for finding in self.findings if finding.rule_id in rule_ids]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that a role, a policy or an association can have wrong.

    Attributes:
        id: In camel case; part of the interface, as findings are acknowledged by it.
        severity: Of its findings; of the worst of them, if `milder` says when it is a warning only.
        milder: When it is a warning only; empty: never, or it is one always.
        what: What is wrong, in a few words.
        reason: What comes of it.
        source: The page of AWS that says so; empty: `reason` says where it is known from.
        fix: What to write instead.
        check: Yields what breaks the rule.
    """

    id: str
    severity: Severity = Severity.ERROR
    milder: str = ""
    what: str
    reason: str = ""
    source: str = ""
    fix: str
    check: Callable[[Resources], Iterable[Problem]] = field(default=lambda _: (), repr=False)

    @property
    def why(self) -> str:
        """What comes of it, and the source."""
        return ": ".join(filter(None, (self.reason, self.source)))

    def of_resources(self, check: Callable[[Resources], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at everything; a decorator, like those below."""
        return replace(self, check=check)

    def of_roles(self, check: Callable[[Role], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at one role."""
        return replace(self, check=lambda all_: (problem for role in all_.roles for problem in check(role)))

    def of_judged_roles(self, check: Callable[[Role, Verdict], Iterable[Problem]]) -> Rule:
        """Return the rule with a function that looks at one role and who gets into it."""
        return replace(self, check=lambda all_: (problem for pair in all_.judged for problem in check(*pair)))

    def of_associations(self, check: Callable[[AssociatedAccount], Iterable[Problem]]) -> Rule:
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
