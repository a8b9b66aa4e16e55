"""Judges what a session of the role may carry: tags, a source identity, an external id, an identity from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from devops_agent_constructs.checks.callers import as_service
from devops_agent_constructs.checks.finding import Problem
from devops_agent_constructs.checks.role import Purpose, Role
from devops_agent_constructs.checks.rule import CLI_GUIDE, USER_GUIDE, Rule
from devops_agent_constructs.checks.trust import EXTERNAL_ID
from devops_agent_constructs.checks.verdict import Verdict
from devops_agent_constructs.policy_evaluation.assume_role import decide_by
from devops_agent_constructs.policy_evaluation.unknown import shown

_LIST_ACTIONS = (
    "list the actions that are meant, without sts:SetContext: 'sts:AssumeRole', which is all that a role to "
    "investigate with needs; for a channel 'sts:TagSession' too, for directed actions also 'sts:SetSourceIdentity'"
)
_OTHER = "arn:aws:iam::aws:contextProvider/Other"


def _needs(purpose: Purpose, *actions: str, who: str) -> Callable[[Role, Verdict], Iterator[Problem]]:
    """Return a check that finds roles of a purpose whose trust policy lets the service do only some of the actions."""

    def check(role: Role, verdict: Verdict) -> Iterator[Problem]:
        if role.purpose is not purpose:
            return
        if missing := [action for action in actions if _is_missing(action, role, verdict)]:
            yield Problem(role.trust.place, f"the service is not let in for {', '.join(missing)}; {who}")

    return check


def _is_missing(action: str, role: Role, verdict: Verdict) -> bool:
    """Tell whether no statement is about an action, or the Agent Space is let in for others but not for this one."""
    trust, statements = role.trust, role.trust.allowed_to_service
    if not statements or trust.has_hidden_allow or trust.refused or verdict.undefined:
        return False
    requests = [replace(caller.request, action=action) for caller, _ in verdict.meant if caller.is_the_service]
    is_refused = any(decide_by(trust.statements, request).answer.is_no for request in requests)
    return (is_refused and verdict.admits_the_meant) or not any(statement.is_about(action) for statement in statements)


operator_actions = Rule(
    id="operatorActions",
    what="a role of the operator app without `sts:AssumeRole` and `sts:TagSession`",
    reason="AWS's policy confines a session to the Agent Space of its tag",
    source=CLI_GUIDE,
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
).of_judged_roles(_needs(Purpose.OPERATOR, "sts:AssumeRole", "sts:TagSession", who="the operator app needs both"))

channel_actions = Rule(
    id="channelActions",
    what="a role with `AIDevOpsChannelAccessPolicy` without `sts:AssumeRole` and `sts:TagSession`",
    reason="AWS refuses it with a ValidationException (a report of 2026; AWS's page on Slack asks for both)",
    source=USER_GUIDE,
    fix="write 'Action': ['sts:AssumeRole', 'sts:TagSession']",
).of_judged_roles(_needs(Purpose.CHANNEL, "sts:AssumeRole", "sts:TagSession", who="a two-way chat channel needs both"))


@Rule(
    id="anyContextProvider",
    what="`sts:SetContext` without both conditions on `sts:RequestContextProviders`",
    reason=(
        "the session would speak for people of any identity provider; ForAllValues alone is true of a request without "
        "the key"
    ),
    source=CLI_GUIDE,
    fix=(
        "move sts:SetContext into a statement of its own, with the two source conditions, 'ForAllValues:ArnEquals': "
        "{'sts:RequestContextProviders': ['arn:aws:iam::aws:contextProvider/IdentityCenter']} and 'Null': "
        "{'sts:RequestContextProviders': 'false'}; beside sts:AssumeRole these would refuse ordinary sessions"
    ),
).of_judged_roles
def any_context_provider(role: Role, verdict: Verdict) -> Iterator[Problem]:
    """Find roles whose session takes over an identity from any provider."""
    is_judged = not (role.trust.refused or role.trust.has_hidden_deny or verdict.undefined)
    for source in role.sources[:1] if is_judged else ():
        allowed = []
        for who, providers in (("no provider", []), ("any provider", [_OTHER])):
            request = as_service(source.one(), {"sts:RequestContextProviders": providers})
            if decide_by(role.trust.statements, replace(request, action="sts:SetContext")).is_allowed:
                allowed.append(who)
        if allowed:
            message = f"sts:SetContext is allowed with the context of {' and of '.join(allowed)}"
            # Nobody who writes a wildcard has asked for it, and only the operator app has a use for it.
            is_meant = role.purpose is Purpose.OPERATOR or role.trust.names("sts:SetContext")
            yield Problem(role.trust.place, message, fix="" if is_meant else _LIST_ACTIONS)


elevated_actions = Rule(
    id="elevatedActions",
    what="a role for directed actions without `sts:AssumeRole`, `sts:SetSourceIdentity` and `sts:TagSession`",
    reason=(
        "each session carries who approved it; without the three, actions fail, even while the association is valid: "
        "the page 'Working with directed actions' of https://docs.aws.amazon.com/devopsagent/latest/userguide/"
    ),
    fix="write 'Action': ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']",
).of_judged_roles(
    _needs(
        Purpose.ELEVATED,
        *("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"),
        who="directed actions need all three",
    )
)


@Rule(
    id="elevatedExternalId",
    what="a condition on `sts:ExternalId` in the trust policy of a role for directed actions",
    reason=(
        "the external id is that of the approval, so a fixed one admits nobody (CloudTrail, 2026-08; not documented)"
    ),
    fix="remove the condition; 'aws:SourceAccount' and 'aws:SourceArn' keep others out",
).of_roles
def elevated_external_id(role: Role) -> Iterator[Problem]:
    """Find a fixed external id, where each approval has its own."""
    for statement in role.trust.allowed if role.purpose is Purpose.ELEVATED else ():
        for condition in statement.conditions:
            if condition.key.lower() == EXTERNAL_ID and condition.operator is not None:
                message = f"sts:ExternalId must be {shown(condition.values[0])!r}; each approved action has its own"
                yield Problem(statement.place.at("Condition"), message)
