"""The differences of a trust policy; all of them have the same fix, the document that the library would write."""

from __future__ import annotations

from dataclasses import dataclass

from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference, Severity
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole

KEPT_OUT = (
    "the association turns invalid when it is validated, and the agent says that it has no access to the account "
    "(AccessDenied on sts:AssumeRole)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustRepair:
    """Makes differences of the trust policy.

    Attributes:
        expected: The role that it should be.
        role_arn: As it is.
    """

    expected: ExpectedRole
    role_arn: str

    def breaking(self, difference_id: str, what: str, *, fix: str = "") -> Difference:
        """Return a difference that keeps the Agent Space out."""
        return self._make(difference_id, Severity.NEEDS_DOING, what, KEPT_OUT, fix=fix, keeps_agent_out=True)

    def leak(self, difference_id: str, what: str, symptom: str, *, fix: str = "") -> Difference:
        """Return a difference that lets somebody else in."""
        return self._make(difference_id, Severity.NEEDS_DOING, what, symptom, fix=fix)

    def note(self, difference_id: str, what: str, symptom: str = "none") -> Difference:
        """Return a difference that nobody has to act on."""
        return self._make(difference_id, Severity.WORTH_KNOWING, what, symptom)

    def _make(
        self,
        difference_id: str,
        severity: Severity,
        what: str,
        symptom: str,
        *,
        fix: str = "",
        keeps_agent_out: bool = False,
    ) -> Difference:
        return Difference(
            id=difference_id,
            severity=severity,
            what=what,
            symptom=symptom,
            fix=fix or "replace the trust policy by the one that the library writes",
            commands=(commands.set_trust_policy(self.role_arn, self.expected.trust_policy),),
            keeps_agent_out=keeps_agent_out,
        )
