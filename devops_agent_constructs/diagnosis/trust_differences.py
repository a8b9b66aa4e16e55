"""What the rules find in a live role, with what a user sees of it and how it is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import KEPT_OUT, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.trust_repair import Repair, repair_of
from devops_agent_constructs.generation import Generation

_KEEPS_OUT = {
    "agentSpaceRefused",
    "malformedTrustPolicy",
    "patternUnderPlainOperator",
    "wrongServicePrincipal",
    "wrongSourceAccount",
}
_LETS_IN = {
    "accountPrincipal",
    "anyAgentSpace",
    "missingSourceAccount",
    "missingSourceArn",
    "othersAdmitted",
    "wildcardPrincipal",
    "wildcardSourceArn",
}
_IF_REFUSED = "if the Agent Space's request does not meet it, the association turns invalid; its status tells"
_LEFTOVER = "none: a grant of AWS's preview, and who can act as that role can assume this one"


def finding_differences(
    live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]
) -> Iterator[Difference]:
    """Say what the rules find; one command repairs all of a trust policy that can be told without a choice."""
    found = [one for one in findings if not _is_said_elsewhere(one, expected)]
    repair = repair_of(live, role, expected, found)
    for finding in found:
        is_error = finding.severity is Severity.ERROR
        is_repaired = is_error and repair is not None and finding.rule_id in repair.rule_ids
        made = (commands.set_trust_policy(live.arn, repair.document),) if repair is not None and is_repaired else ()
        yield Difference(
            id=finding.rule_id,
            severity=finding.severity,
            what=finding.message,
            symptom=_symptom(finding),
            fix=_fix(finding, repair if is_repaired else None),
            commands=made,
        )


def _is_said_elsewhere(finding: Finding, expected: ExpectedRole) -> bool:
    """Tell whether it is what is wanted, or the differences of policies say it."""
    if finding.rule_id == "anyAgentSpace":
        return expected.agent_space.is_any_in_account
    is_preview = expected.generation is not Generation.GA or "lets a role" not in finding.message
    return finding.rule_id == "unreadable" or (finding.rule_id == "previewSetup" and is_preview)


def _symptom(finding: Finding) -> str:
    if finding.rule_id in _KEEPS_OUT:
        return KEPT_OUT if finding.severity is Severity.ERROR else "none"
    if finding.rule_id in _LETS_IN:
        return "none for you: whoever gets in can do what this role may"
    return {"unknownCondition": _IF_REFUSED, "previewSetup": _LEFTOVER}.get(finding.rule_id, "none")


def _fix(finding: Finding, repair: Repair | None) -> str:
    if repair is None:
        return finding.fix
    what = f"; it takes away: {'; '.join(repair.gone)}" if repair.gone else ", which takes nothing away"
    return f"replace the trust policy by this one{what}"
