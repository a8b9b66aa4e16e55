"""Lets a deployment fail if an account is not connected: AWS stores an association also if its role is missing."""

from __future__ import annotations

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from devops_agent_constructs._arguments import checked
from devops_agent_constructs._constructs import placement
from devops_agent_constructs._functions.function import PackagedFunction, check_bootstrap
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.association_health.repeated_validation import MAX_TIMEOUT_SECONDS, MIN_TIMEOUT_SECONDS
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION
from devops_agent_constructs.primary import customer_managed_key
from devops_agent_constructs.primary.access import PrimaryAccountAccess
from devops_agent_constructs.secondary.account import SecondaryAccount

_FUNCTION_RESERVE, _SERVICE_RESERVE = Duration.minutes(2), Duration.minutes(3)
_DEFAULT_TIMEOUT = Duration.minutes(5)
_HANDLER = "devops_agent_constructs.association_health.validation_handler.handle"


class AssociationValidation(Construct):
    """Validates the associations of a stack within its deployment, and fails it if an account is not valid.

    For CloudFormation an association is created when it is stored. This is a custom resource that depends on the
    associations: it lets AWS DevOps Agent validate them, again and again while one is not valid, as IAM takes a while
    to know a new role everywhere. What is wrong stands in the reason of the failure, a line an account, and all of it
    in the function's log. It is done anew when an account, its role or its elevated role changes, and not by a
    deployment that changes nothing of these. Valid means that AWS can assume the role: what the role may do is not
    tested, and no association is changed.

    A failure rolls the deployment back. The rollback itself validates nothing, so that it cannot fail for the same
    reason; an update of which nobody knows whether it is one does neither. Deleting the resource does nothing.

    The function's role may do what AWS needs for that, on this Agent Space alone, use the space's customer managed key
    through AWS DevOps Agent, and read the status of its own stack.

    Attributes:
        inline_policy: What the function may do, beside writing its log.
        function: The function.
        summary: What was found, like `3 valid`; after a rollback, or an update that may be one, or if `fail_deployment`
            is False and AWS could not be asked, that nothing was validated. A value that only deployment knows.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        access: PrimaryAccountAccess,
        timeout: Duration = _DEFAULT_TIMEOUT,
        fail_deployment: bool = True,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        """Define the custom resource and its function.

        Args:
            scope: Something inside a stack of the Agent Space's account and Region, such as that of `access`. The
                stack's environment must be bootstrapped, as the function's code is an asset.
            construct_id: Part of every logical id.
            access: The associations.
            timeout: 1 to 13 minutes, in whole seconds: how long an account may take to become valid, which AWS says
                nothing about; 5 minutes if it is not given. A deployment waits no longer than it has to.
            fail_deployment: False: the deployment goes on, and `summary` and the log say what was found.
            encryption_key: As for `AccountSync`.

        Raises:
            OnboardingInputError: A timeout out of range; a stack of another account or Region, or one that deploys
                without bootstrap; a key that is not the space's.

        See https://docs.aws.amazon.com/devopsagent/latest/APIReference/API_ValidateAwsAssociations.html
        """
        stack, space = placement.stack_of(scope, construct_id), access.agent_space
        each = "an account is connected to one Agent Space"
        placement.check_place(stack, space, what="associations are validated", each=each)
        seconds = _seconds(timeout)
        of_key = customer_managed_key.use_statements(space, encryption_key, stack=stack)
        check_bootstrap(stack)

        super().__init__(scope, construct_id)
        validate = ["aidevops:ListAssociations", "aidevops:ValidateAwsAssociations"]
        statements = [
            allow("ValidateAssociations", validate, [space.arn]),
            # Whether an update is a rollback, which must not fail.
            allow("ReadOwnStack", ["cloudformation:DescribeStacks"], [stack.stack_id]),
            *of_key,
        ]
        self.inline_policy: InlinePolicy = {"Version": VERSION, "Statement": statements}
        packaged = PackagedFunction(
            self,
            "Function",
            handler=_HANDLER,
            description="Validates the associations of an AWS DevOps Agent space",
            statements=statements,
            timeout=Duration.seconds(seconds).plus(_FUNCTION_RESERVE),
        )
        # By default it would go with a creation that fails, and it is what explains that.
        packaged.log_group.apply_removal_policy(RemovalPolicy.RETAIN)
        self.function: lambda_.IFunction = packaged.function
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::DevOpsAgentAssociationValidation",
            service_token=packaged.function.function_arn,
            # By default CloudFormation waits for an hour for a function that crashed.
            service_timeout=Duration.seconds(seconds).plus(_SERVICE_RESERVE),
            properties={
                "AgentSpaceArn": space.arn,
                "Accounts": [_account(account, space) for account in access.accounts],
                "TimeoutSeconds": str(seconds),
                "FailDeployment": "true" if fail_deployment else "false",
            },
        )
        resource.node.add_dependency(access)
        self.summary = resource.get_att_string("Summary")


def _account(account: SecondaryAccount, space: AgentSpaceArn) -> dict[str, str]:
    # The second role is for CloudFormation alone, which asks for a new validation when a property changes. As many
    # accounts as a stack holds, twice at an update, fit into the 1 MB that Lambda admits:
    # https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb
    elevated = account.elevated_role_arn
    roles = {"RoleArn": account.role_arn(space.partition), **({"ElevatedRoleArn": elevated} if elevated else {})}
    return {"AccountId": account.account_id, **roles}


def _seconds(timeout: Duration) -> int:
    seconds = timeout.to_seconds(integral=False)
    if seconds != int(seconds) or not MIN_TIMEOUT_SECONDS <= seconds <= MAX_TIMEOUT_SECONDS:
        why = "a result that has not changed counts after 30 seconds, and a Lambda function runs for 15 minutes at most"
        fix = "give whole seconds, 1 to 13 minutes, like Duration.minutes(5)"
        raise OnboardingInputError("timeout", seconds, why=why, fix=fix)
    return int(seconds)
