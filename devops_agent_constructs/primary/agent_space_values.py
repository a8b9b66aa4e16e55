"""Checks of an Agent Space's texts and key, as the schema of AWS::DevOpsAgent::AgentSpace of 2026-10-20 has them.

The accounts file's reader needs them, too, and does not wait for the CDK.
"""

from __future__ import annotations

import re
import unicodedata

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError

MAX_NAME = 255
MAX_DESCRIPTION = 1_000
MAX_LOCALE = 35
LOCALE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
KEY_ARN_FORM = (
    r"arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"
)
_KEY_ARN = re.compile(KEY_ARN_FORM)
KEY_KIND = "a symmetric, single-Region key of the Agent Space's Region"


def check_texts(*, name: str, description: str | None, locale: str | None) -> None:
    """Check what people and the agent read; tokens pass."""
    _text(name, field="name", maximum=MAX_NAME)
    if description is not None:
        _text(description, field="description", maximum=MAX_DESCRIPTION)
    if locale is None or _validators.is_token(locale):
        return
    if LOCALE.fullmatch(locale) is None or len(locale) > MAX_LOCALE:
        why = f"not a language tag of at most {MAX_LOCALE} characters"
        raise OnboardingInputError("locale", locale, why=why, fix="write it like 'en' or 'pt-BR'")


def _text(value: str, *, field: str, maximum: int) -> None:
    if _validators.is_token(value):
        return
    if not 1 <= len(value) <= maximum:
        why, fix = f"{len(value)} characters; DevOps Agent admits 1-{maximum}", "shorten it, or give one"
        raise OnboardingInputError(field, value, why=why, fix=fix)
    for character in value:
        # Letters, numbers, punctuation, symbols and separators; no control characters, no combining marks.
        if unicodedata.category(character)[0] not in "LNPSZ":
            why = f"DevOps Agent refuses the character {character!r}"
            fix = "use letters, digits, punctuation, symbols and spaces, without line breaks"
            raise OnboardingInputError(field, value, why=why, fix=fix)


def why_not_key(arn: str, *, region: str) -> str:
    """Return why DevOps Agent does not take a key for an Agent Space of the Region, as far as its ARN says.

    Empty: it may. See
    https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-encryption-at-rest-for-devops-agent.html
    (read 2026-10-20).
    """
    if ":alias/" in arn:
        return "an alias; DevOps Agent takes the key itself"
    if _validators.is_token(arn):
        return ""
    if _KEY_ARN.fullmatch(arn) is None:
        return "a multi-Region key" if ":key/mrk-" in arn else "not the full ARN of a key"
    own = arn.split(":")[3]
    if not _validators.is_token(region) and own != region:
        # Not on AWS's page, but the key's policy names the Agent Space's Region.
        return f"a key of {own}; the Agent Space is in {region}"
    return ""
