"""Refuses two rollouts of an app that cannot both be deployed: one StackSet's name, or one role in one account."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from aws_cdk import Stack
from constructs import Construct, IConstruct

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.organization.deployment import SelfManagedDeployment, ServiceManagedDeployment
from devops_agent_constructs.organization.rollout_settings import RolloutSettings

_Deployment = ServiceManagedDeployment | SelfManagedDeployment


# The app -> of each rollout its path; account, Region and name of its StackSet; name of its role; deployment.
_Rollout = tuple[str, tuple[str, str, str], str, _Deployment]
_rollouts: WeakKeyDictionary[IConstruct, list[_Rollout]] = WeakKeyDictionary()


def check(scope: Construct, construct_id: str, rollout: RolloutSettings, *, stack: Stack) -> None:
    """Check a rollout against the earlier ones of the app, and remember it."""
    # Stacks without an environment may be of different accounts; one stack is of one.
    account = stack.node.path if _validators.is_token(stack.account) else stack.account
    stack_set, role_name = (account, stack.region, rollout.stack_set_name), rollout.role.role_name
    earlier = _rollouts.setdefault(scope.node.root, [])
    for path, other_stack_set, other_name, deployment in earlier:
        if stack_set == other_stack_set:
            why, fix = (
                f"{path} has a StackSet of this name in the same account and Region",
                "give each a name of its own",
            )
            raise OnboardingInputError("stack_set_name", rollout.stack_set_name, why=why, fix=fix)
        if role_name.lower() == other_name and (shared := _both_reach(rollout.deployment, deployment)):
            why = f"{path} rolls out a role {role_name} there already, and an account has one role of a name"
            fix = "remove it from one of the two, or choose another role_name"
            raise OnboardingInputError("deployment", shared, why=why, fix=fix)
    earlier.append((f"{scope.node.path}/{construct_id}", stack_set, role_name.lower(), rollout.deployment))


def _both_reach(first: _Deployment, second: _Deployment) -> str | None:
    """Return an account or unit that both certainly reach.

    Which units are below which, and which accounts are in them, only the organization knows.
    """
    if accounts := sorted({*first.targeted_accounts} & {*second.targeted_accounts}):
        return accounts[0]
    if isinstance(first, SelfManagedDeployment) or isinstance(second, SelfManagedDeployment):
        return None
    if not first.only_accounts and not second.only_accounts:
        shared = [unit for unit in first.organizational_units if _covers(second, unit)]
        shared += [unit for unit in second.organizational_units if _covers(first, unit)]
        return shared[0] if shared else None
    for some, whole in ((first, second), (second, first)):
        inside = all(_covers(whole, unit) for unit in some.organizational_units)
        if inside and not whole.only_accounts and (left := set(some.only_accounts) - set(whole.exclude_accounts)):
            return min(left)
    return None


def _covers(deployment: ServiceManagedDeployment, unit: str) -> bool:
    """Tell whether a unit is among the deployment's, or below its root: `ou-a1b2-...` is below `r-a1b2`."""
    root = "r-" + unit.split("-")[1] if "-" in unit else unit
    return unit in deployment.organizational_units or root in deployment.organizational_units
