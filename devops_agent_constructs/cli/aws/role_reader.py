"""Read roles and policies over the IAM API, page by page."""

from __future__ import annotations

import json
from typing import Any

from devops_agent_constructs import service
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.cli.aws.session import list_all


def read_role(iam: Any, role_name: str) -> LiveRole | None:  # noqa: ANN401  # made at run time
    """Read a role with all of its policies; None if there is none of the name. Raises botocore's errors."""
    try:
        role = iam.get_role(RoleName=role_name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None
    attached = list_all(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role_name)
    arns = [policy["PolicyArn"] for policy in attached]
    names = list_all(iam, "list_role_policies", "PolicyNames", RoleName=role_name)
    documents = {name: iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"] for name in names}
    return LiveRole.from_api(role, managed_policy_arns=arns, inline_policies=documents)


def read_managed_policy(iam: Any, policy_arn: str) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    """Read the default version of a managed policy: its id, e.g. `v11`, and the document. Raises botocore's errors."""
    version_id: str = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
    version = iam.get_policy_version(PolicyArn=policy_arn, VersionId=version_id)["PolicyVersion"]
    return version_id, version["Document"]


def roles_that_name_the_agent(iam: Any) -> list[str]:  # noqa: ANN401
    """Return the ARNs of roles whose trust policy names the service or an Agent Space. Raises botocore's errors."""
    return [
        role["Arn"]
        for role in list_all(iam, "list_roles", "Roles")
        if _names_the_agent(json.dumps(role["AssumeRolePolicyDocument"]))
    ]


def _names_the_agent(trust_policy: str) -> bool:
    return service.SERVICE_PRINCIPAL in trust_policy or ":aidevops:" in trust_policy


def is_denied(error: Any) -> bool:  # noqa: ANN401
    """Tell whether an answer of AWS says that a permission is missing."""
    return str(error.response.get("Error", {}).get("Code")) in {"AccessDenied", "AccessDeniedException"}
