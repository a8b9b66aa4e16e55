"""Checks of a secondary role's settings, for whoever defines one: the construct, the value and the template."""

from __future__ import annotations

from collections.abc import Sequence

from devops_agent_constructs import _validators, service
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies import partition_checks


def check_role(
    *,
    account_id: str,
    role_name: str,
    path: str,
    description: str,
    managed_policies: Sequence[object] | None,
    permissions_boundary: object,
    max_session_seconds: float | None,
    partition: str | None = None,
    session_field: str = "max_session_seconds",
) -> None:
    """Check everything but trust and capabilities, which are checked where their documents are computed.

    Args:
        account_id: The role's account; a token admits policies of any account.
        role_name: As for `SecondaryAccountRole`, and so on.
        path: Begins and ends with `/`.
        description: At most 1,000 Latin characters.
        managed_policies: Only those given by name or ARN are looked at; CDK's objects know what they are.
        permissions_boundary: Likewise.
        max_session_seconds: None: not set.
        partition: The role's. None or a token: not known; the length of its ARN is then that of `aws`, the shortest.
        session_field: What the user calls the session's length.

    Raises:
        OnboardingInputError: A value that IAM or DevOps Agent would refuse; `field` is the argument's name.
    """
    _validators.role_name(role_name, field="role_name")
    _validators.path(path, field="path")
    known = "aws" if partition is None or _validators.is_token(partition) else partition
    _validators.role_arn_length(role_name=role_name, path=path, field="path", partition=known)
    _validators.description(description, field="description")
    if len(managed_policies or ()) > service.MAX_MANAGED_POLICIES_PER_ROLE:
        count = len(managed_policies or ())
        why = f"{count} managed policies; IAM attaches {service.MAX_MANAGED_POLICIES_PER_ROLE} to a role by default"
        fix = "unite some; or, after AWS has raised the quota, attach the rest with `.role.add_managed_policy`"
        raise OnboardingInputError("managed_policies", count, why=why, fix=fix)
    for index, policy in enumerate(managed_policies or ()):
        if isinstance(policy, str):
            _validators.policy(policy, account_id=account_id, field=f"managed_policies[{index}]")
            partition_checks.check(policy, partition, field=f"managed_policies[{index}]")
    if isinstance(permissions_boundary, str):
        _validators.policy(permissions_boundary, account_id=account_id, field="permissions_boundary")
        partition_checks.check(permissions_boundary, partition, field="permissions_boundary")
    if max_session_seconds is not None:
        _validators.session_seconds(max_session_seconds, field=session_field)
