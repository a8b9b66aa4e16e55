"""An Agent Space that the app does not define."""

from __future__ import annotations

from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference


class ImportedAgentSpace(Construct):
    """An Agent Space that exists already; see `AgentSpace.from_agent_space_arn`.

    Attributes:
        agent_space_arn: Where it lives.
        agent_space_id: Its id.
    """

    @checked
    def __init__(self, scope: Construct, construct_id: str, *, agent_space: AgentSpaceReference) -> None:
        """Refer to the space."""
        _validators.construct_id(construct_id)
        space = AgentSpaceArn.of(agent_space)
        super().__init__(scope, construct_id)
        self.agent_space_arn = space
        self.agent_space_id = space.agent_space_id
