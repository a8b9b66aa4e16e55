"""Which managed policies are attached, and which should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.inline_repair import joined
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policy_evaluation.permission_statements import parse_permissions

_OF_DEVOPS_AGENT = {
    service.GA_MANAGED_POLICY,
    service.PREVIEW_MANAGED_POLICY,
    service.ACTIONS_MANAGED_POLICY,
    service.OPERATOR_MANAGED_POLICY,
}


def managed_differences(
    live: LiveRole, expected: ExpectedRole, documents: Mapping[str, Mapping[str, object]]
) -> Iterator[Difference]:
    """Compare the managed policies: what is missing first, as a fix attaches before it detaches.

    Args:
        live: The role.
        expected: The role that it should be.
        documents: ARN -> document of the managed policies that could be read.
    """
    attached = set(live.managed_policy_arns)
    missing = [arn for arn in expected.managed_policy_arns if arn not in attached]
    extra = sorted(attached - set(expected.managed_policy_arns))
    for arn in missing:
        yield _missing(arn, live, extra)
    for arn, document in sorted(documents.items()):
        yield from _denials(arn, document) if arn in attached else ()
    for arn in extra:
        if _is_preview(arn) and expected.generation is Generation.GA:
            yield _preview(arn, live, expected, missing)
        else:
            yield _extra(arn, live, expected, missing)


def _denials(arn: str, document: Mapping[str, object]) -> Iterator[Difference]:
    """Name what a managed policy denies: AWS's own deny nothing."""
    try:
        denied = [one for one in parse_permissions(document) if not one.is_allow]
    except OnboardingInputError:
        return  # What limits the role says so.
    for one in denied:
        only_if = f", if {' and '.join(one.conditions_in_words)}" if one.conditions else ""
        but = "everything but " if one.is_not_action else ""
        yield Difference(
            id="managedDeny",
            severity=Severity.WARNING,
            what=f"{one.name} of the managed policy {arn} denies {but}{joined(one.actions)}{only_if}",
            symptom='what it denies fails with "explicit deny in an identity-based policy"',
            fix="keep it if you limit the agent by it on purpose",
        )


def _missing(arn: str, live: LiveRole, extra: list[str]) -> Difference:
    namesake = next((other for other in extra if _name(other) == _name(arn)), None)
    beside = f"; {namesake}, which is attached, is another policy of that name" if namesake else ""
    return Difference(
        id="missingManagedPolicy",
        severity=Severity.ERROR,
        what=f"the managed policy {_name(arn)} is not attached{beside}",
        symptom='what it grants fails with "no identity-based policy allows the ... action"',
        fix="attach it",
        commands=(commands.attach_policy(live.arn, arn),),
    )


def _preview(arn: str, live: LiveRole, expected: ExpectedRole, missing: list[str]) -> Difference:
    # In this order: the agent would be without either in between.
    attach = [commands.attach_policy(live.arn, other) for other in missing]
    is_asked_for = expected.accounts_file is not None
    return Difference(
        id="previewManagedPolicy",
        severity=Severity.ERROR if is_asked_for else Severity.WARNING,
        what=(
            f"{_name(arn)}, the managed policy of AWS's preview, is attached; since general availability it is "
            f"{service.GA_MANAGED_POLICY}"
        ),
        symptom="newer permissions are missing, and older ones that the guardrail has not are without effect",
        fix="attach the present policy, then detach the old one; devops-agent-accounts migrate says what that changes",
        commands=(*attach, commands.detach_policy(live.arn, arn)) if is_asked_for else (),
    )


def _extra(arn: str, live: LiveRole, expected: ExpectedRole, missing: list[str]) -> Difference:
    is_asked_for = expected.accounts_file is not None
    if _name(arn) in map(_name, missing) and ":iam::aws:" not in arn:
        what = f"{arn} is attached, a policy of the account itself and not AWS's policy of that name"
    elif _name(arn) in _OF_DEVOPS_AGENT and ":iam::aws:" in arn:
        what = f"{_name(arn)} is attached, AWS's managed policy for another role or set-up of DevOps Agent"
    else:
        what = f"{_name(arn)} is attached, which the library would not attach: a leftover grant, or one by hand ({arn})"
    return Difference(
        id="extraManagedPolicy",
        severity=Severity.ERROR if is_asked_for else Severity.WARNING,
        what=what,
        symptom=(
            "none: AWS's guardrail lets the agent use only what it lists, but whoever else can assume the role may do "
            "all of it"
        ),
        fix="detach it" if is_asked_for else "detach it if nobody needs it; no accounts file says what is asked for",
        commands=(commands.detach_policy(live.arn, arn),) if is_asked_for else (),
    )


def _is_preview(arn: str) -> bool:
    return arn.endswith(f":iam::aws:policy/{service.PREVIEW_MANAGED_POLICY}")


def _name(arn: str) -> str:
    return arn.partition(":policy/")[2] or arn
