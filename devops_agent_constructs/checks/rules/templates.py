"""Judges what templates hold beside roles: associations, by account and role, and parts that cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from devops_agent_constructs._role_arn import PrincipalArn, parse_role_arn
from devops_agent_constructs._source_arn import has_wildcard
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.role import AssociatedAccount, Purpose, Role
from devops_agent_constructs.checks.rule import ASSOCIATION, CLOUDFORMATION, Resources, Rule
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, shown

_TYPES = {"Aws": "monitor", "SourceAws": "source"}
_PURPOSES = {"AssumableRoleArn": Purpose.READ, "AgentElevatedRoleArn": Purpose.ELEVATED}


@Rule(
    id="crossAccountMonitor",
    what="an association `Aws` (`monitor`) with another account, or with its role",
    reason="AWS answers 'Cross-account pass role is not allowed'",
    source=ASSOCIATION,
    fix="write SourceAws with AccountType 'source'",
).of_associations
def cross_account_monitor(association: AssociatedAccount) -> Iterator[Problem]:
    """Find another account that is associated as if it were the Agent Space's own."""
    own, accounts = association.stack_account_id, {"AccountId": association.account_id}
    for name, text in association.role_arns.items():
        if (arn := parse_role_arn(text)) is not None:
            accounts[name] = arn.account_id
    for name, account_id in accounts.items() if association.kind == "Aws" and not is_unknown(own) else ():
        if account_id != own and not is_unknown(account_id):
            message = f"{name} is of account {account_id}; Aws connects the Agent Space's own account, {own}"
            yield Problem(association.place.at(name), message)


@Rule(
    id="accountType",
    what="`SourceAws` with another AccountType than `source`, `Aws` with another than `monitor`",
    reason="AWS's schema has no other",
    source=ASSOCIATION,
    fix="SourceAws and 'source' for another account, Aws and 'monitor' for the Agent Space's own",
).of_associations
def account_type(association: AssociatedAccount) -> Iterator[Problem]:
    """Find associations that say one thing by their kind, and another by their account type."""
    kind, written = association.kind, association.account_type
    if written != _TYPES[kind] and not is_unknown(written):
        message = f"{kind} has AccountType {written!r}; its only one is {_TYPES[kind]!r}"
        yield Problem(association.place.at("AccountType"), message)


@Rule(
    id="ownAccountAsSource",
    what="an association `SourceAws` with the Agent Space's own account",
    reason="AWS's type for it is `Aws`",
    source=ASSOCIATION,
    fix="write Aws with AccountType 'monitor'",
).of_associations
def own_account_as_source(association: AssociatedAccount) -> Iterator[Problem]:
    """Find the Agent Space's own account, associated as if it were another one."""
    account_id = association.account_id
    if association.kind == "SourceAws" and account_id and account_id == association.stack_account_id:
        yield Problem(association.place.at("AccountId"), f"account {shown(account_id)} is the Agent Space's own")


@Rule(
    id="associationRoleMismatch",
    what="an association names no role, or one of another account, name or path than the role that the app has there",
    reason="the association is stored and turns invalid when AWS validates it",
    source=ASSOCIATION,
    fix="write the ARN of the role in the associated account, with its path",
).of_resources
def association_role_mismatch(resources: Resources) -> Iterator[Problem]:
    """Find associations that name a role that is not there."""
    roles = defaultdict[str, list[Role]](list)
    for role in resources.roles:
        roles[role.account_id].append(role)
    used = {arn for association in resources.associations for arn in association.role_arns.values()}
    for association in resources.associations:
        for name, text in association.role_arns.items():
            if not text or is_unknown(text):
                continue
            arn, own = parse_role_arn(text), association.account_id
            if arn is None or has_wildcard(text):
                message = "is not the ARN of one role"
            elif own != arn.account_id and not is_unknown(own):
                message = f"is of account {arn.account_id}; the association is of account {own!r}"
            else:
                message = _missing(arn, roles[arn.account_id], _PURPOSES[name], used)
            if message:
                yield Problem(association.place.at(name), f"{text} {message}")


def _missing(arn: PrincipalArn, there: Sequence[Role], purpose: Purpose, used: set[str]) -> str:
    """Say what the app has instead of the role; nothing if the role may come from elsewhere."""
    if any((role.path, role.name) == (arn.path, arn.name) for role in there):
        return ""
    # IAM compares names without their path and without case, so this name is taken.
    for role in there:
        if role.name.lower() == arn.name.lower():
            return f"does not exist: the role of this name in account {arn.account_id} is {_shown(role)}"
    same = [role for role in there if role.purpose is purpose]
    # A role that another association names is not the one that was meant here.
    prefix = f"arn:{arn.partition}:iam::{arn.account_id}:role"
    is_free = any(f"{prefix}{_shown(role)}" not in used for role in same)
    if not is_free or any(is_unknown(_shown(role)) for role in same):
        return ""
    return f"is not in this app, which has {' and '.join(map(_shown, same))} in account {arn.account_id}"


def _shown(role: Role) -> str:
    return f"{role.path}{role.name}"


@Rule(
    id="unreadable",
    severity=Severity.WARNING,
    what="a part that cannot be read, such as `Fn::ForEach`, or a value of a type that CloudFormation does not take",
    reason="nothing is said of what it would make; all else is checked",
    source=CLOUDFORMATION + "intrinsic-function-reference.html",
    fix="correct it if it is a slip; check what the template becomes, where CloudFormation is to expand it",
).of_resources
def unreadable(resources: Resources) -> Iterator[Problem]:
    """Find what cannot be read."""
    refused = [why for role in resources.roles for policy in role.policies for why in policy.refused]
    for place, why in (*resources.unreadable, *refused):
        yield Problem(place, f"not checked: {why}")
