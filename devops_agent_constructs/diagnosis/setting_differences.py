"""What differs in a role's path, session and boundary; and the role that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import KEPT_OUT, Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.inline_repair import listed
from devops_agent_constructs.diagnosis.limits import Blocked, what_is_left
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import Permission


def role_missing(expected: ExpectedRole, candidates: Iterable[str] | None) -> Difference:
    """Say that there is no role of the name.

    Args:
        expected: The role that should be there.
        candidates: ARNs of other roles of the account that name AWS DevOps Agent. None: they could not be listed.
    """
    others = sorted(candidates or ())
    what = f"there is no role {expected.account.role_name} in account {expected.account.account_id}"
    fix = "deploy it" if expected.deployment else "deploy it, with CDK or as devops-agent-accounts template writes it"
    if others:
        what += f", but {' and '.join(others)} {'trusts' if len(others) == 1 else 'trust'} AWS DevOps Agent"
        fix = "compare that one (--role-name), or deploy this one; the association must name the role that is there"
    elif candidates is None:
        what += "; whether another role trusts AWS DevOps Agent is not known, as that takes iam:ListRoles"
    return Difference(
        id="roleMissing",
        severity=Severity.ERROR,
        what=what,
        symptom=KEPT_OUT,
        fix=fix,
        commands=() if expected.deployment is None else (expected.deployment,),
    )


def setting_differences(live: LiveRole, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare path and session."""
    named = expected.association_role_arn
    if named not in {None, live.arn}:
        yield Difference(
            id="associationRoleMismatch",
            severity=Severity.ERROR,
            what=f"the association names {named}, but the role is {live.arn}",
            symptom=KEPT_OUT,
            fix="correct the association in the primary account",
        )
    elif live.arn != expected.arn:
        yield Difference(
            id="otherArn",
            severity=Severity.ERROR,
            what=f"the role is {live.arn}, but the association is to name {expected.arn}",
            symptom=f"unless the association names the role as it is, {KEPT_OUT}",
            fix=f"give --path {live.path} here, or path: {live.path} in the accounts file; IAM cannot change a path",
        )
    if live.max_session_seconds != expected.max_session_seconds:
        wanted = expected.max_session_seconds
        yield Difference(
            id="otherMaxSession",
            severity=Severity.WARNING,
            what=f"the longest session is {live.max_session_seconds} seconds and not {wanted}",
            symptom="none that is known: AWS does not say how long a session the agent asks for",
            fix="set it",
            commands=() if expected.accounts_file is None else (commands.set_max_session(live.arn, wanted),),
        )


def boundary_differences(
    live: LiveRole,
    expected: ExpectedRole,
    *,
    boundary_document: Mapping[str, object] | None,
    permissions: Sequence[Permission],
) -> Iterator[Difference]:
    """Compare the boundary, and say what it takes away.

    Args:
        live: The role.
        expected: The role that it should be.
        boundary_document: Of the boundary that the role has. None: it could not be read.
        permissions: What the role's other policies allow.
    """
    has, wanted = live.permissions_boundary_arn, expected.permissions_boundary_arn
    if has != wanted and wanted is not None:
        instead = f"has the permissions boundary {has} instead of" if has else "lacks the permissions boundary"
        yield Difference(
            id="boundaryMissing",
            severity=Severity.ERROR,
            what=f"the role {instead} {wanted}",
            symptom="none: the role may do more than your boundary allows",
            fix="set it",
            commands=(commands.set_boundary(live.arn, wanted),),
        )
    if has is None:
        return
    limits, blocked = _words_of(has, boundary_document, permissions)
    is_harmless = blocked is not None and blocked.is_nothing
    if has == wanted and is_harmless:
        return
    is_extra = wanted is None
    yield Difference(
        id="boundaryExtra" if is_extra else "boundaryBlocks",
        severity=Severity.WARNING,
        what=limits,
        symptom="none" if is_harmless else 'what it blocks fails with "no permissions boundary allows the ... action"',
        fix=(
            "name it in the accounts file (permissions_boundary), and widen it if the agent needs what it blocks"
            if is_extra
            else "widen the boundary, if the agent needs what it blocks"
        ),
    )


def _words_of(
    arn: str, document: Mapping[str, object] | None, permissions: Sequence[Permission]
) -> tuple[str, Blocked | None]:
    name = f"the permissions boundary {arn}"
    if document is None:
        return f"{name} could block something; it could not be read", None
    try:
        blocked = what_is_left(permissions, [document])
    except OnboardingInputError as error:
        return f"{name} could block something; it cannot be evaluated: {error}", None
    return f"{name} {in_words(blocked)}", blocked


def in_words(blocked: Blocked, *, several: bool = False) -> str:
    """Say what limiting policies take away of a role's permissions.

    Args:
        blocked: What they take away.
        several: Whether to speak of several policies.
    """
    blocks = "together they block" if several else "blocks"
    if blocked.is_nothing:
        return f"{blocks} none of the role's {blocked.count} permissions"
    parts = []
    if blocked.wholly:
        parts.append(
            f"{blocks} {len(blocked.wholly)} of the role's {blocked.count} permissions: {listed(blocked.wholly)}"
        )
    if blocked.partly:
        may = "they may block" if several else "may block"
        parts.append(f"{may} {len(blocked.partly)} in part or under conditions: {listed(blocked.partly)}")
    return f"; {'' if several else 'it '}".join(parts)
