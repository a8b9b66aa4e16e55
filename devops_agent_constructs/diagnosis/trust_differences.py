"""Turn what the rules find in a live role into differences, each with the command that ends it, if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from devops_agent_constructs.checks.finding import Finding, Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.verdict import judge
from devops_agent_constructs.diagnosis.difference import KEPT_OUT, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.trust_repair import ABOUT_TRUST, LET_IN, OPEN, trust_repair
from devops_agent_constructs.generation import Generation

_SYMPTOMS = {
    **dict.fromkeys({*OPEN, *LET_IN, "anyAgentSpace"}, "none for you: whoever gets in can do what this role may"),
    "previewSetup": "none: a grant of AWS's preview, and who can act as that role can assume this one",
    "unknownCondition": (
        "if the Agent Space's request does not meet it, the association turns invalid; its status tells"
    ),
}


def finding_differences(
    live: LiveRole, role: Role, expected: ExpectedRole, findings: Iterable[Finding]
) -> Iterator[Difference]:
    """Say what the rules find; one command repairs all of a trust policy that can be told without a choice."""
    findings = [finding for finding in findings if not _is_said_elsewhere(finding, expected)]
    # One document for all of them: the command of one finding would undo that of another.
    repair = trust_repair(live, role, expected, findings)
    for finding in findings:
        if finding.rule_id == "malformedTrustPolicy":
            yield _not_understood(finding, role)
            continue
        is_mended = repair is not None and finding in repair.mends
        keeps_out = finding.severity is Severity.ERROR and finding.rule_id in ABOUT_TRUST
        yield Difference(
            id=finding.rule_id,
            severity=finding.severity,
            what=finding.message,
            # All other rules on a trust policy that can be repaired say why the Agent Space is kept out.
            symptom=_SYMPTOMS.get(finding.rule_id, KEPT_OUT if keeps_out else "none"),
            fix=repair.fix if repair is not None and is_mended else finding.fix,
            commands=(repair.command,) if repair is not None and is_mended else (),
        )


def _not_understood(finding: Finding, role: Role) -> Difference:
    """Say that a statement is not understood here; IAM took it, as it returned it."""
    is_let_in = is_let_in_by_the_rest(role)
    return Difference(
        id=finding.rule_id,
        # It may keep the Agent Space out, or let somebody else in: that cannot be told.
        severity=Severity.WARNING if is_let_in else Severity.ERROR,
        what=f"not understood here, although IAM has it: {finding.message}",
        symptom="what it does is not known here" if is_let_in else KEPT_OUT,
        fix="look at it: the trust policy is not rewritten, as it may let in or keep out whom somebody means",
    )


def is_let_in_by_the_rest(role: Role) -> bool:
    """Tell whether all for whom a role is meant get in by the statements that are understood, taken by themselves."""
    # Without what is refused the evaluator answers; the answer counts as a hint, not as proof.
    rest = judge(replace(role, trust=replace(role.trust, refused=())))
    return bool(rest.meant) and rest.admits_the_meant


def _is_said_elsewhere(finding: Finding, expected: ExpectedRole) -> bool:
    """Tell whether it is what is wanted, or the differences of policies say it."""
    # AWS's guide admits all Agent Spaces of the account, and so may an accounts file.
    if finding.rule_id == "anyAgentSpace":
        return expected.agent_space.is_any_in_account
    # The rule has two signs; of the managed policy alone `previewManagedPolicy` speaks, with its commands.
    is_preview = expected.generation is not Generation.GA or "lets a role" not in finding.message
    return finding.rule_id == "unreadable" or (finding.rule_id == "previewSetup" and is_preview)
