"""Tells who gets into a role: asks the evaluator of trust policies for those whom it is meant for, and for strangers.

The rules explain the answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from devops_agent_constructs.checks.callers import Requester, intended
from devops_agent_constructs.checks.finding import Place, Severity
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.strangers import strangers
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.assume_role import Decision, decide_by


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Who gets into a role.

    Attributes:
        meant: For whom the role is meant, and what the trust policy says to each.
        strangers: Who else gets in, or may get in by what the request carries, and the statements by which.
        undefined: What AWS does not define; empty if nothing.
        may_be_denied: Whether a statement that only deployment knows may keep out whom the others let in.
    """

    meant: tuple[tuple[Requester, Decision], ...] = ()
    strangers: tuple[tuple[Requester, tuple[Place, ...]], ...] = ()
    undefined: str = ""
    may_be_denied: bool = False

    @property
    def admits_the_meant(self) -> bool:
        """Whether all for whom the role is meant may get in."""
        return not any(decision.answer.is_no for _, decision in self.meant)

    @property
    def severity_of_slip(self) -> Severity:
        """How bad it is what keeps only some out: a warning while all for whom the role is meant get in."""
        return Severity.WARNING if self.meant and self.admits_the_meant else Severity.ERROR

    def severity(self, place: Place) -> Severity | None:
        """Return how bad it is whom DevOps Agent brings in by a statement; None: nobody else."""
        return self.severity_of(caller for caller, at in self.strangers if place in at and caller.is_the_service)

    def severity_of(self, callers: Iterable[Requester]) -> Severity | None:
        """Return how bad it is that these get in; None: there are none."""
        is_outside = [caller.is_outside for caller in callers]
        is_error = any(is_outside) and not self.may_be_denied
        return None if not is_outside else Severity.ERROR if is_error else Severity.WARNING


def judge(role: Role) -> Verdict:
    """Put everybody to the trust policy, as far as it is known; nobody, if IAM would refuse it."""
    if role.trust.refused:
        return Verdict()
    try:
        meant = [(caller, decide_by(role.trust.statements, caller.request)) for caller in intended(role)]
        others = [(caller, _places(role, caller)) for caller in strangers(role)]
    except OnboardingInputError as error:
        return Verdict(undefined=str(error))
    # What is hidden may let in whom the rest leaves out.
    is_told = not role.trust.has_hidden_allow
    return Verdict(
        meant=tuple(pair for pair in meant if is_told or pair[1].is_denied or not pair[1].answer.is_no),
        strangers=tuple((caller, places) for caller, places in others if places),
        may_be_denied=role.trust.has_hidden_deny,
    )


def _places(role: Role, caller: Requester) -> tuple[Place, ...]:
    """Return the statements by which somebody gets in, under some value of what is not known of the request."""
    if caller.is_signed_in:
        return () if caller.statement is None else (caller.statement.place,)
    results = decide_by(role.trust.statements, replace(caller.request, texts_differ=True)).statements
    if any(result.answer.is_yes for result in results if not result.is_allow):
        return ()
    pairs = zip(role.trust.statements, results, strict=True)
    places = (statement.place for statement, result in pairs if result.is_allow and not result.answer.is_no)
    return tuple(place for place in places if caller.statement is None or place == caller.statement.place)
