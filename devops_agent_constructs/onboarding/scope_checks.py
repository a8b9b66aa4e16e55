"""Checks that the stacks of an onboarding can be defined in a scope, before the first one is."""

from __future__ import annotations

from aws_cdk import Stage
from constructs import Construct

from devops_agent_constructs._constructs.stacks import takes_assets
from devops_agent_constructs.errors import NOT_SHOWN, OnboardingInputError
from devops_agent_constructs.onboarding.stack_names import stage_name_of
from devops_agent_constructs.onboarding.value import Onboarding


def check_scope(scope: Construct, onboarding: Onboarding) -> None:
    """Check stage, names and bootstrap; raises as `connect_accounts` does."""
    _check_stage(scope, onboarding)
    _check_free(scope, onboarding)
    check_bootstrap_of(scope, onboarding)


def _check_stage(scope: Construct, onboarding: Onboarding) -> None:
    """Check that a new Agent Space is connected where its ARN was looked up."""
    if onboarding.new_agent_space is None or onboarding.stage_name is None:
        return
    if Stage.is_stage(scope) and stage_name_of(scope) == onboarding.stage_name:
        return
    read_for = f"stage {onboarding.stage_name}" if onboarding.stage_name else "the app"
    why = f"the file was read for {read_for}, where the ARN of its new Agent Space is looked up"
    fix = "read it for the app or the stage that it is connected in, like config.from_context(stage)"
    raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


def _check_free(scope: Construct, onboarding: Onboarding) -> None:
    """Check that nothing in the scope has the id of a stack that is to be defined."""
    names = onboarding.stack_names
    stack_ids = [names.secondary(account.account_id) for account in onboarding.accounts]
    stack_ids += [names.agent_space, names.primary] if onboarding.primary else []
    stack_ids += [names.organization] if onboarding.organization else []
    stack_ids += [names.sync] if onboarding.sync else []
    defined = {child.node.id for child in scope.node.children}
    if taken := [stack_id for stack_id in stack_ids if stack_id in defined]:
        why = f"{taken[0]} is defined here already, by another call or by your own code"
        fix = "call it once with all accounts of the Agent Space; for another Agent Space, pass a stack_prefix"
        raise OnboardingInputError("scope", scope.node.path, why=why, fix=fix)


def check_bootstrap_of(scope: Construct, onboarding: Onboarding) -> None:
    """Check that the code of sync and validation can be uploaded: that the stacks are deployed through a bootstrap."""
    named = [name for name in ("sync", "validate") if getattr(onboarding, name) is not None]
    if not named or takes_assets(scope, onboarding.bootstrap_qualifier):
        return
    space = onboarding.agent_space or onboarding.new_agent_space
    where = "" if space is None else f" aws://{space.account_id}/{space.region}"
    why = "its Lambda function's code has to be in the bucket that `cdk bootstrap` makes in the primary account"
    fix = (
        f"run `cdk bootstrap{where}` with credentials of that account, and likewise in the other accounts whose stacks "
        "this defines, as all are deployed through it then; and set bootstrap_qualifier, hnb659fds unless you chose one"
    )
    raise OnboardingInputError(named[0], NOT_SHOWN, why=why, fix=fix)
