"""One StackSet: its instances, each a stack in an account, and the operations that bring them up to date."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends
from moto.iam.models import iam_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.resource_type import Properties
from tests.emulator.stack_sets import membership

Key = tuple[str, str]
"""Account and Region."""


@dataclass(kw_only=True)
class Instance:
    """A stack of the StackSet in one account and Region; moto's API answers with `to_dict`."""

    account_id: str
    region_name: str
    stack_set_id: str
    stack_name: str
    status: str = "OUTDATED"
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What ListStackInstances says."""
        detailed = "SUCCEEDED" if self.status == "CURRENT" else "FAILED"
        return {
            "StackSetId": self.stack_set_id,
            "Region": self.region_name,
            "Account": self.account_id,
            "Status": self.status,
            "StatusReason": self.reason,
            "StackInstanceStatus": {"DetailedStatus": detailed},
        }

    def deploy(self, template: str, parameters: dict[str, str]) -> None:
        """Create or update the stack, by a change set, as only these are rolled back."""
        backend = self._backend
        exists = any(stack.name == self.stack_name for stack in backend.stacks.values())
        if exists and self._status() == "ROLLBACK_COMPLETE":
            backend.delete_stack(self.stack_name)
            exists = False
        kind = "UPDATE" if exists else "CREATE"
        change_set_id, _ = backend.create_change_set(
            self.stack_name, "stack-set", template, parameters, "", kind, notification_arns=[], tags={}
        )
        if backend.change_sets[change_set_id].status == "FAILED":  # nothing to change
            del backend.change_sets[change_set_id]
            self.status, self.reason = "CURRENT", ""
            return
        backend.execute_change_set(change_set_id)
        is_done = self._status() == f"{kind}_COMPLETE"
        self.status, self.reason = ("CURRENT", "") if is_done else ("OUTDATED", self._why_failed())

    def delete(self) -> None:
        """Delete the stack."""
        self._backend.delete_stack(self.stack_name)

    @property
    def _backend(self) -> CloudFormationBackend:
        return cloudformation_backends[self.account_id][self.region_name]

    def _status(self) -> str:
        return str(self._backend.get_stack(self.stack_name).status)

    def _why_failed(self) -> str:
        events = self._backend.get_stack(self.stack_name).events
        reasons = [event.resource_status_reason for event in events if event.resource_status.endswith("_FAILED")]
        return str(reasons[-1]) if reasons else "the stack was rolled back"


@dataclass(kw_only=True)
class StackSet:
    """A StackSet as CloudFormation keeps it.

    Attributes:
        stack_set_id: `name:uuid`.
        account_id: The account of the stack that has it.
        properties: Those of the template that it has now.
        instances: One list, which moto's own object shares.
    """

    stack_set_id: str
    account_id: str
    properties: Properties
    instances: list[Instance] = field(default_factory=list)

    def bring_up_to_date(self) -> None:
        """Delete what is no longer targeted, create and update the rest; raise if too many fail."""
        wanted = self._targets()
        for instance in [one for one in self.instances if (one.account_id, one.region_name) not in wanted]:
            self.remove(instance, retain=False)
        for region in sorted({region for _, region in wanted}):
            accounts = sorted(account_id for account_id, other in wanted if other == region)
            tolerated, failed = self._tolerated(len(accounts)), 0
            for account_id in accounts:
                failed += not self.deploy(account_id, region)
                if failed > tolerated:
                    reasons = "; ".join(sorted({one.reason for one in self.instances if one.reason}))
                    why = f"Stack set operation was unexpectedly stopped or failed: {reasons}"
                    raise ValidationError(message=f'Resource handler returned message: "{why}"')

    def deploy(self, account_id: str, region: str) -> bool:
        """Bring the stack of one account up to date; return whether it is."""
        instance = self._instance(account_id, region)
        if why := self._why_not_reachable(account_id):
            instance.status, instance.reason = "OUTDATED", why
            return False
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in self.properties.get("Parameters", [])}
        instance.deploy(self.properties["TemplateBody"], parameters)
        return instance.status == "CURRENT"

    def remove(self, instance: Instance, *, retain: bool) -> None:
        """Forget an instance, and delete its stack unless that is retained."""
        self.instances.remove(instance)
        if not retain:
            instance.delete()

    def membership_changed(self, organization: OrganizationsBackend) -> None:
        """Deploy to who joined a targeted unit, and leave those who left; nothing without auto-deployment."""
        auto_deployment = self.properties.get("AutoDeployment", {})
        if not auto_deployment.get("Enabled") or self._organization() is not organization:
            return
        for instance in list(self.instances):
            if not membership.is_below(organization, instance.account_id, self._units(instance.region_name)):
                self.remove(instance, retain=bool(auto_deployment.get("RetainStacksOnAccountRemoval")))
        for account_id, region in sorted(self._targets()):
            if not any((one.account_id, one.region_name) == (account_id, region) for one in self.instances):
                self.deploy(account_id, region)

    def _targets(self) -> set[Key]:
        found: set[Key] = set()
        for group in self.properties.get("StackInstancesGroup", []):
            accounts = list(self._accounts(group["DeploymentTargets"]))
            found |= {(account_id, region) for account_id in accounts for region in group["Regions"]}
        return found

    def _accounts(self, targets: dict[str, Any]) -> Iterable[str]:
        named = set(targets.get("Accounts", []))
        organization = self._organization()
        if organization is None:
            return named
        units = targets["OrganizationalUnitIds"]
        membership.check_units(organization, units)
        active = membership.active_accounts(organization, units)
        # How AWS treats the filters when an account joins later is unconfirmed; here they go on to hold.
        match targets.get("AccountFilterType"):
            case "INTERSECTION":
                return [account_id for account_id in active if account_id in named]
            case "DIFFERENCE":
                return [account_id for account_id in active if account_id not in named]
            case _:
                return active

    def _units(self, region: str) -> list[str]:
        groups = [group for group in self.properties.get("StackInstancesGroup", []) if region in group["Regions"]]
        return [unit for group in groups for unit in group["DeploymentTargets"].get("OrganizationalUnitIds", [])]

    def _organization(self) -> OrganizationsBackend | None:
        if self.properties["PermissionModel"] != "SERVICE_MANAGED":
            return None
        return membership.organization_to_deploy_to(self.account_id, self.properties.get("CallAs", "SELF"))

    def _instance(self, account_id: str, region: str) -> Instance:
        for instance in self.instances:
            if (instance.account_id, instance.region_name) == (account_id, region):
                return instance
        name = f"StackSet-{self.properties['StackSetName']}-{uuid.uuid4()}"
        made = Instance(account_id=account_id, region_name=region, stack_set_id=self.stack_set_id, stack_name=name)
        self.instances.append(made)
        return made

    def _tolerated(self, accounts: int) -> int:
        preferences = self.properties.get("OperationPreferences", {})
        percentage = preferences.get("FailureTolerancePercentage", 0)
        return int(preferences.get("FailureToleranceCount", math.floor(accounts * percentage / 100)))

    def _why_not_reachable(self, account_id: str) -> str | None:
        """With self-managed permissions both roles must be there; their policies are not looked at."""
        if self.properties["PermissionModel"] == "SERVICE_MANAGED":
            return None
        administration = self.properties.get("AdministrationRoleARN", "").rpartition("/")[2]
        for owner, name in (
            (self.account_id, administration or "AWSCloudFormationStackSetAdministrationRole"),
            (account_id, self.properties.get("ExecutionRoleName", "AWSCloudFormationStackSetExecutionRole")),
        ):
            if name not in {role.name for role in iam_backends[owner]["aws"].roles.values()}:
                return f"Account {owner} should have '{name}' role with trust relationship to CloudFormation service."
        return None
