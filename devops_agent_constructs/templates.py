"""The template of a secondary account as plain data, without CDK and Node: for StackSets, the console, Terraform."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked
from devops_agent_constructs.agent_space_arn import AgentSpaceArn, AgentSpaceReference, known
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.access_limits import AccessLimits
from devops_agent_constructs.policies.capabilities import Capability
from devops_agent_constructs.policies.trust import agent_role_of_each_account
from devops_agent_constructs.policy_evaluation.unknown import UNKNOWN
from devops_agent_constructs.secondary import role_template
from devops_agent_constructs.secondary.role_settings import ROLE_DESCRIPTION, RoleSettings
from devops_agent_constructs.secondary.role_template import (
    AGENT_ROLE_ARN,
    AGENT_SPACE_ARN,
    PRIMARY_ACCOUNT_ID,
    ROLE_LOGICAL_ID,
)

__all__ = ["ROLE_LOGICAL_ID", "quick_create_url", "secondary_account_template", "template_body"]

_TOKEN_BYTES = 512


@checked
def secondary_account_template(
    *,
    agent_space: AgentSpaceReference | None = None,
    generation: Generation | str = Generation.GA,
    agent_role_arn: str | None = None,
    role_name: str = service.SECONDARY_ROLE_NAME,
    path: str = "/",
    description: str = ROLE_DESCRIPTION,
    capabilities: Sequence[Capability] = (),
    access_limits: AccessLimits | None = None,
    managed_policies: Sequence[str] | None = None,
    permissions_boundary: str | None = None,
    max_session_seconds: int | None = None,
) -> dict[str, Any]:
    """Compute the CloudFormation template that gives an account the role of `SecondaryAccountRole`.

    It fits every account. What differs are parameters: `AgentSpaceArn`; in GA and TRANSITION `PrimaryAccountId`; in
    PREVIEW and TRANSITION `AgentRoleArn`.

    Args:
        agent_space: The defaults of the parameters about it. None: none, and one exact ARN must be given. After
            `AgentSpaceArn.any_in_account` the parameter takes the ARN that stands for all of an account.
        generation: Which of AWS's two set-ups to follow.
        agent_role_arn: The default of its parameter, if `agent_space` is given. None: none.
        role_name: 1-64 characters.
        path: Begins and ends with `/`.
        description: At most 1,000 Latin characters.
        capabilities: As for `SecondaryAccountRole`; a name means the resource of that name in each account.
        access_limits: What the agent may not do, although the managed policy would let it. None: no limit.
        managed_policies: Names of each account's own policies, or ARNs of AWS's. None: AWS's policy of the generation.
        permissions_boundary: The name of a policy that each account has, or an ARN of AWS's. None: no boundary.
        max_session_seconds: 3600 to 43200. None: IAM applies its own default of 1 hour.

    Returns:
        The template: `Description`, `Parameters`, `Resources` with one role, and the `Outputs` RoleArn and RoleName.

    Raises:
        OnboardingInputError: A value that IAM or DevOps Agent would refuse, or an agent role of another account.
    """
    settings = RoleSettings(
        role_name=role_name,
        path=path,
        description=description,
        capabilities=capabilities,
        access_limits=access_limits,
        managed_policies=managed_policies,
        permissions_boundary=permissions_boundary,
        max_session_seconds=max_session_seconds,
    )
    return role_template.template(
        settings,
        agent_space=None if agent_space is None else AgentSpaceArn.of(agent_space),
        generation=Generation(generation),
        agent_role_arn=agent_role_arn,
    )


@checked
def template_body(template: dict[str, Any]) -> str:
    """Return a template as compact JSON, which a StackSet takes as text.

    Raises:
        OnboardingInputError: It is longer than CloudFormation admits. A CDK token counts as 512 bytes, as only
            deployment knows its length.
    """
    text = json.dumps(template, separators=(",", ":"), ensure_ascii=False)
    tokens = len(UNKNOWN.findall(text))
    size = len(UNKNOWN.sub("", text).encode()) + tokens * _TOKEN_BYTES
    if size > service.MAX_TEMPLATE_BODY_BYTES:
        why = f"the template of the role has {size:,} bytes; CloudFormation admits {service.MAX_TEMPLATE_BODY_BYTES:,}"
        fix = "name fewer resources, or cover them by a CustomStatement with wildcards"
        raise OnboardingInputError("capabilities", f"{size} bytes", why=why, fix=fix)
    return text


@checked
def quick_create_url(
    template_url: str,
    *,
    agent_space: AgentSpaceReference,
    region: str | None = None,
    stack_name: str = "DevOpsAgentSecondary",
    agent_role_arn: str | None = None,
) -> str:
    """Return a link that opens the CloudFormation console with the template and its parameters filled in.

    For an account that no StackSet reaches: somebody signs in there, reads the page and creates the stack.

    Args:
        template_url: Where the template of `secondary_account_template` lies in S3, readable for whoever clicks.
        agent_space: The Agent Space that the role is to trust.
        region: The Region of the stack; the role is global. None: the Agent Space's Region.
        stack_name: 1-128 letters, digits and hyphens.
        agent_role_arn: For a template of PREVIEW or TRANSITION.

    Raises:
        OnboardingInputError: A malformed value, or one that only deployment knows.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stacks-quick-create-links.html
    """
    fix = "deploy the Agent Space first and give its ARN from the outputs"
    space = known(AgentSpaceArn.of(agent_space), why="the link is made before", fix=fix)
    url = re.fullmatch(r"https://([a-z0-9_.-]+)/[^\s#]+", template_url, re.IGNORECASE)
    host = url[1].lower() if url else ""
    if "s3" not in re.split("[.-]", host) or not host.endswith(".amazonaws.com"):
        fix = "write it like 'https://my-bucket.s3.eu-west-1.amazonaws.com/devops-agent.json'"
        raise OnboardingInputError("template_url", template_url, why="not the https URL of an S3 object", fix=fix)
    _validators.stack_name(stack_name, field="stack_name")
    where = space.region if region is None else _validators.region(region, field="region")
    values = {
        "templateURL": template_url,
        "stackName": stack_name,
        f"param_{AGENT_SPACE_ARN}": space.arn,
        f"param_{PRIMARY_ACCOUNT_ID}": space.account_id,
    }
    if agent_role_arn is not None:
        agent_role_of_each_account([space], generation=Generation.PREVIEW, agent_role_arn=agent_role_arn)
        values[f"param_{AGENT_ROLE_ARN}"] = agent_role_arn
    query = urlencode(values, quote_via=quote)
    console = f"https://{where}.console.aws.amazon.com/cloudformation/home?region={where}"
    return f"{console}#/stacks/create/review?{query}"
