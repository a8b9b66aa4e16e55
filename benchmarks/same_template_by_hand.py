"""The same templates as `by_library`, with what keeps a stack with its Agent Space, written with CDK alone."""

import sys

from aws_cdk import App, CfnParameter, CfnRule, CfnRuleAssertion, Fn, Stack

from benchmarks.by_hand import SPACE_ARN, secondary_stack


def keep_agent_space(stack: Stack) -> None:
    """Define the parameter and the rule."""
    parameter = CfnParameter(
        stack, "AgentSpace", default=SPACE_ARN, description="The Agent Space that this stack connects"
    )
    refusal = (
        f"This template connects {SPACE_ARN}, but the stack's parameter AgentSpace says that it connects "
        "another Agent Space, which would lose what is here. Give each accounts file a stack_prefix of its own, and an "
        "account of both another role name in one of them. To "
        f"move this stack on purpose, add --parameters {stack.stack_name}:AgentSpace={SPACE_ARN}"
    )
    is_same = Fn.condition_equals(parameter.value_as_string, SPACE_ARN)
    CfnRule(stack, "OneAgentSpace", assertions=[CfnRuleAssertion(assert_=is_same, assert_description=refusal)])


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    for number in range(int(sys.argv[1])):
        keep_agent_space(secondary_stack(app, f"{200_000_000_000 + number}"))
    app.synth()
