"""Keeps a stack with the Agent Space that it was first deployed for."""

from __future__ import annotations

from functools import cache

from aws_cdk import CfnParameter, CfnRule, CfnRuleAssertion, Fn, ICfnConditionExpression, Stack

from devops_agent_constructs.agent_space_arn import AgentSpaceArn

PARAMETER = "AgentSpace"
"""The parameter that remembers the Agent Space: `cdk deploy --parameters <stack>:AgentSpace=<ARN>` moves a stack."""


def keep_agent_space(stack: Stack, agent_space: AgentSpaceArn, *, stack_name: str | None = None) -> None:
    """Let CloudFormation refuse the template where the stack connects another Agent Space already.

    Two accounts files make stacks of the same names. An update leaves the parameter at the value that the deployed
    stack has, as the CDK CLI sends `UsePreviousValue`, while the template's own ARN is in the rule. CloudFormation
    validates rules when a stack is created and updated; that it does so with previous values, too, follows from what
    AWS says of both, but is nowhere spelled out.

    Args:
        stack: The stack.
        agent_space: The Agent Space that its template connects.
        stack_name: The stack's name, where it is known already: to ask for it is a call into Node.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    and https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
    """
    CfnParameter(stack, PARAMETER, default=agent_space.arn, description="The Agent Space that this stack connects")
    refusal = (
        f"This template connects {agent_space.arn}, but the stack's parameter {PARAMETER} says that it connects "
        "another Agent Space, which would lose what is here. Give each accounts file a stack_prefix of its own, and an "
        "account of both another role name in one of them. To "
        f"move this stack on purpose, add --parameters {stack_name or stack.stack_name}:{PARAMETER}={agent_space.arn}"
    )
    CfnRule(
        stack,
        "OneAgentSpace",
        assertions=[CfnRuleAssertion(assert_=_is_same(agent_space.arn), assert_description=refusal)],
    )


@cache
def _is_same(arn: str) -> ICfnConditionExpression:
    """Return the condition that the parameter is this ARN.

    It belongs to no scope, so that all stacks of an Agent Space share it: two calls into Node instead of two per stack.
    """
    return Fn.condition_equals(Fn.ref(PARAMETER), arn)
