"""The same StackSet as `rollout_by_library`, as an engineer would write it with CDK alone, its template as text."""

from pathlib import Path

from aws_cdk import App, CfnStackSet, Environment, LegacyStackSynthesizer, Stack

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"

if __name__ == "__main__":
    app = App(analytics_reporting=False)
    stack = Stack(
        app,
        "DevOpsAgentOrganization",
        env=Environment(account="111111111111", region="us-east-1"),
        synthesizer=LegacyStackSynthesizer(),
    )
    CfnStackSet(
        stack,
        "StackSet",
        stack_set_name="DevOpsAgentSecondary",
        description="The role through which AWS DevOps Agent investigates each account",
        permission_model="SERVICE_MANAGED",
        call_as="SELF",
        auto_deployment=CfnStackSet.AutoDeploymentProperty(enabled=True, retain_stacks_on_account_removal=False),
        capabilities=["CAPABILITY_NAMED_IAM"],
        template_body=Path(__file__).with_name("rollout_template.json").read_text(encoding="utf-8").rstrip(),
        parameters=[
            CfnStackSet.ParameterProperty(parameter_key="AgentSpaceArn", parameter_value=SPACE_ARN),
            CfnStackSet.ParameterProperty(parameter_key="PrimaryAccountId", parameter_value="111111111111"),
        ],
        stack_instances_group=[
            CfnStackSet.StackInstancesProperty(
                deployment_targets=CfnStackSet.DeploymentTargetsProperty(
                    organizational_unit_ids=["ou-a1b2-11112222"],
                    accounts=["222222222222"],
                    account_filter_type="DIFFERENCE",
                ),
                regions=["us-east-1"],
            )
        ],
        operation_preferences=CfnStackSet.OperationPreferencesProperty(
            failure_tolerance_percentage=10,
            max_concurrent_percentage=25,
            concurrency_mode="SOFT_FAILURE_TOLERANCE",
        ),
        managed_execution={"Active": True},
    )
    app.synth()
