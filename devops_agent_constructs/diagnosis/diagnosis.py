"""Diagnose a live role: the rules on it, what differs from the role that the library would make, and who gets in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from devops_agent_constructs.checks.check import findings_of
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.rule import Resources
from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.inline_differences import inline_differences
from devops_agent_constructs.diagnosis.limits import ControlPolicies, boundary_differences, control_differences
from devops_agent_constructs.diagnosis.role_policies import RolePolicies
from devops_agent_constructs.diagnosis.setting_differences import managed_differences, role_differences
from devops_agent_constructs.diagnosis.trust_differences import finding_differences, is_let_in_by_the_rest
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.trust_document import who_can_assume


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """What differs, and who can assume the role.

    Attributes:
        live: The role; None if there is none.
        expected: The role that this library would make.
        differences: What needs doing first.
        is_admitted: Whether the trust policy lets in everybody whom it should.
        why: The decision about each of them, in words.
        who_can_assume: In words, a line each; empty if there is no role, or its policy cannot be evaluated.
    """

    live: LiveRole | None
    expected: ExpectedRole
    differences: tuple[Difference, ...]
    is_admitted: bool = False
    why: tuple[str, ...] = ("there is no role to assume",)
    who_can_assume: tuple[str, ...] = ()

    @property
    def needs_doing(self) -> tuple[Difference, ...]:
        """What somebody has to act on."""
        return tuple(difference for difference in self.differences if difference.severity is Severity.ERROR)


def diagnose(
    live: LiveRole | None,
    expected: ExpectedRole,
    *,
    managed_documents: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    control_policies: Sequence[ControlPolicies] = (),
    candidates: Sequence[str] | None = None,
) -> Diagnosis:
    """Compare a role with the one that this library would make.

    Args:
        live: The role. None: there is none.
        expected: The role that this library would make.
        managed_documents: ARN -> document of the managed policies that could be read, the boundary's included.
        control_policies: Of the organization, a level after the other; empty if they could not be read.
        candidates: ARNs of other roles that name AWS DevOps Agent, where the role is missing. None: not known.
    """
    if live is None:
        # Nothing to compare, but the association may be wrong as well, and would be in the way once the role is there.
        missing = role_differences(live, expected, candidates)
        return Diagnosis(live=None, expected=expected, differences=tuple(missing))
    # The rules judge the role as it stands; all others compare it with the expected one.
    role = expected.role_of(live)
    # Read once, for all comparisons: in which of its policies a role has a permission is no matter to IAM.
    policies = RolePolicies.of(live, expected, managed_documents)
    permissions = policies.permissions
    # A repair goes in this order: who gets in, then what they may do, then what limits that. For AWS's own order see
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    differences = [
        *finding_differences(live, role, expected, findings_of(Resources(roles=(role,), policies=role.policies))),
        *managed_differences(live, expected, policies),
        *inline_differences(live, expected, policies),
        *boundary_differences(live, expected, managed_documents, permissions),
        *role_differences(live, expected),
        *control_differences(live, expected, control_policies, permissions),
    ]
    # Errors first; the order within is that of a repair, as the sort is stable.
    differences.sort(key=lambda difference: difference.severity is Severity.WARNING)
    is_admitted, why, who = _about_trust(live, role)
    return Diagnosis(
        live=live,
        expected=expected,
        differences=tuple(differences),
        is_admitted=is_admitted,
        why=why,
        who_can_assume=who,
    )


def _about_trust(live: LiveRole, role: Role) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Return whether all get in for whom the role is meant, why, and who else does."""
    try:
        who = tuple(who_can_assume(live.trust_policy))
    except OnboardingInputError as error:
        # As with a condition that nobody can tell: who gets in by the rest counts as let in.
        if is_let_in_by_the_rest(role):
            return True, (f"whether the trust policy lets it in cannot be told: {error}",), ()
        return False, (f"the trust policy cannot be evaluated: {error}",), ()
    # The verdict is about those for whom the role is meant; `who` is about everybody whom the policy names.
    verdict = judge(role)
    # For example several values of a key without a set operator, to which AWS gives no meaning.
    if verdict.undefined:
        return False, (f"the trust policy cannot be evaluated: {verdict.undefined}",), who
    return verdict.admits_the_meant, tuple(decision.why for _, decision in verdict.meant), who
