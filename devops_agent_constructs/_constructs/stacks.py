"""Holds what the stacks of this library share: how they are deployed, their tags, and the Agent Space they are for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial

from aws_cdk import (
    BootstraplessSynthesizer,
    CfnParameter,
    CfnRule,
    CfnRuleAssertion,
    DefaultStackSynthesizer,
    Fn,
    ICfnConditionExpression,
    IStackSynthesizer,
    LegacyStackSynthesizer,
    Stack,
    Tags,
)
from constructs import Construct

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError

PARAMETER = "AgentSpace"
"""The parameter that remembers the Agent Space: `cdk deploy --parameters <stack>:AgentSpace=<ARN>` moves a stack."""

# The CDK keeps what `App(default_stack_synthesizer=...)` was given under this key, behind a prefix of each process:
# PRIVATE_CONTEXT_DEFAULT_STACK_SYNTHESIZER in aws-cdk-lib/core/lib/private/private-context.ts, read 2026-11-26.
_DEFAULT_SYNTHESIZER = re.compile(r"aws-cdk-private:[^:]+:core/defaultStackSynthesizer")
_WITHOUT_BOOTSTRAP = (LegacyStackSynthesizer, BootstraplessSynthesizer)


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
    if _defaults_of_the_app(scope):
        return lambda: None
    # Not BootstraplessSynthesizer, which names the bootstrap's roles: https://github.com/aws/aws-cdk/issues/20648
    return LegacyStackSynthesizer


def takes_assets(scope: Construct, bootstrap_qualifier: str | None) -> bool:
    """Tell whether the stacks of `synthesizers_for` can have assets, as what `cdk bootstrap` makes is there."""
    if bootstrap_qualifier is not None:
        return True
    given = _defaults_of_the_app(scope)
    return bool(given) and not isinstance(given[-1], _WITHOUT_BOOTSTRAP)


def _defaults_of_the_app(scope: Construct) -> list[object]:
    return [value for key, value in scope.node.get_all_context().items() if _DEFAULT_SYNTHESIZER.fullmatch(key)]


def is_without_bootstrap(stack: Stack) -> bool:
    """Tell whether a stack is deployed without what `cdk bootstrap` makes, so that it can have no assets."""
    # Asking for a synthesizer that Python made prints a warning of jsii, so a stack of ours remembers it.
    return isinstance(getattr(stack, "given_synthesizer", None) or stack.synthesizer, _WITHOUT_BOOTSTRAP)


@contextmanager
def undone_on_error(stack: Stack, scope: Construct) -> Iterator[None]:
    """Take a stack out of its scope again if its content is refused."""
    try:
        yield
    except OnboardingInputError:
        scope.node.try_remove_child(stack.node.id)
        raise


def add_tags(stack: Stack, tags: Mapping[str, str]) -> None:
    """Tag the stack and each of its resources that takes tags, a StackSet among them; they win over the app's.

    CloudFormation hands the tags of a StackSet on to the stacks in the accounts, and to what is in them:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html (read 2026-11-26).
    """
    for key, value in sorted(tags.items()):
        # The flag @aws-cdk/core:explicitStackTags, which `cdk init` sets, has `Tags.of` leave out the stack itself:
        # https://unpkg.com/aws-cdk-lib@2.247.0/cx-api/FEATURE_FLAGS.md (read 2026-11-26).
        stack.tags.set_tag(key, value)
        Tags.of(stack).add(key, value)


def keep_agent_space(stack: Stack, agent_space: AgentSpaceArn, *, stack_name: str | None = None) -> None:
    """Let CloudFormation refuse the template where the stack connects another Agent Space already.

    Two accounts files make stacks of the same names. An update leaves the parameter at the value that the deployed
    stack has, as the CDK CLI sends `UsePreviousValue`, while the template's own ARN is in the rule. CloudFormation
    validates rules when a stack is created and updated; that it does so with previous values, too, follows from what
    AWS says of both, but is nowhere spelled out. To ask for the stack's name is a call into Node.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    and https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
    """
    CfnParameter(stack, PARAMETER, default=agent_space.arn, description="The Agent Space that this stack connects")
    refusal = (
        f"This template connects {agent_space.arn}, but the stack's parameter {PARAMETER} says that it connects "
        "another Agent Space, which would lose what is here. Give each accounts file a stack_prefix of its own, and an "
        "account of both another role name in one of them. To "
        f"move this stack on purpose, add --parameters {stack_name or stack.stack_name}:{PARAMETER}={agent_space.arn}"
    )
    CfnRule(
        stack,
        "OneAgentSpace",
        assertions=[CfnRuleAssertion(assert_=_is_same(agent_space.arn), assert_description=refusal)],
    )


@cache
def _is_same(arn: str) -> ICfnConditionExpression:
    """Return the condition that the parameter is this ARN.

    It belongs to no scope, so that all stacks of an Agent Space share it: two calls into Node instead of two per stack.
    """
    return Fn.condition_equals(Fn.ref(PARAMETER), arn)
