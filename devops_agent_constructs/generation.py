"""Which of AWS's two set-ups a secondary role follows."""

from __future__ import annotations

from enum import Enum


class Generation(Enum):
    """Which of AWS's two set-ups a secondary role follows; a change updates the role in place.

    PREVIEW -> TRANSITION -> GA moves a role without an outage.
    """

    GA = "ga"
    """Since 2026-03-30: the service assumes the role directly, as the principal `aidevops.amazonaws.com`."""

    PREVIEW = "preview"
    """Before: the agent role of the primary account assumes it, with the Agent Space's ARN as external id."""

    TRANSITION = "transition"
    """Both trust statements, both managed policies, the union of the inline statements."""

    @property
    def needs_agent_role(self) -> bool:
        """Whether the trust policy names the agent role of the primary account."""
        return self is not Generation.GA
