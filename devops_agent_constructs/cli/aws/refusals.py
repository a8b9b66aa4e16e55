"""Says what AWS's refusals mean and what to do about them, such as which permission is lacking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from devops_agent_constructs.account_sync.retries import THROTTLED
from devops_agent_constructs.cli.errors import CommandError

# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:\w+)")
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException"}
_SERVER_ERROR = 500

# Code of the error -> what, cause, next step. The same for every service, but for the two of Organizations.
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_SIGN_IN = "sign in again (aws sso login{profile_option}, or aws login{profile_option}), or set fresh ones"
_UNKNOWN = (
    "credentials",
    "AWS does not know them in this Region",
    "check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN or the profile; a Region that is off in this account says the same",
)
_WRONG_SIGNATURE = (
    "credentials",
    "the signature is wrong",
    "check AWS_SECRET_ACCESS_KEY or the profile, and this machine's clock",
)
_MEANINGS = {
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired"), ("credentials", "they have expired", _SIGN_IN)
    ),
    **dict.fromkeys(
        ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure"), _UNKNOWN
    ),
    **dict.fromkeys(("InvalidSignatureException", "SignatureDoesNotMatch"), _WRONG_SIGNATURE),
    "AWSOrganizationsNotInUseException": (
        "AWS Organizations",
        "this account is in no organization",
        "use --profile of the management account, or of a delegated administrator",
    ),
}


def explain_refusal(error: ClientError, profile_option: str = "") -> CommandError:
    """Say what an answer of AWS that is an error means, as one line with a cause and a next step.

    `profile_option` is for a command of the AWS CLI, like ` --profile=NAME`, or nothing.
    """
    details: Mapping[str, Any] = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message") or details.get("message") or "")
    if code in _MEANINGS:
        what, why, fix = _MEANINGS[code]
        return CommandError(what, why=why, fix=fix.format(profile_option=profile_option))
    if code in _DENIED:
        return _denied(error.operation_name, message)
    answer: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
    attempts = int(answer.get("RetryAttempts", 0)) + 1
    if code in THROTTLED:
        why = f"AWS throttles the calls (attempts: {attempts})"
        fix = "try again later, or with a larger AWS_MAX_ATTEMPTS"
        return CommandError(error.operation_name, why=why, fix=fix)
    if int(answer.get("HTTPStatusCode", 0)) >= _SERVER_ERROR:
        why = f"AWS had a failure of its own ({code}: {message}; attempts: {attempts})"
        return CommandError(error.operation_name, why=why, fix="try again; if it lasts, see the AWS Health Dashboard")
    return CommandError(error.operation_name, why=f"{code}: {message}", fix="correct what it names and try again")


def _denied(operation: str, message: str) -> CommandError:
    match = _ACTION.search(message)
    action = match[1] if match else _action(operation)
    if "explicit deny" in message:
        kind = message.partition("explicit deny in ")[2] or "a policy"
        return CommandError(operation, why=f"{action} is denied by {kind}", fix="ask whoever keeps that policy")
    why = f"these credentials lack the permission {action}"
    return CommandError(operation, why=why, fix=f"allow {action} to this user or role, or take another --profile")


def _action(operation: str) -> str:
    """Name the permission of an operation where AWS's message does not."""
    session = botocore.session.get_session()
    for name in ("devops-agent", "organizations", "iam", "cloudformation", "sts"):
        model = session.get_service_model(name)
        if operation in model.operation_names:
            return f"{model.signing_name}:{operation}"
    return operation
