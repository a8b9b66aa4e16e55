"""Checks a customer managed key for an Agent Space, and lets DevOps Agent use it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.agent_space import KeyStatement, key_use_statement
from devops_agent_constructs.policies.document import Statement
from devops_agent_constructs.primary.agent_space_values import KEY_KIND, why_not_key

_EXAMPLE = "give a key like kms.Key(self, 'Key', enable_key_rotation=True)"


def check(key: kms.IKey | None, *, stack: Stack) -> None:
    """Check that DevOps Agent can take this key, if there is one, as far as that is known before deployment.

    Raises:
        OnboardingInputError: An alias, or a key that is multi-Region, asymmetric, or of another Region.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-encryption-at-rest-for-devops-agent.html
    (read 2026-10-20).
    """
    if key is None:
        return
    arn = key.key_arn
    if isinstance(key, kms.Key):
        why = _why_not(cast("kms.CfnKey", key.node.default_child))
    else:
        why = why_not_key(f"{arn}:alias/" if isinstance(key, kms.Alias) else arn, region=stack.region)
    if why:
        fix = f"use {KEY_KIND}; {_EXAMPLE}"
        raise OnboardingInputError("encryption_key", arn, why=why, fix=fix)


def _why_not(key: kms.CfnKey) -> str:
    if key.multi_region:
        return "a multi-Region key"
    if key.key_spec not in {None, "SYMMETRIC_DEFAULT"} or key.key_usage not in {None, "ENCRYPT_DECRYPT"}:
        return f"a key of {key.key_spec} for {key.key_usage or 'ENCRYPT_DECRYPT'}, not a symmetric one for encryption"
    return ""


def let_service_use(key: kms.IKey, statements: Sequence[KeyStatement], *, warn_at: Construct) -> None:
    """Add the statements to the key's policy, beside what it says already; warn if that policy is not this app's."""
    added = [
        key.add_to_resource_policy(iam.PolicyStatement.from_json(statement)).statement_added for statement in statements
    ]
    if not all(added):
        Annotations.of(warn_at).add_warning_v2(
            "devops-agent-constructs:keyPolicyNotManaged",
            f"The policy of {key.key_arn} is not part of this app. Before the Agent Space can be created, the key's "
            f"owner must add these {len(statements)} statements to it, beside what it says already: "
            f"{json.dumps(Stack.of(warn_at).resolve(statements))}",
        )


def use_statements(space: AgentSpaceArn, key: kms.IKey | None, *, stack: Stack) -> list[Statement]:
    """Return what a function of the stack needs to call DevOps Agent for a space; nothing if its key is AWS's own.

    A space that the app defines says its key itself; for others it is given.

    Raises:
        OnboardingInputError: The space says another key, or no space can have this one.
    """
    check(key, stack=stack)
    own = space.encryption_key_arn
    if key is not None and own is not None and key.key_arn != own:
        why = "the Agent Space of this app has another key"
        raise OnboardingInputError("encryption_key", key.key_arn, why=why, fix="leave it out: the space says its key")
    key_arn = own if key is None else key.key_arn
    return [] if key_arn is None else [key_use_statement(key_arn, region=space.region)]


def grant_use(key_arn: str | None, grantee: iam.IGrantable, *, stack: Stack) -> iam.Grant:
    """Let a principal of the stack's own account use the key through DevOps Agent.

    Raises:
        OnboardingInputError: There is no key, the grantee takes no policy, or it is in another account, where CDK would
            report success and add nothing.
    """
    if key_arn is None:
        why = "the Agent Space has a key that AWS owns"
        raise OnboardingInputError("encryption_key", None, why=why, fix="leave the grant out: nobody needs it")
    statement = key_use_statement(key_arn, region=stack.region)
    owner = grantee.grant_principal.principal_account
    known = owner is not None and not _validators.is_token(owner) and not _validators.is_token(stack.account)
    if known and owner != stack.account:
        why = f"in account {owner}: its policies are not this stack's"
        fix = f"let its owner allow this there: {stack.resolve(statement)}"
        raise OnboardingInputError("grantee", str(grantee), why=why, fix=fix)
    grant = iam.Grant.add_to_principal(
        grantee=grantee,
        actions=statement["Action"],
        resource_arns=statement["Resource"],
        conditions=statement["Condition"],
    )
    if not grant.success:
        why = "takes no policy"
        raise OnboardingInputError("grantee", str(grantee), why=why, fix="give a role, a user or a group")
    return grant
