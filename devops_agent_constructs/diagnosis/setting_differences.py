"""Compare what is set on a role, its managed policies, its session and its ARN, with what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from devops_agent_constructs import service
from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.diagnosis.difference import Difference, denial, listed
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole
from devops_agent_constructs.diagnosis.role_policies import RolePolicies, is_of_devops_agent
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policy_evaluation.permission_statements import permissions_of

_INLINE = service.INLINE_POLICY_NAME


def managed_differences(live: LiveRole, expected: ExpectedRole, policies: RolePolicies) -> Iterator[Difference]:
    """Compare the managed policies: what is missing first, as a fix attaches before it detaches."""
    attached = set(live.managed_policy_arns)
    missing = [arn for arn in expected.managed_policy_arns if arn not in attached]
    # IAM lists them in no order.
    extra = sorted(attached - set(expected.managed_policy_arns))
    for arn in missing:
        # A policy of the account's own may have the name of AWS's, and grant something else.
        namesake = next((other for other in extra if _name(other) == _name(arn)), None)
        beside = f"; {namesake}, which is attached, is another policy of that name" if namesake else ""
        what = f"the managed policy {_name(arn)} is not attached{beside}"
        yield expected.difference(
            "missingManagedPolicy", what, commands.iam("attach-role-policy", live.arn, policy_arn=arn)
        )
    for arn, statements in policies.managed.items():
        for statement in statements or ():
            if not statement.is_allow:
                yield expected.difference("managedDeny", denial(statement, of=f"the managed policy {arn}"))
    for arn in extra:
        yield _extra(arn, live, expected, missing, policies)


def _extra(
    arn: str, live: LiveRole, expected: ExpectedRole, missing: Sequence[str], policies: RolePolicies
) -> Difference:
    name, detach = _name(arn), commands.iam("detach-role-policy", live.arn, policy_arn=arn)
    is_awss = ":iam::aws:" in arn
    if is_awss and name == service.PREVIEW_MANAGED_POLICY and expected.generation is Generation.GA:
        what = f"{name}, the managed policy of AWS's preview, is attached; since general availability it is "
        # In this order: the agent would be without either in between.
        attach = [commands.iam("attach-role-policy", live.arn, policy_arn=other) for other in missing]
        return expected.difference("previewManagedPolicy", f"{what}{service.GA_MANAGED_POLICY}", *attach, detach)
    # Before any advice to detach: whoever follows it must lose neither a Deny nor what the agent needs.
    why_kept, is_harmless = _why_kept(arn, expected, policies)
    if name in map(_name, missing) and not is_awss:
        what = f"{arn} is attached, a policy of the account itself and not AWS's policy of that name"
    elif is_of_devops_agent(arn):
        what = f"{name} is attached, AWS's managed policy for another role or set-up of DevOps Agent"
    elif is_harmless:
        what = f"{name} is attached, which the library would not attach; it allows no more than what {_INLINE} should"
    else:
        what = f"{name} is attached, which the library would not attach: a leftover grant, or one by hand ({arn})"
    # What is attached may be meant: without a file that says what is, nobody is told to detach it.
    by_default = (
        "" if expected.accounts_file else "detach it if nobody needs it; no accounts file says what is asked for"
    )
    repair = [] if why_kept else [detach]
    difference = expected.difference("extraManagedPolicy", what, *repair, fix=why_kept or by_default)
    return replace(difference, severity=Severity.WARNING, symptom="none") if is_harmless else difference


def _why_kept(arn: str, expected: ExpectedRole, policies: RolePolicies) -> tuple[str, bool]:
    """Return why a managed policy is not to be detached as it is, and whether it allows nothing beyond what is wanted.

    Empty: nothing speaks against it.
    """
    statements = policies.managed[arn]
    if statements is None:
        # AWS has policies that only deny, too: AWSDenyAll, AWSCompromisedKeyQuarantine.
        unread = "look at it first: it could not be read here, so that it may deny something"
        return ("" if is_of_devops_agent(arn) else unread), False
    allowing = [statement for statement in statements if statement.is_allow]
    # What NotAction and NotResource allow is no list, so that it may be more than is wanted.
    is_listed = not any(statement.is_not_action or statement.is_not_resource for statement in allowing)
    allowed = permissions_of(allowing)
    is_harmless = is_listed and all(permission.is_permitted(policies.wanted) for permission in allowed)
    if len(allowing) < len(statements):
        beside = "; take away what it allows, if nobody needs that" if allowing else ""
        return f"keep what it denies, which would be gone if it were detached{beside}", is_harmless
    if needed := policies.needed_of(arn, expected.managed_policy_arns):
        return f"put {listed(needed)} into {_INLINE} first, and then detach it", is_harmless
    # Of a policy without a permission `all` is true, which proves nothing about a leftover.
    return "", is_harmless and bool(allowed)


def _name(arn: str) -> str:
    return arn.partition(":policy/")[2] or arn


def role_differences(
    live: LiveRole | None, expected: ExpectedRole, candidates: Iterable[str] | None = None
) -> Iterator[Difference]:
    """Compare whether the role is there, what the association names, and the session.

    `candidates` are other roles of the account that name AWS DevOps Agent. None: they could not be listed.
    """
    if live is None:
        yield _role_missing(expected, candidates)
    yield from _association_differences(live, expected)
    if live is not None and live.max_session_seconds != (wanted := expected.max_session_seconds):
        what = f"the longest session is {live.max_session_seconds} seconds and not {wanted}"
        update = commands.iam("update-role", live.arn, max_session_duration=str(wanted))
        yield expected.difference("otherMaxSession", what, update)


def _role_missing(expected: ExpectedRole, candidates: Iterable[str] | None) -> Difference:
    """Say that there is no role of the name."""
    others = sorted(candidates or ())
    what = f"there is no role {expected.settings.role_name} in account {expected.account_id}"
    fix, commands_in_order = _made_again(expected, is_none_left=candidates is not None and not others)
    # A slip in the name of either is likelier than a role that nobody made.
    if others:
        what += f", but {' and '.join(others)} {'trusts' if len(others) == 1 else 'trust'} AWS DevOps Agent"
        fix = "compare that one (--role-name), or deploy this one; the association must name the role that is there"
    elif candidates is None:
        what += "; whether another role trusts AWS DevOps Agent is not known, as that takes iam:ListRoles"
    return expected.difference("roleMissing", what, *commands_in_order, fix=fix)


def _made_again(expected: ExpectedRole, *, is_none_left: bool) -> tuple[str, Sequence[Command]]:
    """Return what makes a role, in words and as commands, also where somebody deleted it behind its stack's back.

    CloudFormation compares templates: in a stack that stands it finds no change, and nothing to make. Whether a
    drift-aware change set makes a missing role is unconfirmed.
    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
    """
    make, remove = expected.deployment, expected.removal
    if make is None:
        return "deploy it, with CDK or as devops-agent-accounts template writes it", ()
    if remove is None:
        # The stack has the roles of other accounts too, or is protected, so that nobody is told to delete it.
        where = "see 'A role that is gone' in docs/doctor_and_migrate.md of the repository"
        return f"deploy it by account {make.account_id}; if CloudFormation finds no change, {where}", [make]
    stands = "CloudFormation finds no change in a stack that stands"
    if is_none_left:
        # In an app of one's own the stack may hold more than the role.
        what = "delete its stack, if there is one, with all that you added to it, and deploy it"
        return f"{what}: {stands}", [remove, make]
    # The stack may have a role of a former name, through which the agent works.
    return f"deploy it; {stands}: if it has no role of another name, run {remove.text} first", [make]


def _association_differences(live: LiveRole | None, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare the ARN of the role, which must exist as the association names it: name, path and account."""
    # IAM finds a role by its name alone, so the one that was read may have another path than the association says.
    named, arn = expected.association_role_arn, expected.arn if live is None else live.arn
    # None is neither: nobody could read it, and `examined_accounts` says so among what is not seen.
    if named == "":
        what = f"{expected.agent_space.arn} has no association for account {expected.account_id}"
        yield expected.difference("associationMissing", what)
    elif named not in {None, arn}:
        what = f"the association names {named}, but the role is {'to be ' if live is None else ''}{arn}"
        yield expected.difference("associationRoleMismatch", what)
    elif live is not None and arn != expected.arn:
        what = f"the role is {arn}, but the association is to name {expected.arn}"
        fix = f"give --path {live.path} here, or path: {live.path} in the accounts file; IAM cannot change a path"
        yield expected.difference("otherArn", what, fix=fix)
