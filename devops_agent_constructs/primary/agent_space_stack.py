"""The stack of a new Agent Space, with its outputs."""

from __future__ import annotations

from aws_cdk import CfnOutput, Environment, IStackSynthesizer, Stack
from aws_cdk import aws_kms as kms
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs.stacks import add_tags, synthesizers_for, undone_on_error
from devops_agent_constructs.primary.account import NewAgentSpace
from devops_agent_constructs.primary.agent_space import AgentSpace


class AgentSpaceStack(Stack):
    """The stack of a new Agent Space, which comes before everything that must spell out its ARN.

    It is a stack of its own so that no run of an app that does not know the ARN yet, or any more, defines the stack of
    the associations: what is not defined cannot be deployed without them.

    Outputs: `AgentSpaceArn`, `AgentSpaceId` and `AgentRoleArn`.

    Attributes:
        agent_space: The Agent Space, which stays when the stack is deleted.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        new_agent_space: NewAgentSpace,
        synthesizer: IStackSynthesizer | None = None,
    ) -> None:
        """Define the stack.

        Args:
            scope: The app or a stage.
            construct_id: `DevOpsAgentSpace` in the ready-made app; part of no logical id.
            new_agent_space: What to create, and where.
            synthesizer: As for `SecondaryAccountStack`.

        Raises:
            OnboardingInputError: As `AgentSpace` does.
        """
        _validators.construct_id(construct_id)
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=new_agent_space.account_id, region=new_agent_space.region),
            synthesizer=synthesizer or synthesizers_for(scope)(),
            description="An Agent Space of AWS DevOps Agent",
        )
        key_arn = new_agent_space.encryption_key_arn
        with undone_on_error(self, scope):
            self.agent_space = AgentSpace(
                self,
                "AgentSpace",
                name=new_agent_space.name,
                description=new_agent_space.description,
                locale=new_agent_space.locale,
                elevated_actions_enabled=new_agent_space.elevated_actions_enabled,
                operator_app=new_agent_space.operator_app,
                agent_role_name=new_agent_space.agent_role_name,
                capabilities=new_agent_space.capabilities,
                permissions_boundary=new_agent_space.permissions_boundary,
                encryption_key=None if key_arn is None else kms.Key.from_key_arn(self, "EncryptionKey", key_arn),
            )
        add_tags(self, new_agent_space.tags)
        space = self.agent_space.agent_space_arn
        CfnOutput(self, "AgentSpaceArn", value=space.arn, description="For the accounts file")
        CfnOutput(self, "AgentSpaceId", value=space.agent_space_id)
        CfnOutput(self, "AgentRoleArn", value=self.agent_space.agent_role.role_arn)
