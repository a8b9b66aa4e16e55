"""One StackSet and the operations on its instances; moto's own deploys to whom AWS does not, and rolls nothing back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudformation import models
from moto.iam.models import iam_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.resource_type import Place, Properties
from tests.emulator.stack_sets import events, membership
from tests.emulator.stack_sets.instance import RESULTS, Instance
from tests.emulator.stack_sets.refusal import HandlerRefused
from tests.emulator.stack_sets.targets import Target, as_mapping, targets_of, units_of


class OperationFailed(HandlerRefused):
    """More accounts failed than the operation tolerates."""


class StackSet(models.StackSet):
    """A StackSet; moto's API reads what its base class has."""

    def __init__(self, properties: Properties, place: Place, organization: OrganizationsBackend | None) -> None:
        """Make it without any instance.

        Args:
            properties: Those of the template.
            place: Where the stack is that has it.
            organization: Whom it deploys to; None with self-managed permissions.
        """
        self.administrator_id, self.organization = place.account_id, organization
        # AWS keeps the StackSets of a delegated administrator in the management account.
        self.owner_id = organization.account_id if organization else place.account_id
        super().__init__(
            stackset_id=f"{properties['StackSetName']}:{uuid.uuid4()}",
            account_id=self.owner_id,
            name=properties["StackSetName"],
            template="",
            region=place.region,
            description=None,
            parameters={},
            permission_model=properties["PermissionModel"],
            tags={},
            admin_role=None,
            execution_role=None,
        )
        self.take_over(properties)

    def take_over(self, properties: Properties) -> None:
        """Have the properties of a template from now on; the instances stay as they are."""
        self.properties = properties
        self.template, self.description = properties["TemplateBody"], properties.get("Description")
        self.parameters = as_mapping(properties.get("Parameters", []))
        self.tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        self.capabilities = properties.get("Capabilities", [])
        self.auto_deployment = properties.get("AutoDeployment")
        self.organizational_unit_ids = units_of(properties) if self.organization else []
        default = f"arn:aws:iam::{self.owner_id}:role/AWSCloudFormationStackSetAdministrationRole"
        self.administration_role_arn = properties.get("AdministrationRoleARN", default)
        self.execution_role_name = properties.get("ExecutionRoleName", "AWSCloudFormationStackSetExecutionRole")

    def targets(self, *, has_filters: bool = True) -> dict[tuple[str, str], Target]:
        """What it is to stand in, as the organization is now."""
        return targets_of(self.properties, self.organization, has_filters=has_filters)

    def own_instances(self) -> list[Instance]:
        """The instances, of moto's list, which its API reads."""
        return [one for one in self.stack_instances if isinstance(one, Instance)]

    def add(self, targets: Iterable[Target]) -> None:
        """Create an instance for each target."""
        made = [
            Instance(
                account_id=target.account_id,
                region_name=target.region,
                stack_set_id=self.id,
                stack_name=f"StackSet-{self.name}-{uuid.uuid4()}",
                unit_id=target.unit_id,
                overrides=target.overrides,
            )
            for target in sorted(targets, key=lambda one: (one.account_id, one.region))
        ]
        known: list[Any] = self.stack_instances
        known += made
        self._operate("CREATE", made, self._deploy)

    def bring_up_to_date(self, instances: list[Instance]) -> None:
        """Deploy the template and the parameters of now."""
        self._operate("UPDATE", instances, self._deploy)

    def take_away(self, instances: list[Instance], *, retain: bool = False) -> None:
        """Delete instances with their stacks, or only forget them."""

        def delete(instance: Instance) -> None:
            if retain or not instance.has_stack:
                instance.is_gone, instance.reason = True, None
            elif why := self._why_not_reachable(instance.account_id):
                instance.end("INOPERABLE", "INOPERABLE", why)
            else:
                instance.delete()

        try:
            self._operate("DELETE", instances, delete)
        finally:
            # Nobody can reach a suspended account; that the StackSet forgets its stack is unconfirmed.
            gone = [one for one in instances if one.is_gone or one.detailed_status == "SKIPPED_SUSPENDED_ACCOUNT"]
            known: list[Any] = self.stack_instances
            known[:] = [one for one in known if one not in gone]

    def _deploy(self, instance: Instance) -> None:
        if why := self._why_not_reachable(instance.account_id):
            instance.end("OUTDATED", "FAILED", why)
        else:
            instance.deploy(self.template, self.parameters, self.tags or {})

    def _operate(self, action: str, instances: list[Instance], change: Callable[[Instance], None]) -> None:
        """Change instances one after the other, Region by Region, until more have failed than tolerated.

        AWS works on several at a time, and then more can fail before it stops.
        """
        operation = self._create_operation(str(uuid.uuid4()), action, "RUNNING")
        is_stopped = False
        for region in self._in_order({one.region_name for one in instances}):
            there = sorted((one for one in instances if one.region_name == region), key=lambda one: one.account_id)
            failures_left = self._tolerated(len(there))
            for instance in there:
                instance.operation_id = operation["OperationId"]
                if is_stopped:
                    instance.end("OUTDATED", "CANCELLED", "Cancelled since failure tolerance has exceeded")
                    continue
                self._change(instance, change)
                events.instance_changed(self, action, instance)
                failures_left -= instance.has_failed
                is_stopped = failures_left < 0
        operation["Status"] = "FAILED" if is_stopped else "SUCCEEDED"
        events.operation_changed(self, operation)
        operation["Results"] = [one.result() for one in instances if one.detailed_status in RESULTS]
        if is_stopped:
            reasons = ", ".join(sorted({str(one.reason) for one in instances if one.has_failed}))
            raise OperationFailed(
                f"Resource of type 'Stack set operation [{operation['OperationId']}] was unexpectedly stopped or "
                f"failed. status reason(s): [{reasons}]' with identifier '{self.id}' did not stabilize."
            )

    def _change(self, instance: Instance, change: Callable[[Instance], None]) -> None:
        if self.organization and membership.is_suspended(self.organization, instance.account_id):
            # https://aws.amazon.com/about-aws/whats-new/2023/06/aws-cloudformation-stacksets-suspended-accounts-deployments/
            instance.end("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT")
        else:
            instance.detailed_status = "RUNNING"
            change(instance)

    def _in_order(self, regions: set[str]) -> list[str]:
        stated = self.properties.get("OperationPreferences", {}).get("RegionOrder", [])
        return [region for region in dict.fromkeys([*stated, *sorted(regions)]) if region in regions]

    def _tolerated(self, accounts: int) -> int:
        preferences = self.properties.get("OperationPreferences", {})
        percentage = preferences.get("FailureTolerancePercentage", 0)
        return int(preferences.get("FailureToleranceCount", accounts * percentage // 100))

    def _why_not_reachable(self, account_id: str) -> str | None:
        """With self-managed permissions both roles must be there; their policies are not looked at."""
        if self.organization:
            return None
        administration, execution = self.administration_role_arn.rpartition("/")[2], self.execution_role_name
        if not _has_role(self.administrator_id, administration):
            return (
                f"Account {self.administrator_id} should have '{administration}' role "
                "with trust relationship to CloudFormation service."
            )
        if not _has_role(account_id, execution):
            return (
                f"Account {account_id} should have '{execution}' role "
                f"with trust relationship to Role '{administration}'."
            )
        return None


def _has_role(account_id: str, name: str) -> bool:
    return name in {role.name for role in iam_backends[account_id]["aws"].roles.values()}
