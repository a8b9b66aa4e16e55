"""Compare a role's ARN and session, and the role that the association names, with what they should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.diagnosis import commands
from devops_agent_constructs.diagnosis.difference import Difference
from devops_agent_constructs.diagnosis.expected_role import ExpectedRole


def role_missing(expected: ExpectedRole, candidates: Iterable[str] | None) -> Difference:
    """Say that there is no role of the name.

    Args:
        expected: The role that should be there.
        candidates: ARNs of other roles of the account that name AWS DevOps Agent. None: they could not be listed.
    """
    others = sorted(candidates or ())
    what = f"there is no role {expected.account.role_name} in account {expected.account.account_id}"
    fix = "deploy it" if expected.deployment else "deploy it, with CDK or as devops-agent-accounts template writes it"
    # A slip in the name of either is likelier than a role that nobody made.
    if others:
        what += f", but {' and '.join(others)} {'trusts' if len(others) == 1 else 'trust'} AWS DevOps Agent"
        fix = "compare that one (--role-name), or deploy this one; the association must name the role that is there"
    elif candidates is None:
        what += "; whether another role trusts AWS DevOps Agent is not known, as that takes iam:ListRoles"
    return expected.difference("roleMissing", what, *([expected.deployment] if expected.deployment else []), fix=fix)


def association_differences(live: LiveRole | None, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare the ARN of the role, which must exist as the association names it: name, path and account."""
    # IAM finds a role by its name alone, so the one that was read may have another path than the association says.
    named, arn = expected.association_role_arn, expected.arn if live is None else live.arn
    if named == "":
        what = f"{expected.agent_space.arn} has no association for account {expected.account.account_id}"
        yield expected.difference("associationMissing", what)
    elif named not in {None, arn}:
        what = f"the association names {named}, but the role is {'to be ' if live is None else ''}{arn}"
        yield expected.difference("associationRoleMismatch", what)
    elif live is not None and arn != expected.arn:
        what = f"the role is {arn}, but the association is to name {expected.arn}"
        fix = f"give --path {live.path} here, or path: {live.path} in the accounts file; IAM cannot change a path"
        yield expected.difference("otherArn", what, fix=fix)


def setting_differences(live: LiveRole, expected: ExpectedRole) -> Iterator[Difference]:
    """Compare the session."""
    if live.max_session_seconds != (wanted := expected.max_session_seconds):
        what = f"the longest session is {live.max_session_seconds} seconds and not {wanted}"
        yield expected.difference(
            "otherMaxSession", what, commands.iam("update-role", live.arn, max_session_duration=str(wanted))
        )
