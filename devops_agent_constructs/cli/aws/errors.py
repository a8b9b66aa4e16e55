"""Says what boto3's errors mean and what to do about them, such as to sign in again."""

from __future__ import annotations

import re
import shlex
import traceback
from typing import Any

from botocore import exceptions

from devops_agent_constructs import service
from devops_agent_constructs.account_sync.connection import UPGRADE_BOTO3
from devops_agent_constructs.cli.aws.refusals import explain_refusal
from devops_agent_constructs.cli.errors import CommandError

_REGION_IN_URL = re.compile(r"//(?:[a-z]+\.)?aidevops\.([a-z0-9-]+)\.")
_REGIONS = ", ".join(sorted(service.AGENT_SPACE_REGIONS))
_SIGN_IN_WHY = "the sign-in has ended or cannot be used"

# The first that fits counts: a subclass stands before its base. `{}` names what the exception carries, or the option
# for the profile.
_EXPLANATIONS: list[tuple[type[Exception] | tuple[type[Exception], ...], str, str, str]] = [
    (
        exceptions.NoCredentialsError,
        "credentials",
        "there are none",
        "give --profile NAME, set AWS_PROFILE, or sign in with the AWS CLI: aws configure sso, aws login",
    ),
    (
        exceptions.PartialCredentialsError,
        "credentials",
        "{cred_var} is missing in {provider}",
        "set it too, or give --profile NAME",
    ),
    (
        exceptions.ProfileNotFound,
        "profile {profile}",
        "the AWS CLI's files know no such profile",
        "aws configure list-profiles shows those that there are",
    ),
    (
        exceptions.NoRegionError,
        "Region",
        "none is given, and neither the environment nor the profile has one",
        f"add --region, or give the Agent Space's ARN, which has it; DevOps Agent is in {_REGIONS}",
    ),
    (
        (exceptions.SSOError, exceptions.NoAuthTokenError, exceptions.TokenRetrievalError),
        "credentials",
        _SIGN_IN_WHY,
        "sign in again: aws sso login{profile_option}",
    ),
    (
        exceptions.LoginError,
        "credentials",
        _SIGN_IN_WHY,
        "sign in again: aws login{profile_option}",
    ),
    (
        exceptions.CredentialRetrievalError,
        "credentials",
        "{provider} gave none: {error_msg}",
        "check this profile in the AWS CLI's configuration: aws sts get-caller-identity{profile_option}",
    ),
    (
        exceptions.RefreshWithMFAUnsupportedError,
        "credentials",
        "they have expired, and new ones need another MFA code",
        "run the command again, which asks for one",
    ),
    (
        exceptions.UnknownServiceError,
        "boto3",
        "this version does not know AWS DevOps Agent",
        UPGRADE_BOTO3,
    ),
    (
        # botocore's text for it is about pip.
        exceptions.MissingDependencyException,
        "credentials",
        "those of aws login need a package that is not installed",
        "python3 -m pip install 'botocore[crt]'",
    ),
    (
        # What the parser says quotes the line, which may be a secret access key.
        exceptions.ConfigParseError,
        "{path}",
        "the AWS CLI's file cannot be parsed",
        "correct it; the line is not shown, as it may hold a secret",
    ),
    (
        (exceptions.ConfigNotFound, exceptions.InvalidConfigError),
        "the AWS CLI's configuration",
        "{error}",
        "correct the file",
    ),
    (exceptions.InvalidRegionError, "Region", "{region_name!r} is not the name of one", "write it like us-east-1"),
    (exceptions.ParamValidationError, "a parameter", "{report}", "correct the argument"),
    (exceptions.ProxyConnectionError, "network", "the proxy {proxy_url} cannot be reached", "check HTTPS_PROXY"),
    (
        exceptions.SSLError,
        "network",
        "{endpoint_url} showed a certificate that is not trusted",
        "set AWS_CA_BUNDLE to your proxy's certificates",
    ),
    (
        (exceptions.ConnectionClosedError, exceptions.ReadTimeoutError, exceptions.HTTPClientError),
        "network",
        "the connection broke, or no answer came in time, and repeating did not help: {error}",
        "try again",
    ),
    (
        exceptions.ConnectionError,
        "network",
        "no connection: {error}",
        "check the network and HTTPS_PROXY, then try again",
    ),
]


def explain(error: Exception, *, profile: str | None = None) -> CommandError:
    """Say what an error of boto3 means, as one line with a cause and a next step; any other is a mistake of ours.

    A command of the AWS CLI that the line names has the profile, as the user gave it.
    """
    profile_option = "" if profile is None else f" --profile={shlex.quote(profile)}"
    if isinstance(error, exceptions.ClientError):
        return explain_refusal(error, profile_option)
    if explained := _explain_specially(error):
        return explained
    for kinds, what, why, fix in _EXPLANATIONS:
        if isinstance(error, kinds):
            known: dict[str, Any] = {"error": error, **getattr(error, "kwargs", {}), "profile_option": profile_option}
            return CommandError(what.format(**known), why=why.format(**known), fix=fix.format(**known))
    if isinstance(error, exceptions.BotoCoreError):
        return CommandError("boto3", why=str(error), fix="run the command again with --debug")
    if isinstance(error, OSError):
        return CommandError(
            error.filename or "output", why=error.strerror or str(error), fix="correct it and try again"
        )
    why = f"{type(error).__name__}: {error}"
    return CommandError("unexpected failure", why=why, fix="run the command again with --debug, and report it")


def _explain_specially(error: Exception) -> CommandError | None:
    """Explain what is not told by its kind, and what would quote a secret, without quoting it."""
    if isinstance(error, (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError)):
        return _unreachable(str(error.kwargs["endpoint_url"]))
    if isinstance(error, exceptions.CredentialRetrievalError) and error.kwargs["provider"] == "custom-process":
        fix = "run it yourself; what it wrote is not shown, as it may hold a secret"
        return CommandError("credentials", why="the profile's credential_process gave none", fix=fix)
    if "header value" in str(error):
        fix = "set the credentials again, each on one line"
        return CommandError("credentials", why="a key or token holds a line break or another odd character", fix=fix)
    if isinstance(error, ValueError) and str(error).startswith("Invalid endpoint: "):
        url = str(error).partition(": ")[2]
        return CommandError("AWS_ENDPOINT_URL", why=f"{url} is not the URL of a host", fix="correct or unset it")
    if isinstance(error, ValueError) and any(
        frame.name == "_retrieve_credentials_using" for frame in traceback.extract_tb(error.__traceback__)
    ):
        fix = "run it yourself; what it wrote is not shown, as it may hold a secret"
        return CommandError("credentials", why="the profile's credential_process did not write JSON", fix=fix)
    return None


def _unreachable(endpoint_url: str) -> CommandError:
    """A Region without the service has no host either, which looks like a broken network."""
    match = _REGION_IN_URL.search(endpoint_url)
    if match and match[1] not in service.AGENT_SPACE_REGIONS:
        why = f"AWS DevOps Agent cannot be reached there, and was not there on {service.AGENT_SPACE_REGIONS_READ}"
        return CommandError(f"Region {match[1]}", why=why, fix=f"take the Agent Space's Region, one of {_REGIONS}")
    return CommandError("network", why=f"no connection to {endpoint_url}", fix="check the network and HTTPS_PROXY")
