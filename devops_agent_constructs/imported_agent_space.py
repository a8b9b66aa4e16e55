"""An Agent Space that the app does not define."""

from __future__ import annotations

from constructs import Construct

from devops_agent_constructs.agent_space_arn import AgentSpaceArn


class ImportedAgentSpace(Construct):
    """An Agent Space that exists already; see `AgentSpace.from_agent_space_arn`.

    Attributes:
        agent_space_arn: Where it lives.
        agent_space_id: Its id.
    """

    def __init__(self, scope: Construct, construct_id: str, *, agent_space: AgentSpaceArn) -> None:
        """Refer to the space."""
        super().__init__(scope, construct_id)
        self.agent_space_arn = agent_space
        self.agent_space_id = agent_space.agent_space_id
