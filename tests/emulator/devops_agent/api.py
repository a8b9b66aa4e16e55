"""The operations of the API that moto lacks, or answers in its own way.

boto3 puts `cp.` before the host, and `cp.localhost` is no host everywhere: the emulator's environment switches that off
(`AWS_DISABLE_HOST_PREFIX_INJECTION`). A client without that environment needs `Config(inject_host_prefix=False)`.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.devopsagent.exceptions import ResourceNotFoundException, ValidationException
from moto.devopsagent.responses import DevOpsAgentResponse

from tests.emulator.devops_agent.agent_space import AgentSpace, Association
from tests.emulator.devops_agent.service_model import check_request
from tests.emulator.faults import FAULTS

_PAGE = 100
_EMPTY = "after-empty-"


class Response(DevOpsAgentResponse):
    """Takes the place of moto's own; what is not here is moto's."""

    def create_agent_space(self) -> ActionResult:
        """CreateAgentSpace, with preferences."""
        parameters = self._parameters("CreateAgentSpace")
        return self._with_preferences(super().create_agent_space(), parameters)

    def update_agent_space(self) -> ActionResult:
        """UpdateAgentSpace, with preferences."""
        parameters = self._parameters("UpdateAgentSpace")
        return self._with_preferences(super().update_agent_space(), parameters)

    def delete_agent_space(self) -> ActionResult:
        """DeleteAgentSpace, which is idempotent; the associations go with the space."""
        try:
            return super().delete_agent_space()
        except ResourceNotFoundException:
            return EmptyResult()

    def associate_service(self) -> ActionResult:
        """AssociateService."""
        parameters = self._parameters("AssociateService")
        association = self._space().associate(
            parameters["serviceId"], parameters["configuration"], parameters.get("capabilities")
        )
        return ActionResult({"association": association.to_dict()})

    def update_association(self) -> ActionResult:
        """UpdateAssociation."""
        parameters = self._parameters("UpdateAssociation")
        association = self._space().update_association(
            parameters["associationId"], parameters["configuration"], parameters.get("capabilities")
        )
        return ActionResult({"association": association.to_dict()})

    def disassociate_service(self) -> ActionResult:
        """DisassociateService, which is idempotent."""
        parameters = self._parameters("DisassociateService")
        self._space().associations.pop(parameters["associationId"], None)
        return EmptyResult()

    def get_association(self) -> ActionResult:
        """GetAssociation."""
        parameters = self._parameters("GetAssociation")
        return ActionResult({"association": self._space().association(parameters["associationId"]).to_dict()})

    def list_associations(self) -> ActionResult:
        """ListAssociations, in the order of creation."""
        parameters = self._parameters("ListAssociations")
        associations = list(self._space().associations.values())
        if "filterServiceTypes" in parameters:
            wanted = [one.strip() for one in parameters["filterServiceTypes"].split(",")]
            associations = [one for one in associations if one.service_id in wanted]
        token = parameters.get("nextToken", "")
        start = _start(associations, token.removeprefix(_EMPTY))
        end = start + parameters.get("maxResults", _PAGE)
        answer: dict[str, Any] = {"associations": [one.to_dict() for one in associations[start:end]]}
        if end < len(associations):
            answer["nextToken"] = associations[end].association_id
        if FAULTS.has_empty_pages("devops-agent") and "nextToken" in answer and not token.startswith(_EMPTY):
            # The page is empty, and the next one is what this one would have been.
            following = associations[start].association_id if start < len(associations) else ""
            answer = {"associations": [], "nextToken": f"{_EMPTY}{following}"}
        return ActionResult(answer)

    def validate_aws_associations(self) -> ActionResult:
        """ValidateAwsAssociations: the whole space."""
        self._parameters("ValidateAwsAssociations")
        self._space().validate()
        return EmptyResult()

    def _parameters(self, operation_name: str) -> dict[str, Any]:
        parameters: dict[str, Any] = self._get_params()
        check_request(operation_name, parameters)
        return parameters

    def _space(self) -> AgentSpace:
        space = self.backend.get_agent_space(self._get_param("agentSpaceId"))
        if not isinstance(space, AgentSpace):
            raise TypeError("the emulator's own Agent Space is not in place")
        return space

    def _with_preferences(self, answer: ActionResult, parameters: dict[str, Any]) -> ActionResult:
        result: Any = answer.result
        space = self.backend.get_agent_space(result["agentSpace"]["agentSpaceId"])
        if isinstance(space, AgentSpace) and "preferences" in parameters:
            space.preferences = parameters["preferences"]
        if isinstance(space, AgentSpace):
            space.source_mode = parameters.get("awsSourceMode", space.source_mode)
        return ActionResult({**result, "agentSpace": space.to_dict()})


def _start(associations: list[Association], token: str) -> int:
    if not token:
        return 0
    found = [index for index, one in enumerate(associations) if one.association_id == token]
    if not found:
        raise ValidationException("nextToken is not one that ListAssociations gave out")
    return found[0]
