"""Defines the format of a new Agent Space in the accounts file: `primary.create_agent_space`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType, field

from devops_agent_constructs import service
from devops_agent_constructs.accounts_file.forms import AccountId, Tags, form, meta, words
from devops_agent_constructs.accounts_file.role_format import CapabilityEntries
from devops_agent_constructs.primary.agent_space_values import (
    KEY_ARN_FORM,
    LOCALE,
    MAX_DESCRIPTION,
    MAX_LOCALE,
    MAX_NAME,
)
from devops_agent_constructs.primary.operator_app import FORMS, MAX_CLIENT_ID


class IamEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """From the AWS console, with IAM permissions."""


class IdentityCenterEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """With IAM Identity Center."""

    instance_arn: Annotated[
        str, meta("ARN of the instance, from its settings page", pattern=f"^{FORMS['instance_arn']}$")
    ]


class IdentityProviderEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """With an identity provider of one's own, by OpenID Connect."""

    issuer_url: Annotated[str, meta("Its issuer, like https://example.okta.com", pattern=f"^{FORMS['issuer_url']}$")]
    client_id: Annotated[str, meta("From its registration of the app", minLength=1, maxLength=MAX_CLIENT_ID)]
    client_secret: Annotated[
        str,
        meta(
            "ARN of the secret in Secrets Manager; never the secret itself",
            pattern=f"^{FORMS['secret_arn']}$",
            patternErrorMessage="Write the ARN of a secret of Secrets Manager, never the secret itself",
        ),
        words(hidden="write the ARN of a secret of Secrets Manager, never the secret itself"),
    ] = field(name="client_secret_arn")
    json_field: Annotated[
        str | UnsetType,
        meta("Field of the secret's JSON; default: the whole secret", pattern=f"^{FORMS['json_field']}$"),
    ] = UNSET
    provider: Annotated[Literal["entra", "okta"], meta("Which provider it is"), words(not_one_of="no such provider")]


class OperatorAppEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """How people sign in to the operator app: one of these keys."""

    iam: Annotated[IamEntry | UnsetType, meta("From the AWS console, with IAM permissions: the default")] = UNSET
    identity_center: Annotated[IdentityCenterEntry | UnsetType, meta("With IAM Identity Center")] = UNSET
    identity_provider: Annotated[IdentityProviderEntry | UnsetType, meta("With Okta or Entra")] = UNSET
    enabled: Annotated[bool | UnsetType, meta("false: no operator app")] = UNSET


class NewAgentSpaceEntry(Struct, kw_only=True, forbid_unknown_fields=True):
    """An Agent Space to create."""

    name: Annotated[str, meta("Name of the Agent Space", minLength=1, maxLength=MAX_NAME)]
    account_id: Annotated[
        AccountId | UnsetType, meta("The primary account; needed while agent_space_arn is not given")
    ] = UNSET
    region: Annotated[
        str | UnsetType, form("Region of the Agent Space; needed while agent_space_arn is not given", "region")
    ] = UNSET
    description: Annotated[
        str | UnsetType, meta("Description of the Agent Space", minLength=1, maxLength=MAX_DESCRIPTION)
    ] = UNSET
    locale: Annotated[
        str | UnsetType,
        meta("Language of the agent's answers, like en-US", pattern=f"^{LOCALE.pattern}$", maxLength=MAX_LOCALE),
    ] = UNSET
    elevated_actions_enabled: Annotated[bool, meta("Whether the agent may propose directed actions")] = False
    tags: Tags = {}
    operator_app: Annotated[
        OperatorAppEntry | UnsetType,
        meta("How people sign in to the operator app; default: iam", minProperties=1, maxProperties=1),
    ] = UNSET
    agent_role_name: Annotated[
        str | UnsetType, form(f"Name of the agent role; default {service.AGENT_ROLE_NAME}", "role_name")
    ] = UNSET
    capabilities: CapabilityEntries = []
    permissions_boundary: Annotated[
        str | UnsetType, form("Of its roles: a policy of that name in the primary account, or a full ARN", "policy")
    ] = UNSET
    encryption_key_arn: Annotated[
        str | UnsetType,
        meta(
            "ARN of a symmetric, single-Region KMS key, whose policy lets DevOps Agent use it; default: a key of AWS's",
            pattern=f"^{KEY_ARN_FORM}$",
            patternErrorMessage="Write the key's ARN in full; neither an alias nor a multi-Region key",
        ),
    ] = UNSET
