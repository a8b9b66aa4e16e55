"""What StackSets do by themselves when an account joins, moves or leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.stack_sets.stack_set import OperationFailed, StackSet


def noticing_changes(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Make an operation of Organizations tell the StackSets which account joined, moved or left."""

    def notice(organization: OrganizationsBackend, **arguments: Any) -> Any:
        answer = operation(organization, **arguments)
        account_id = arguments.get("AccountId") or answer["CreateAccountStatus"]["AccountId"]
        failed: set[str] = set()
        for stack_set in _in_order(_of(organization)):
            # What the operation of one StackSet waits for is that those before it complete successfully.
            if not failed & set(_dependencies(stack_set)) and not _follow(stack_set, account_id):
                failed.add(stack_set.arn)
        return answer

    return notice


def _of(organization: OrganizationsBackend) -> list[StackSet]:
    regions = cloudformation_backends[organization.account_id].values()
    found = [stack_set for region in regions for stack_set in region.stacksets.values()]
    return [one for one in found if isinstance(one, StackSet) and one.organization is organization and _is_on(one)]


def _is_on(stack_set: StackSet) -> bool:
    return stack_set.status == "ACTIVE" and bool((stack_set.auto_deployment or {}).get("Enabled"))


def _dependencies(stack_set: StackSet) -> list[str]:
    found: list[str] = (stack_set.auto_deployment or {}).get("DependsOn", [])
    return found


def _in_order(stack_sets: Iterable[StackSet]) -> list[StackSet]:
    """Each after those that it depends on."""
    by_arn = {one.arn: one for one in stack_sets}
    ordered: dict[str, None] = {}

    def add(arn: str, waiting: tuple[str, ...]) -> None:
        if arn in by_arn and arn not in ordered and arn not in waiting:
            for other in _dependencies(by_arn[arn]):
                add(other, (*waiting, arn))
            ordered[arn] = None

    for arn in by_arn:
        add(arn, ())
    return [by_arn[arn] for arn in ordered]


def _follow(stack_set: StackSet, account_id: str) -> bool:
    """Create or delete the instances of an account; return whether that succeeded.

    AWS does not say what becomes of an account that moves from one targeted unit to another: it keeps its stack here.
    """
    reached = stack_set.targets(has_filters=False)
    wanted = {key: target for key, target in reached.items() if target.account_id == account_id}
    there = {one.region_name: one for one in stack_set.own_instances() if one.account_id == account_id}
    for region, instance in there.items():
        if (account_id, region) in wanted:
            instance.unit_id = wanted[account_id, region].unit_id
    retain = bool((stack_set.auto_deployment or {}).get("RetainStacksOnAccountRemoval"))
    with suppress(OperationFailed):  # whoever moves the account is not told
        if gone := [one for region, one in there.items() if (account_id, region) not in wanted]:
            stack_set.take_away(gone, retain=retain)
        if new := [target for (_, region), target in wanted.items() if region not in there]:
            stack_set.add(new)
        return True
    return False
