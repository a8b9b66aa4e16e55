"""The Agent Space that a command is about, by its id or ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.cli.errors import CommandError
from devops_agent_constructs.cli.exit_codes import ExitCode
from devops_agent_constructs.cli.session import Session

# botocore's `devops-agent` model, API version 2026-01-01 (shape AgentSpaceId).
_ID = re.compile("[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentSpaceTarget:
    """An Agent Space and the session that reaches it.

    Attributes:
        agent_space_id: The last part of its ARN.
        arn: None if the user gave the id alone.
        session: In the ARN's Region, if the user gave the ARN.
    """

    agent_space_id: str
    arn: AgentSpaceArn | None
    session: Session

    @classmethod
    def parse(cls, text: str, session: Session) -> AgentSpaceTarget:
        """Read what the user wrote for AGENT_SPACE.

        Raises:
            CommandError: Neither an id nor an ARN, or an ARN of another Region than `--region` says.
            OnboardingInputError: A malformed ARN.
        """
        if _ID.fullmatch(text):
            return cls(agent_space_id=text, arn=None, session=session)
        arn = AgentSpaceArn.from_arn(text, field="AGENT_SPACE")
        if session.region not in {None, arn.region}:
            why = f"the Agent Space's ARN says Region {arn.region}"
            fix = "leave out --region: the ARN is enough"
            raise CommandError(f"--region {session.region}", why=why, fix=fix, exit_code=ExitCode.USAGE)
        return cls(agent_space_id=arn.agent_space_id, arn=arn, session=replace(session, region=arn.region))
