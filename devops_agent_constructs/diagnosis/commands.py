"""Commands of the AWS CLI that make a role what it should be."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from devops_agent_constructs import service


def _command(operation: str, role_name: str, **options: str) -> str:
    words = ["aws", "iam", operation, "--role-name", role_name]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", value]
    return shlex.join(words)


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def set_trust_policy(role_name: str, document: Mapping[str, object]) -> str:
    """Replace the trust policy."""
    return _command("update-assume-role-policy", role_name, policy_document=_text(document))


def put_inline_policy(role_name: str, document: Mapping[str, object]) -> str:
    """Replace the inline policy `DevOpsAgentInlinePolicy`, or add it."""
    name = service.INLINE_POLICY_NAME
    return _command("put-role-policy", role_name, policy_name=name, policy_document=_text(document))


def delete_inline_policy(role_name: str, policy_name: str) -> str:
    """Delete an inline policy."""
    return _command("delete-role-policy", role_name, policy_name=policy_name)


def attach_policy(role_name: str, policy_arn: str) -> str:
    """Attach a managed policy."""
    return _command("attach-role-policy", role_name, policy_arn=policy_arn)


def detach_policy(role_name: str, policy_arn: str) -> str:
    """Detach a managed policy."""
    return _command("detach-role-policy", role_name, policy_arn=policy_arn)


def set_boundary(role_name: str, policy_arn: str) -> str:
    """Set the permissions boundary."""
    return _command("put-role-permissions-boundary", role_name, permissions_boundary=policy_arn)


def delete_boundary(role_name: str) -> str:
    """Take the permissions boundary away."""
    return _command("delete-role-permissions-boundary", role_name)


def set_max_session(role_name: str, seconds: int) -> str:
    """Set the longest session."""
    return _command("update-role", role_name, max_session_duration=str(seconds))
