"""`wrongSourceAccount`: the account in the condition is not the Agent Space's."""

from __future__ import annotations

from collections.abc import Iterator

from devops_agent_constructs import _validators
from devops_agent_constructs.checks.finding import Problem, Severity
from devops_agent_constructs.checks.resources import Resources
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.source import Source, has_wildcard, parse_source
from devops_agent_constructs.checks.trust import SOURCE_ACCOUNT, SOURCE_ARN, TrustStatement
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def _check(resources: Resources) -> Iterator[Problem]:
    for role, verdict in resources.judged:
        is_harmless = verdict.meant and verdict.admits_the_meant
        for statement in role.trust.allowed:
            if statement.is_for_service and (owners := _owners(role, statement)):
                milder = is_harmless and verdict.severity(statement.place) is not Severity.ERROR
                for account_id in statement.required_values(SOURCE_ACCOUNT):
                    if _is_another(account_id, owners, role):
                        yield Problem(
                            place=statement.place.at("Condition"),
                            message=_message(account_id, owners, role),
                            severity=Severity.WARNING if milder else Severity.ERROR,
                        )


def _is_another(account_id: str, owners: set[str], role: Role) -> bool:
    # In a StackSet, the account of each stack is another one than the Agent Space's.
    is_each_own = role.is_in_many_accounts and account_id == role.account_id
    return account_id not in owners and not has_wildcard(account_id) and (is_each_own or not is_unknown(account_id))


def _owners(role: Role, statement: TrustStatement) -> set[str]:
    """Return the accounts of the Agent Spaces, and of those that the statement names; none if one is not known."""
    arns = statement.required_values(SOURCE_ARN)
    named = [source for arn in arns if (source := parse_source(arn)) is not None]
    owners = {source.account_id for source in [*named, *map(Source.of, role.agent_spaces)]}
    return owners if all(map(_validators.is_account_id, owners)) and not any(map(_hides_account, arns)) else set()


def _hides_account(arn: str) -> bool:
    return is_unknown(arn) and parse_source(arn) is None


def _message(account_id: str, owners: set[str], role: Role) -> str:
    named = " or ".join(sorted({space.account_id for space in role.agent_spaces} or owners))
    if account_id == role.account_id:
        own = "that of each stack" if role.is_in_many_accounts else account_id
        return f"aws:SourceAccount is the role's own account, {own}; the Agent Space is of account {named}"
    return f"aws:SourceAccount is {account_id!r}; the Agent Space is of account {named}"


RULE = Rule(
    id="wrongSourceAccount",
    severity=Severity.ERROR,
    milder="it stands beside the right one, and lets nobody in",
    what="`aws:SourceAccount` is another account than the Agent Space's, often the role's own",
    why=(
        "it is the account that owns the Agent Space, so nobody gets in; AWS's migration guide, read literally, leads "
        "to the role's own: "
        "https://docs.aws.amazon.com/devopsagent/latest/userguide/"
        "getting-started-with-aws-devops-agent-cli-onboarding-guide.html"
    ),
    fix="write the account of the Agent Space, which is the fifth field of its ARN",
    check=_check,
)
