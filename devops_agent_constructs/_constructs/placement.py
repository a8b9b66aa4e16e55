"""Checks where a construct is defined, and whether that goes together with the Agent Space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from weakref import ReferenceType, WeakKeyDictionary, ref

from aws_cdk import Duration, Reference, Stack, Tokenization
from constructs import Construct, IConstruct

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, known_only_by_deployment
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks

_PLACE = "define it inside a stack: Stack(app, 'Name', env=Environment(account=..., region=...))"


@dataclass(frozen=True, kw_only=True, slots=True)
class StackEnvironment:
    """What a stack says of itself; to ask for any of it is a call into Node. What only deployment knows is a token."""

    stack: Stack
    root: IConstruct
    account_id: str
    region: str
    partition: str

    @classmethod
    def of(cls, stack: Stack) -> StackEnvironment:
        """Ask a stack."""
        return cls(
            stack=stack,
            root=stack.node.root,
            account_id=stack.account,
            region=stack.region,
            partition=stack.partition,
        )

    @classmethod
    def of_new(cls, stack: Stack, scope: Construct, *, account_id: str, region: str) -> StackEnvironment:
        """Return that of a stack just defined with these; what all stacks of the scope share is asked for once."""
        shared = _shared.setdefault(scope, {})
        root, partition = shared.get(region, (None, ""))
        known_root = None if root is None else root()
        if known_root is None:
            known_root, partition = stack.node.root, stack.partition
            shared[region] = ref(known_root), partition
        return cls(stack=stack, root=known_root, account_id=account_id, region=region, partition=partition)


# Scope -> Region -> app and partition, which a setting of the scope's context writes out or leaves a token: the CDK
# refuses to change the context of a scope that has children. Weak, as a scope has a way up to its app.
_shared: WeakKeyDictionary[Construct, dict[str, tuple[ReferenceType[IConstruct], str]]] = WeakKeyDictionary()


def stack_of(scope: Construct, construct_id: str) -> Stack:
    """Return the stack that a construct is to be defined in; it must be in one."""
    _validators.construct_id(construct_id)
    if isinstance(scope, Stack):
        return scope
    try:
        return Stack.of(scope)
    except RuntimeError as error:
        raise OnboardingInputError("scope", scope.node.path, why="it is not in a stack", fix=_PLACE) from error


def partition_of(stack: Stack, *spaces: AgentSpaceArn, region: str | None = None) -> str | None:
    """Return the partition of a stack and of the Agent Spaces that its role trusts; None if only deployment knows it.

    Raises:
        OnboardingInputError: They are of different ones, or an ARN is that of a stack of another account.
    """
    partition = partition_checks.first((region or stack.region, *(space.arn for space in spaces)))
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


def check_place(stack: Stack, space: AgentSpaceArn, *, what: str, each: str) -> None:
    """Check that a stack is of one Agent Space's account and Region.

    A message says `what` is made there and what `each` space has, such as `associations are made` and `an account is
    connected to one Agent Space`.

    Raises:
        OnboardingInputError: The stack is of another account or Region, or `space` stands for all of an account.
    """
    if space.is_any_in_account:
        why = f"{each}, and this stands for all of an account"
        raise OnboardingInputError("agent_space", space.arn, why=why, fix="give the ARN of one Agent Space")
    for name, actual, expected in (
        ("account", stack.account, space.account_id),
        ("Region", stack.region, space.region),
    ):
        if not _validators.is_token(actual) and not _validators.is_token(expected) and actual != expected:
            why = f"{what} in the Agent Space's {name}, {expected}; the stack's is {actual}"
            fix = f"use a stack of account {space.account_id} and Region {space.region}"
            raise OnboardingInputError("agent_space", space.arn, why=why, fix=fix)


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
