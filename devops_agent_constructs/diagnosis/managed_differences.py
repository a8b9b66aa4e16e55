"""Compare the managed policies that are attached with those that should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from devops_agent_constructs import service
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.statements import denial, readable_statements
from devops_agent_constructs.generation import Generation

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
        # A policy of the account's own may have the name of AWS's, and grant something else.
        namesake = next((other for other in extra if _name(other) == _name(arn)), None)
        beside = f"; {namesake}, which is attached, is another policy of that name" if namesake else ""
        what = f"the managed policy {_name(arn)} is not attached{beside}"
        yield expected.difference(
            "missingManagedPolicy", what, commands.iam("attach-role-policy", live.arn, policy_arn=arn)
        )
    for arn in sorted(attached & set(documents)):
        # AWS's own policies deny nothing.
        for statement in readable_statements(documents[arn]):
            if not statement.is_allow:
                yield expected.difference("managedDeny", denial(statement, of=f"the managed policy {arn}"))
    for arn in extra:
        yield _extra(arn, live, expected, missing)


def _extra(arn: str, live: LiveRole, expected: ExpectedRole, missing: Sequence[str]) -> Difference:
    name, detach = _name(arn), commands.iam("detach-role-policy", live.arn, policy_arn=arn)
    is_awss = ":iam::aws:" in arn
    if is_awss and name == service.PREVIEW_MANAGED_POLICY and expected.generation is Generation.GA:
        what = f"{name}, the managed policy of AWS's preview, is attached; since general availability it is "
        # In this order: the agent would be without either in between.
        attach = [commands.iam("attach-role-policy", live.arn, policy_arn=other) for other in missing]
        return expected.difference("previewManagedPolicy", f"{what}{service.GA_MANAGED_POLICY}", *attach, detach)
    if name in map(_name, missing) and not is_awss:
        what = f"{arn} is attached, a policy of the account itself and not AWS's policy of that name"
    elif name in _OF_DEVOPS_AGENT and is_awss:
        what = f"{name} is attached, AWS's managed policy for another role or set-up of DevOps Agent"
    else:
        what = f"{name} is attached, which the library would not attach: a leftover grant, or one by hand ({arn})"
    is_asked_for = expected.accounts_file is not None
    fix = "" if is_asked_for else "detach it if nobody needs it; no accounts file says what is asked for"
    return expected.difference("extraManagedPolicy", what, detach, fix=fix)


def _name(arn: str) -> str:
    return arn.partition(":policy/")[2] or arn
