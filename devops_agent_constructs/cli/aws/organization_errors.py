"""Says why AWS Organizations gave no answer, for commands that can do without one."""

from __future__ import annotations

_DENIED = {"AccessDenied", "AccessDeniedException"}
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"


def why_organization_is_unread(error: Exception, *, needed: str) -> str:
    """Say it as the end of a sentence.

    Args:
        error: botocore's: an answer that is an error, or no answer at all.
        needed: The permissions that the calls take.
    """
    # Not at the top: as in `session`.
    from botocore.exceptions import ClientError  # noqa: PLC0415

    from devops_agent_constructs.cli.aws.errors import explain  # noqa: PLC0415

    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in _DENIED:
        return (
            f"these credentials may not ask AWS Organizations, which takes {needed} in the management account or a "
            "delegated administrator"
        )
    if code == _NO_ORGANIZATION:
        return "this account is in no organization"
    return f"AWS Organizations did not answer: {explain(error).why}"
