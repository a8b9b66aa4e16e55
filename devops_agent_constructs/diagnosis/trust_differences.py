"""Turn what the rules find in a live role into differences: with what a user sees of it, and how it is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import KEPT_OUT, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.trust_repair import REPAIRABLE, repair_of
from devops_agent_constructs.generation import Generation

_LETS_IN = (
    "accountPrincipal",
    "anyAgentSpace",
    "missingSourceAccount",
    "missingSourceArn",
    "othersAdmitted",
    "wildcardPrincipal",
    "wildcardSourceArn",
)
_SYMPTOMS = dict.fromkeys(_LETS_IN, "none for you: whoever gets in can do what this role may") | {
    "unknownCondition": (
        "if the Agent Space's request does not meet it, the association turns invalid; its status tells"
    ),
    "previewSetup": "none: a grant of AWS's preview, and who can act as that role can assume this one",
}


def finding_differences(
    live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]
) -> Iterator[Difference]:
    """Say what the rules find; one command repairs all of a trust policy that can be told without a choice."""
    findings = [finding for finding in findings if not _is_said_elsewhere(finding, expected)]
    repair = repair_of(live, role, expected, findings)
    for finding in findings:
        rule_id, fix, made = finding.rule_id, finding.fix, list[commands.Command]()
        is_error = finding.severity is Severity.ERROR
        if repair is not None and is_error and rule_id in REPAIRABLE:
            takes = f"; it takes away: {'; '.join(repair.gone)}" if repair.gone else ", which takes nothing away"
            fix = f"replace the trust policy by this one{takes}"
            policy_document = commands.as_text(repair.document)
            made.append(commands.iam("update-assume-role-policy", live.arn, policy_document=policy_document))
        # All other rules on a trust policy that can be repaired say why the Agent Space is kept out.
        by_default = KEPT_OUT if is_error and rule_id in REPAIRABLE else "none"
        yield Difference(
            id=rule_id,
            severity=finding.severity,
            what=finding.message,
            symptom=_SYMPTOMS.get(rule_id, by_default),
            fix=fix,
            commands=tuple(made),
        )


def _is_said_elsewhere(finding: Finding, expected: ExpectedRole) -> bool:
    """Tell whether it is what is wanted, or the differences of policies say it."""
    # AWS's guide admits all Agent Spaces of the account, and so may an accounts file.
    if finding.rule_id == "anyAgentSpace":
        return expected.agent_space.is_any_in_account
    is_preview = expected.generation is not Generation.GA or "lets a role" not in finding.message
    return finding.rule_id == "unreadable" or (finding.rule_id == "previewSetup" and is_preview)
