"""Where a construct is defined, and whether that goes together with the Agent Space."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, Reference, Stack, Tokenization
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, known_only_by_deployment
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks

_PLACE = "define it inside a stack: Stack(app, 'Name', env=Environment(account=..., region=...))"


def stack_of(scope: Construct, construct_id: str) -> Stack:
    """Return the stack that a construct is to be defined in.

    Raises:
        OnboardingInputError: The scope is in none, or the id is none.
    """
    _validators.construct_id(construct_id)
    try:
        return Stack.of(scope)
    except RuntimeError as error:
        raise OnboardingInputError("scope", scope.node.path, why="it is not in a stack", fix=_PLACE) from error


def partition_of(stack: Stack, *spaces: AgentSpaceArn) -> str | None:
    """Return the partition of a stack and of the Agent Spaces that its role trusts; None if only deployment knows it.

    Raises:
        OnboardingInputError: They are of different ones, or an ARN is that of a stack of another account.
    """
    partition = partition_checks.first((stack.region, *(space.arn for space in spaces)))
    for space in spaces:
        partition_checks.check(space.arn, partition, field="agent_space")
        _check_known_in(stack, space)
    return partition


def _check_known_in(stack: Stack, space: AgentSpaceArn) -> None:
    if not _validators.is_token(space.arn):
        return
    # A token that is not a stack's own account id (`Aws.ACCOUNT_ID`) is a parameter, and its ARN is one too.
    is_parameter = _validators.is_token(space.account_id) and "${Token[AWS." not in space.account_id
    owners = set() if space.is_deploy_time_value or is_parameter else {space.account_id}
    for token in Tokenization.reverse_string(space.arn).tokens:
        if Reference.is_reference(token):
            owners.add(Stack.of(cast("Reference", token).target).account)
    if owners - {stack.account}:
        raise known_only_by_deployment(space.arn, field="agent_space")


def session_seconds(duration: Duration | None) -> int | None:
    """Return the length of a role's sessions, given as `max_session`, in seconds, which CloudFormation takes.

    Raises:
        OnboardingInputError: It has a fraction of a second, or IAM does not admit it.
    """
    if duration is None:
        return None
    seconds = duration.to_seconds(integral=False)
    if seconds != int(seconds):
        why = "IAM takes whole seconds"
        raise OnboardingInputError("max_session", seconds, why=why, fix="write it like Duration.hours(2)")
    _validators.session_seconds(seconds, field="max_session")
    return int(seconds)
