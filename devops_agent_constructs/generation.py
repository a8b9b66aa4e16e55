"""Which of AWS's two set-ups a secondary role follows."""

from __future__ import annotations

from enum import Enum

from devops_agent_constructs.errors import OnboardingInputError


class Generation(Enum):
    """Which of AWS's two set-ups a secondary role follows; a change updates the role in place.

    PREVIEW -> TRANSITION -> GA moves a role without an outage. Where one is asked for, its value (`"ga"`) will do.
    """

    GA = "ga"
    """Since 2026-03-30: the service assumes the role directly, as the principal `aidevops.amazonaws.com`."""

    PREVIEW = "preview"
    """Before: the agent role of the primary account assumes it, with the Agent Space's ARN as external id."""

    TRANSITION = "transition"
    """Both trust statements, both managed policies, the union of the inline statements."""

    @classmethod
    def _missing_(cls, value: object) -> Generation:
        fix = "write Generation.GA, .PREVIEW or .TRANSITION, or its value: 'ga', 'preview' or 'transition'"
        raise OnboardingInputError("generation", value, why="no generation of AWS's set-up", fix=fix)

    @property
    def needs_agent_role(self) -> bool:
        """Whether the trust policy names the agent role of the primary account."""
        return self is not Generation.GA
