"""Agent Spaces and their associations, with the rules of the service."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.devopsagent import models
from moto.devopsagent.exceptions import DevOpsAgentClientError, ResourceNotFoundException, ValidationException

from tests.emulator.clock import CLOCK
from tests.emulator.devops_agent import organization_mode
from tests.emulator.devops_agent.role_validation import (
    ELEVATED_ROLE,
    OPERATOR_ROLE,
    Space,
    account_of,
    why_invalid,
    why_not_assumable,
)
from tests.emulator.log_delivery import association_changed

KINDS = ("sourceAws", "aws", organization_mode.KIND)
"""The kinds of association that the emulator knows: another account, the Agent Space's own, and a unit."""


class AccessDeniedError(DevOpsAgentClientError):
    """The service's answer to a role that the caller may not pass."""

    code = "AccessDeniedException"


@dataclass(kw_only=True, slots=True)
class Association:
    """An association as the service keeps it.

    Attributes:
        configuration: Kind -> settings, as in the API.
        why_invalid: Why the last validation failed. The API has no place for it: for tests and the demo only.
    """

    agent_space_id: str
    service_id: str
    configuration: dict[str, dict[str, Any]]
    capabilities: dict[str, Any] | None
    association_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: datetime = field(default_factory=CLOCK.utcnow)
    updated_at: datetime = field(default_factory=CLOCK.utcnow)
    status: str = "pending-confirmation"
    why_invalid: str | None = None

    @property
    def account_id(self) -> str:
        """The account that is associated; the unit, in the organization mode."""
        if organization_mode.KIND in self.configuration:
            return str(self.settings["organizationalUnit"]["organizationalUnitId"])
        return str(self.settings["accountId"])

    @property
    def settings(self) -> dict[str, Any]:
        """The configuration without its kind."""
        [settings] = self.configuration.values()
        return settings

    def to_dict(self) -> dict[str, Any]:
        """The association as the API answers with it."""
        answer = {
            "agentSpaceId": self.agent_space_id,
            "associationId": self.association_id,
            "serviceId": self.service_id,
            "configuration": self.configuration,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "status": self.status,
        }
        return answer if self.capabilities is None else {**answer, "capabilities": self.capabilities}


class AgentSpace(models.AgentSpace):
    """Takes the place of moto's own, which has another kind of id, no associations and no preferences."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.associations: dict[str, Association] = {}
        self.preferences: dict[str, bool] = {}
        self.source_mode: str | None = None
        self.is_validation_dated = False
        self.set_id(str(uuid.uuid4()))

    def set_id(self, agent_space_id: str) -> None:
        """Take an id, and the ARN that goes with it."""
        self.agent_space_id = agent_space_id
        self.arn = f"{self.arn.rpartition('/')[0]}/{agent_space_id}"

    def to_dict(self) -> dict[str, Any]:
        """The Agent Space as the API answers with it."""
        answer = super().to_dict()
        mode = {} if self.source_mode is None else {"awsSourceMode": self.source_mode}
        return {**answer, **mode, **({"preferences": self.preferences} if self.preferences else {})}

    def associate(
        self, service_id: str, configuration: dict[str, Any], capabilities: dict[str, Any] | None = None
    ) -> Association:
        """Add an association; whether its role can be assumed is not looked at yet."""
        self._check(service_id, configuration)
        association = Association(
            agent_space_id=self.agent_space_id,
            service_id=service_id,
            configuration=configuration,
            capabilities=capabilities,
        )
        self._check_account(association.account_id)
        self.associations[association.association_id] = association
        return association

    def update_association(
        self, association_id: str, configuration: dict[str, Any], capabilities: dict[str, Any] | None = None
    ) -> Association:
        """Replace the whole configuration; the association has to be validated again."""
        association = self.association(association_id)
        self._check(association.service_id, configuration)
        if organization_mode.KIND not in configuration:
            [settings] = configuration.values()
            self._check_account(settings["accountId"], but=association_id)
        association.configuration = configuration
        association.capabilities = association.capabilities if capabilities is None else capabilities
        association.status, association.why_invalid = "pending-confirmation", None
        association.updated_at = CLOCK.utcnow()
        return association

    def association(self, association_id: str) -> Association:
        """Find an association."""
        if association_id not in self.associations:
            raise ResourceNotFoundException(f"Could not find Association with ID {association_id}")
        return self.associations[association_id]

    def validate(self) -> None:
        """Validate all associations, at once; AWS takes its time."""
        agent_roles = [one.configuration["aws"] for one in self.associations.values() if "aws" in one.configuration]
        arns = tuple(settings["assumableRoleArn"] for settings in agent_roles)
        space = Space(account_id=self.account_id, arn=self.arn, agent_role_arns=arns)
        for association in self.associations.values():
            if self.is_validation_dated:
                association.updated_at = CLOCK.utcnow()
            if organization_mode.KIND in association.configuration:
                state = organization_mode.deployment_state(self.account_id, association.settings)
                association.settings["deploymentState"] = state
                association.status = "invalid" if state["issues"] else "valid"
                continue
            before, association.why_invalid = association.status, why_invalid(space, association.configuration)
            association.status = "invalid" if association.why_invalid else "valid"
            if {before, association.status} == {"valid", "invalid"}:
                association_changed(self.arn, association.account_id, association.association_id, association.status)
            if elevated_role_arn := association.settings.get("agentElevatedRoleArn"):
                refused = why_not_assumable(space, elevated_role_arn, ELEVATED_ROLE)
                association.settings["agentElevatedRoleArnStatus"] = "invalid" if refused else "valid"

    def why_not_operated_by(self, role_arn: str) -> str | None:
        """Say why a role cannot be the one of the operator app."""
        return why_not_assumable(Space(account_id=self.account_id, arn=self.arn), role_arn, OPERATOR_ROLE)

    def _check(self, service_id: str, configuration: Mapping[str, dict[str, Any]]) -> None:
        [(kind, settings)] = configuration.items()
        settings.pop("agentElevatedRoleArnStatus", None)  # an answer, not a request
        if kind not in KINDS:
            raise ValidationException(f"the emulator knows no association of kind {kind}, but {' and '.join(KINDS)}")
        if service_id != "aws":
            raise ValidationException(f"serviceId must be 'aws' for a configuration of kind {kind}")
        if kind == organization_mode.KIND:
            settings.pop("deploymentState", None)  # an answer, too
            if self.source_mode != "organization":
                raise ValidationException(f"{kind} needs an Agent Space of the source mode organization")
            return
        if kind == "aws" and {account_of(settings["assumableRoleArn"]), settings["accountId"]} != {self.account_id}:
            raise AccessDeniedError("Cross-account pass role is not allowed.")
        if "agentElevatedRoleArn" in settings and not self.preferences.get("elevatedActionsEnabled"):
            raise ValidationException("agentElevatedRoleArn needs the preference elevatedActionsEnabled")
        if "agentElevatedRoleArn" in settings:
            settings["agentElevatedRoleArnStatus"] = "pending-confirmation"

    def _check_account(self, account_id: str, *, but: str = "") -> None:
        if account_id in [one.account_id for key, one in self.associations.items() if key != but]:
            raise ValidationException(
                f"AWS association with accountId {account_id} already exists for this agent space"
            )


def why_association_is_invalid(association_id: str) -> str | None:
    """Why the last validation of an association failed; None if it did not. Raises KeyError if there is none."""
    for regions in models.devopsagent_backends.values():
        for backend in regions.values():
            for space in backend.agent_spaces.values():
                if isinstance(space, AgentSpace) and association_id in space.associations:
                    return space.associations[association_id].why_invalid
    raise KeyError(association_id)
