"""Checks of the texts of an Agent Space, as the schema of AWS::DevOpsAgent::AgentSpace of 2026-10-20 has them.

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


def check_texts(*, name: str, description: str | None, locale: str | None) -> None:
    """Check what people and the agent read; tokens pass.

    Raises:
        OnboardingInputError: A value that CloudFormation or DevOps Agent would refuse.
    """
    _text(name, field="name", maximum=MAX_NAME)
    if description is not None:
        _text(description, field="description", maximum=MAX_DESCRIPTION)
    if locale is not None and not _validators.is_token(locale) and not _is_locale(locale):
        why = f"not a language tag of at most {MAX_LOCALE} characters"
        raise OnboardingInputError("locale", locale, why=why, fix="write it like 'en' or 'pt-BR'")


def _is_locale(value: str) -> bool:
    return LOCALE.fullmatch(value) is not None and len(value) <= MAX_LOCALE


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
