"""Computes who may assume the roles of this library; it alone chooses the operators of trust policies' conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from devops_agent_constructs import _validators, service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies import partition_checks
from devops_agent_constructs.policies.document import TrustPolicy, TrustPolicyStatement
from devops_agent_constructs.policies.size import check_trust_policy
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION


def trust_policy(
    agent_spaces: Iterable[AgentSpaceArn],
    *,
    generation: Generation = Generation.GA,
    agent_role_arn: str | Sequence[str] | None = None,
) -> TrustPolicy:
    """Compute the trust policy of a secondary role.

    Args:
        agent_spaces: The Agent Spaces to admit, at least one; the order does not matter.
        generation: Which set-up to follow.
        agent_role_arn: The agent role, or one of each primary account, for PREVIEW and TRANSITION. GA does not use it.

    Returns:
        One statement per primary account and set-up. Several Agent Spaces of a primary account share its statement.

    Raises:
        OnboardingInputError: No Agent Space; an agent role is missing, malformed, or of no given primary account; or
            the policy is too long for IAM's default quota.

    The conditions are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html as AWS's own guide
    writes them:
    https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
    """
    spaces = sorted({space.arn: space for space in agent_spaces}.values(), key=_order)
    if not spaces:
        raise OnboardingInputError(
            "agent_space", [], why="nobody could assume the role", fix="give at least one AgentSpaceArn"
        )
    role_arns = agent_role_of_each_account(spaces, generation=generation, agent_role_arn=agent_role_arn)
    statements: list[TrustPolicyStatement] = []
    for (account_id, _), group in groupby(spaces, key=attrgetter("account_id", "is_deploy_time_value")):
        of_account = list(group)
        arns = [space.arn for space in of_account]
        if generation is not Generation.PREVIEW:
            statements.append(_service_may_assume(of_account))
        if generation is not Generation.GA:
            # The external id is a plain string to IAM: a pattern under StringEquals would admit nobody.
            operator = "StringLike" if any(space.is_any_in_account for space in of_account) else "StringEquals"
            statements.append(_agent_role_may_assume(role_arns[account_id], arns, operator=operator))
    policy: TrustPolicy = {"Version": VERSION, "Statement": statements}
    check_trust_policy(policy)
    return policy


def operator_trust_policy(agent_space: AgentSpaceArn, *, identity_center: bool = False) -> TrustPolicy:
    """Compute the trust policy of an operator app's role.

    The session is tagged with the Agent Space's id: AWS's managed policy confines it to the space of that tag.

    Args:
        agent_space: The Agent Space, or any of the account: a space that names the role cannot be named by it.
        identity_center: People sign in with IAM Identity Center, whose context the service hands on to the session.

    The statements are those of AWS's guide, the operators included, as the service reads this policy when it creates
    the space:
    https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
    """
    statements = [_service_may_assume([agent_space], "sts:TagSession")]
    if identity_center:
        statements.append(_service_may_set_context(agent_space))
    return {"Version": VERSION, "Statement": statements}


def elevated_trust_policy(agent_space: AgentSpaceArn) -> TrustPolicy:
    """Compute the trust policy of a role for AWS's directed actions.

    Each session carries who approved it (`sts:SetSourceIdentity`, `sts:TagSession`). There is no condition on
    `sts:ExternalId`: it is another one for each approval, so a fixed one would admit nobody (seen in CloudTrail,
    2026-08; AWS does not document it).

    Args:
        agent_space: Exactly one: whoever may create another in its account must not act in this one.

    Raises:
        OnboardingInputError: It stands for every Agent Space of an account.

    The statement is that of
    https://docs.aws.amazon.com/devopsagent/latest/userguide/working-with-devops-agent-working-with-directed-actions.html
    with the account that owns the Agent Space in `aws:SourceAccount`, as its section on troubleshooting says.
    """
    if agent_space.is_any_in_account:
        why = "whoever may create an Agent Space in that account could act in this one"
        fix = "deploy the Agent Space first and give its ARN"
        raise OnboardingInputError("agent_space", agent_space.arn, why=why, fix=fix)
    statement = _service_may_assume([agent_space], "sts:SetSourceIdentity", "sts:TagSession")
    return {"Version": VERSION, "Statement": [statement]}


def agent_role_of_each_account(
    agent_spaces: Iterable[AgentSpaceArn], *, generation: Generation, agent_role_arn: str | Sequence[str] | None
) -> dict[str, str]:
    """Check agent roles, one or several or none, against Agent Spaces; return primary account id -> agent role ARN."""
    partitions = {space.account_id: space.partition for space in agent_spaces}
    role_arns: dict[str, str] = {}
    for arn in [agent_role_arn] if isinstance(agent_role_arn, str) else agent_role_arn or ():
        if _validators.is_token(arn) and len(partitions) == 1:
            # Only deployment knows it: a parameter, or a role of the same stack.
            return dict.fromkeys(partitions, arn)
        account_id = _validators.role_arn(arn, field="agent_role_arn").account_id
        if len(partitions) == 1 and _validators.is_token(next(iter(partitions))):
            # Only deployment knows the account of the Agent Space.
            return dict.fromkeys(partitions, arn)
        if account_id in partitions:
            partition_checks.check(arn, partitions[account_id], field="agent_role_arn")
        else:
            why = f"the agent role lives beside its Agent Space, in account {' or '.join(sorted(partitions))}"
            fix = "copy the ARN of the agent role from the Agent Space's page"
            raise OnboardingInputError("agent_role_arn", arn, why=why, fix=fix)
        if role_arns.setdefault(account_id, arn) != arn:
            why = f"account {account_id} has the agent role {role_arns[account_id]!r} already"
            raise OnboardingInputError("agent_role_arn", arn, why=why, fix="give one agent role per primary account")
    if generation.needs_agent_role and (missing := sorted(partitions.keys() - role_arns.keys())):
        why = f"the generation {generation.value!r} trusts the agent role of account {missing[0]}, which is not given"
        fix = f"add it, e.g. 'arn:aws:iam::{missing[0]}:role/DevOpsAgentRole-AgentSpace'"
        raise OnboardingInputError("agent_role_arn", None, why=why, fix=fix)
    return role_arns


def _order(space: AgentSpaceArn) -> tuple[str, bool, str]:
    # CDK numbers its tokens as they are made; as text, the tenth would stand before the ninth. They keep their order.
    arn = "" if space.is_deploy_time_value else space.arn
    return "~" if _validators.is_token(space.account_id) else space.account_id, space.is_deploy_time_value, arn


def _service_may_assume(agent_spaces: Sequence[AgentSpaceArn], *also: str) -> TrustPolicyStatement:
    arns = _one_or_list([space.arn for space in agent_spaces])
    conditions: dict[str, dict[str, str | list[str]]] = {
        "StringEquals": {"aws:SourceAccount": agent_spaces[0].account_id}
    }
    if agent_spaces[0].is_deploy_time_value:
        # Whoever deploys gives the ARN: compared as text, a wildcard in it admits nobody.
        conditions["StringEquals"]["aws:SourceArn"] = arns
    else:
        # Equal to ArnEquals in effect; a pattern occurs only after AgentSpaceArn.any_in_account.
        conditions["ArnLike"] = {"aws:SourceArn": arns}
    return {
        "Effect": "Allow",
        "Principal": {"Service": service.SERVICE_PRINCIPAL},
        "Action": _one_or_list(["sts:AssumeRole", *also]),
        "Condition": conditions,
    }


def _service_may_set_context(agent_space: AgentSpaceArn) -> TrustPolicyStatement:
    provider = f"arn:{agent_space.partition}:iam::aws:contextProvider/IdentityCenter"
    return {
        "Sid": "TrustedIdentityPropagation",
        "Effect": "Allow",
        "Principal": {"Service": service.SERVICE_PRINCIPAL},
        "Action": "sts:SetContext",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": agent_space.account_id},
            "ArnEquals": {"aws:SourceArn": agent_space.arn},
            # ForAllValues is true of a request without the key; Null refuses it.
            "ForAllValues:ArnEquals": {"sts:RequestContextProviders": [provider]},
            "Null": {"sts:RequestContextProviders": "false"},
        },
    }


def _agent_role_may_assume(agent_role_arn: str, agent_space_arns: list[str], *, operator: str) -> TrustPolicyStatement:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": agent_role_arn},
        "Action": "sts:AssumeRole",
        "Condition": {operator: {"sts:ExternalId": _one_or_list(agent_space_arns)}},
    }


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
