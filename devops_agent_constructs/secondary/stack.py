"""Defines the stack of a secondary account, with its outputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from aws_cdk import (
    BootstraplessSynthesizer,
    CfnOutput,
    DefaultStackSynthesizer,
    Environment,
    IStackSynthesizer,
    LegacyStackSynthesizer,
    Stack,
)
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import stack_tags
from devops_agent_constructs._constructs.placement import StackEnvironment
from devops_agent_constructs.agent_space_arn import AgentSpaceReference, all_of, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.secondary.account import SecondaryAccount
from devops_agent_constructs.secondary.role import RoleFromSettings, SecondaryAccountRole

# The CDK keeps what `App(default_stack_synthesizer=...)` was given under this key, behind a prefix of each process:
# PRIVATE_CONTEXT_DEFAULT_STACK_SYNTHESIZER in aws-cdk-lib/core/lib/private/private-context.ts, read 2026-11-26.
_DEFAULT_SYNTHESIZER = re.compile(r"aws-cdk-private:[^:]+:core/defaultStackSynthesizer")


def synthesizers_for(
    scope: Construct, bootstrap_qualifier: str | None = None
) -> Callable[[], IStackSynthesizer | None]:
    """Return what makes the synthesizer of a stack for which nobody chose one, anew for each stack.

    With a qualifier: one that deploys through the roles of `cdk bootstrap`. Else what `App(default_stack_synthesizer=)`
    says, where it was given: None, with which a `Stack` takes it. Else one that deploys with the caller's own
    credentials into an account without bootstrap: `LegacyStackSynthesizer` names no role at all in the cloud assembly.

    Asking costs a millisecond or two, so whoever defines many stacks asks once.
    """
    if bootstrap_qualifier is not None:
        return partial(DefaultStackSynthesizer, qualifier=bootstrap_qualifier)
    if any(_DEFAULT_SYNTHESIZER.fullmatch(key) for key in scope.node.get_all_context()):
        return _default_of_the_app
    # Not BootstraplessSynthesizer, which names the bootstrap's roles: https://github.com/aws/aws-cdk/issues/20648
    return LegacyStackSynthesizer


def takes_assets(scope: Construct, bootstrap_qualifier: str | None) -> bool:
    """Tell whether the stacks of `synthesizers_for` can have assets, as what `cdk bootstrap` makes is there."""
    if bootstrap_qualifier is not None:
        return True
    given = [value for key, value in scope.node.get_all_context().items() if _DEFAULT_SYNTHESIZER.fullmatch(key)]
    return bool(given) and not isinstance(given[-1], (LegacyStackSynthesizer, BootstraplessSynthesizer))


def _default_of_the_app() -> None:
    """Leave the choice to the CDK."""


@contextmanager
def undone_on_error(stack: Stack, scope: Construct) -> Iterator[None]:
    """Take a stack out of its scope again if its content is refused."""
    try:
        yield
    except OnboardingInputError:
        scope.node.try_remove_child(stack.node.id)
        raise


_REGION = "give a Region of its own: SecondaryAccount(region=...)"


class SecondaryAccountStack(Stack):
    """The stack of one secondary account: its role, and the outputs `RoleArn` and `RoleName`."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        account: SecondaryAccount,
        agent_space: AgentSpaceReference | Sequence[AgentSpaceReference],
        generation: Generation | str = Generation.GA,
        agent_role_arn: str | Sequence[str] | None = None,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentSecondary-<account id>` in the ready-made app.
            account: The account, its stack's Region and its role.
            agent_space: As for `SecondaryAccountRole`. The first one's Region is the default for the stack.
            generation: As for `SecondaryAccountRole`.
            agent_role_arn: As for `SecondaryAccountRole`.
            synthesizer: None: that of `App(default_stack_synthesizer=...)`. If the app has none, the account needs no
                `cdk bootstrap`, and whoever deploys acts with their own credentials (`LegacyStackSynthesizer`).

        Raises:
            OnboardingInputError: As `SecondaryAccountRole` does, or the account is that of an Agent Space.
        """
        _validators.construct_id(construct_id)
        spaces = all_of(agent_space)
        if account.account_id in [space.account_id for space in spaces]:
            why = "this is the primary account, where the Agent Space lives; it has the agent role for itself"
            fix = "give this stack to another account, or remove it"
            raise OnboardingInputError("account.account_id", account.account_id, why=why, fix=fix)
        region = account.region or known(spaces[0], why="the stack is in its Region", fix=_REGION).region
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=account.account_id, region=region),
            synthesizer=synthesizer or synthesizers_for(scope)(),
            description="The role through which AWS DevOps Agent investigates this account",
        )
        with undone_on_error(self, scope):
            self.secondary_role: SecondaryAccountRole = RoleFromSettings(
                self,
                "Role",
                account.role_settings,
                environment=StackEnvironment.of_new(self, scope, account_id=account.account_id, region=region),
                agent_spaces=spaces,
                generation=Generation(generation),
                agent_role_arn=agent_role_arn,
            )
        stack_tags.add(self, account.tags)
        CfnOutput(self, "RoleArn", value=self.secondary_role.role_arn, description="For the association")
        CfnOutput(self, "RoleName", value=self.secondary_role.role_name)
