"""What IAM refuses when it is given a role, and moto accepts. The messages are IAM's own."""

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument, NotFoundException
from moto.iam.models import IAMBackend, iam_backends
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

_ROLE_OR_USER = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):(role|user)/.+")


def check_trust_policy(document: str) -> None:
    """Refuse a malformed trust policy, and one that names a role or user that does not exist."""
    # IAM takes one without a version, as the bootstrap of the CDK has them; moto does not.
    # So does it take sts:SetContext, which AWS's guide for sign-in by IAM Identity Center has.
    known = document.replace('"sts:SetContext"', '"sts:TagSession"')
    IAMTrustPolicyDocumentValidator(json.dumps({"Version": "2012-10-17", **json.loads(known)})).validate()
    for statement in _statements(document):
        _check_sid(statement)
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise MalformedPolicyDocument("Missing required field Principal")
        principal = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        for arn in [named] if isinstance(named, str) else named:
            # IAM stores the unique id of a role or user, so it must be able to find it in the other account.
            if (match := _ROLE_OR_USER.fullmatch(arn)) and not _exists(arn, *match.groups()):
                raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{arn}"')


def check_inline_policy(document: str) -> None:
    """Refuse a malformed inline policy."""
    IAMPolicyDocumentValidator(document).validate()
    for statement in _statements(document):
        _check_sid(statement)
        if "Principal" in statement or "NotPrincipal" in statement:
            raise MalformedPolicyDocument("Policy document should not specify a principal.")


def check_managed_policy(backend: IAMBackend, arn: str) -> None:
    """Refuse to attach a policy that the account does not have."""
    if arn not in backend.managed_policies:
        raise NotFoundException(f"Policy {arn} does not exist or is not attachable.")


def check_permissions_boundary(backend: IAMBackend, arn: str) -> None:
    """Refuse a permissions boundary that the account does not have."""
    if arn not in backend.managed_policies:
        raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")


def _statements(document: str) -> Iterator[dict[str, Any]]:
    statements = json.loads(document)["Statement"]
    yield from [statements] if isinstance(statements, dict) else statements


def _check_sid(statement: dict[str, Any]) -> None:
    if not re.fullmatch(r"[0-9A-Za-z]*", statement.get("Sid", "")):
        raise MalformedPolicyDocument(
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )


def _exists(arn: str, partition: str, account_id: str, kind: str) -> bool:
    backend: IAMBackend = iam_backends[account_id][partition]
    found = backend.roles if kind == "role" else backend.users
    return any(entity.arn == arn for entity in found.values())
