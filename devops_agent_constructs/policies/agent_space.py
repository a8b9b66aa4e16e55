"""Computes what the operator app's role may do, and what a customer managed key must let DevOps Agent do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Conditions, InlinePolicy, Statement
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION

if TYPE_CHECKING:  # As in `document`.
    from typing_extensions import NotRequired

# As AWS's page writes it, for the service; and the same without wildcards, for callers.
_SERVICE_USES_KEY = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
_CALLER_USES_KEY = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


class KeyStatement(TypedDict):
    """One statement of a key policy."""

    Sid: str
    Effect: str
    Principal: dict[str, str]
    Action: list[str]
    Resource: str
    Condition: NotRequired[Conditions]


def operator_inline_policy(
    *, account: RoleAccount, identity_center: bool, key_arn: str | None, region: str
) -> InlinePolicy | None:
    """Compute what the operator app's role may do beyond AWS's managed policy.

    `sso:DescribeInstance` and `sso:ListInstances` are on `*`, as in AWS's guide: with IAM Identity Center the app
    looks up the instance and who people are. Whoever calls the service must be allowed to use the space's customer
    managed key; that the operator app's role is such a caller is inferred from AWS's page, not confirmed.

    Returns:
        The document, or None if there is nothing to add.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
    """
    statements: list[Statement] = []
    if identity_center:
        # As in AWS's guide. The identity store of an organization is in the account of Identity Center; whether the
        # first pattern must name that one is unconfirmed.
        users = [
            account.arn("identitystore", "identitystore/*", region=""),
            f"arn:{account.partition}:identitystore:::user/*",
        ]
        statements.append(allow("IdentityCenterInstance", ["sso:DescribeInstance", "sso:ListInstances"], ["*"]))
        statements.append(allow("IdentityCenterUser", ["identitystore:DescribeUser"], users))
    if key_arn is not None:
        statements.append(key_use_statement(key_arn, region=region))
    return {"Version": VERSION, "Statement": statements} if statements else None


def key_use_statement(key_arn: str, *, region: str) -> Statement:
    """Compute what a caller of DevOps Agent needs on an Agent Space's key: its use through the service, no other.

    It is the half that names callers of
    https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-encryption-at-rest-for-devops-agent.html
    (read 2026-10-20).
    """
    # As AWS's page writes it, `amazonaws.com` in every partition; others than `aws` are unconfirmed.
    through = {"StringEquals": {"kms:ViaService": f"aidevops.{region}.amazonaws.com"}}
    return allow("UseKeyThroughDevOpsAgent", list(_CALLER_USES_KEY), [key_arn], through)


def key_policy_statements(agent_space: AgentSpaceArn) -> list[KeyStatement]:
    """Compute what the key's policy must say for DevOps Agent, in addition to the owner's own administration.

    The statements are those for the service of
    https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-encryption-at-rest-for-devops-agent.html
    (read 2026-10-20). The page lacks the owner's: pasted as a whole policy, it would lock the owner out.

    Args:
        agent_space: Any of the account, as the space does not exist before its key does.
    """
    services = agent_space.arn.removesuffix(f"agentspace/{agent_space.agent_space_id}") + "service/*"
    return [
        _service_may("AllowDevOpsAgentServiceDescribeKeyAccess", ["kms:DescribeKey"]),
        _service_may_use("AllowDevOpsAgentAccessForAgentSpace", agent_space.arn),
        _service_may_use("AllowDevOpsAgentAccessForService", services),
    ]


def _service_may_use(sid: str, source_arn: str) -> KeyStatement:
    statement = _service_may(sid, list(_SERVICE_USES_KEY))
    statement["Condition"] = {
        "ArnLike": {"aws:SourceArn": source_arn},
        "StringLike": {"kms:EncryptionContext:aws-crypto-ec:aws:aidevops:arn": source_arn},
    }
    return statement


def _service_may(sid: str, actions: list[str]) -> KeyStatement:
    """Let the service do something with the key; `*` in a key's policy is that key."""
    principal = {"Service": service.SERVICE_PRINCIPAL}
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
