"""How people sign in to the operator app, the web app of an Agent Space: three ways, of which a space has one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from devops_agent_constructs import _validators
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import OnboardingInputError

if TYPE_CHECKING:
    from aws_cdk import SecretValue
    from aws_cdk.aws_secretsmanager import ISecret

    ClientSecret: TypeAlias = ISecret | SecretValue | str

FORMS = {
    # botocore's `sso-admin` model: the shape InstanceArn.
    "instance_arn": r"arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9.-]{16}",
    # The schema of AWS::DevOpsAgent::AgentSpace of 2026-10-20.
    "issuer_url": r"https://[a-zA-Z0-9.-]+(:[0-9]+)?(/.*)?",
    # The name's characters: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html.
    "secret_arn": r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}",
    # In a reference it stands between colons: {{resolve:secretsmanager:<ARN>:SecretString:<field>}}, see
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html.
    "json_field": "[^:{}]{1,256}",
}
"""What is checked below, as patterns of the whole value, for the JSON Schema of the accounts file."""
_INSTANCE_ARN, _ISSUER_URL, _SECRET_ARN, _JSON_FIELD = map(re.compile, FORMS.values())
MAX_CLIENT_ID = 512
_PROVIDERS = ("entra", "okta")


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class IamSignIn:
    """People open the operator app from the AWS console, with their IAM permissions; AWS's own CLI guide does so.

    See https://docs.aws.amazon.com/devopsagent/latest/userguide/getting-started-with-aws-devops-agent-cli-onboarding-guide.html
    """


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityCenterSignIn:
    """People sign in with IAM Identity Center; the service creates an application there.

    Attributes:
        instance_arn: `arn:aws:sso:::instance/ssoins-...`, from the settings page of Identity Center.

    Raises:
        OnboardingInputError: It is not such an ARN.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-devopsagent-agentspace-idcauthconfiguration.html
    """

    instance_arn: str

    def __post_init__(self) -> None:
        """Check the ARN."""
        why = "not the ARN of an instance of IAM Identity Center"
        fix = "copy it from Identity Center's settings, like 'arn:aws:sso:::instance/ssoins-1234567890abcdef'"
        _validators.form(self.instance_arn, _INSTANCE_ARN, field="instance_arn", why=why, fix=fix)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityProviderSignIn:
    """People sign in with an identity provider of their own, by OpenID Connect.

    CloudFormation reads the secret at deployment: whoever deploys needs `secretsmanager:GetSecretValue` on it. It does
    not notice a new value of the secret; name a version in a `SecretValue` to hand it on.

    Attributes:
        issuer_url: The provider's issuer, e.g. `https://example.okta.com`.
        client_id: 1-512 characters, from the provider's registration of the app.
        client_secret: A secret of Secrets Manager, or one field of it (`secret.secret_value_from_json("key")`). The
            template holds a reference, never the value. Or the ARN of one, as in an accounts file.
        provider: `okta` or `entra`.
        json_field: Beside an ARN: the field of the secret's JSON. None: the secret is the text itself.

    Raises:
        OnboardingInputError: A field is malformed, or the client secret is a plain string.

    See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-devopsagent-agentspace-idpauthconfiguration.html
    """

    issuer_url: str
    client_id: str
    client_secret: ClientSecret = field(repr=False)
    provider: str
    json_field: str | None = None

    def __post_init__(self) -> None:
        """Check every field; that the secret is a reference is checked where it is used."""
        why, fix = "not an https URL without white space", "write it like 'https://example.okta.com'"
        _validators.form(self.issuer_url, _ISSUER_URL, field="issuer_url", why=why, fix=fix)
        if not _validators.is_token(self.client_id) and not 1 <= len(self.client_id) <= MAX_CLIENT_ID:
            why = f"a client id has 1-{MAX_CLIENT_ID} characters"
            raise OnboardingInputError("client_id", self.client_id, why=why, fix="copy it from the provider")
        if self.provider not in _PROVIDERS:
            why = "DevOps Agent knows two identity providers"
            raise OnboardingInputError("provider", self.provider, why=why, fix="write 'okta' or 'entra'")
        self._check_secret()

    def _check_secret(self) -> None:
        secret: object = self.client_secret
        if isinstance(secret, str):
            if _SECRET_ARN.fullmatch(secret) is None:
                raise not_a_secret()
            if self.json_field is not None and _JSON_FIELD.fullmatch(self.json_field) is None:
                why = "not the name of a field that a reference of CloudFormation can have"
                value = self.json_field
                raise OnboardingInputError("json_field", value, why=why, fix="rename it in the secret")
            return
        if isinstance(secret, type) or not any(hasattr(secret, name) for name in ("secret_value", "unsafe_unwrap")):
            raise not_a_secret()
        if self.json_field is not None:
            why, fix = "only an ARN leaves the field open", "give secret.secret_value_from_json(...) as client_secret"
            raise OnboardingInputError("json_field", self.json_field, why=why, fix=fix)


OperatorSignIn: TypeAlias = IamSignIn | IdentityCenterSignIn | IdentityProviderSignIn
IAM_SIGN_IN = IamSignIn()


def arns_of(sign_in: OperatorSignIn | None) -> dict[str, str]:
    """Return the ARNs in it, by the field that an error names."""
    if isinstance(sign_in, IdentityCenterSignIn):
        return {"operator_app.instance_arn": sign_in.instance_arn}
    if isinstance(sign_in, IdentityProviderSignIn) and isinstance(sign_in.client_secret, str):
        return {"operator_app.client_secret": sign_in.client_secret}
    return {}


def not_a_secret() -> OnboardingInputError:
    """Return the error for a client secret that is no reference to Secrets Manager; it does not show the value."""
    why = "the template would hold what was given; it must refer to a secret of Secrets Manager"
    fix = "give secretsmanager.Secret.from_secret_name_v2(...), SecretValue.secrets_manager(...) or the secret's ARN"
    return OnboardingInputError("client_secret", "(not shown)", why=why, fix=fix)
