"""A primary account with its Agent Space, for the demo and the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from tests.emulator.server import Emulator

AGENT_ROLE = "DevOpsAgentRole-AgentSpace"


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveAssociation:
    """An association as it stands now, read over the API, but for the reason."""

    association_id: str
    role_arn: str
    status: str
    why_invalid: str | None


class PrimaryAccount:
    """The account of an Agent Space."""

    def __init__(self, emulator: Emulator, agent_space_arn: str, *, encryption_key_arn: str | None = None) -> None:
        """Create the Agent Space, with a key of one's own or AWS's.

        By the API; then it gets the id of the ARN: AWS makes ids up, but the examples name one.
        """
        # Not at the top, as moto takes seconds to import.
        from moto.devopsagent.models import devopsagent_backends  # noqa: PLC0415

        self.space = AgentSpaceArn.from_arn(agent_space_arn)
        self.api = emulator.client("devops-agent", self.space.account_id, self.space.region)
        self.iam = emulator.client("iam", self.space.account_id)
        self._emulator = emulator
        key = {} if encryption_key_arn is None else {"kmsKeyArn": encryption_key_arn}
        made_up = self.api.create_agent_space(name="Operations", **key)["agentSpace"]["agentSpaceId"]
        spaces: Any = devopsagent_backends[self.space.account_id][self.space.region].agent_spaces
        spaces[self.space.agent_space_id] = spaces.pop(made_up)
        spaces[self.space.agent_space_id].set_id(self.space.agent_space_id)

    def create_agent_role(self) -> str:
        """Create the agent role as AWS's guide does, and the association that tells the space of it; return its ARN."""
        any_space = f"arn:aws:aidevops:{self.space.region}:{self.space.account_id}:agentspace/*"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "aidevops.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": self.space.account_id},
                "ArnLike": {"aws:SourceArn": any_space},
            },
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn = self.iam.create_role(RoleName=AGENT_ROLE, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.iam.attach_role_policy(RoleName=AGENT_ROLE, PolicyArn="arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy")
        self.associate(self.space.account_id, arn, kind="aws")
        return arn

    def associate(self, account_id: str, role_arn: str, *, kind: str = "sourceAws", **settings: str) -> str:
        """Associate an account over the API; return the association's id."""
        account_type = {"sourceAws": "source", "aws": "monitor"}[kind]
        configuration = {
            kind: {"accountId": account_id, "accountType": account_type, "assumableRoleArn": role_arn, **settings}
        }
        answer = self.api.associate_service(
            agentSpaceId=self.space.agent_space_id, serviceId="aws", configuration=configuration
        )
        return str(answer["association"]["associationId"])

    def date_validations(self) -> None:
        """Let a validation change `updatedAt` of what it has looked at, also where the result is the same.

        AWS does not say whether its own does. The emulator's does not, so that programs must not rely on it; but then
        whoever waits for a result that is the same as before waits long.
        """
        self._in_memory().is_validation_dated = True

    def connect_unit(self, unit_id: str) -> None:
        """Switch the Agent Space to AWS's organization mode and connect a unit.

        Not over the API: the installed botocore may be older than the mode.
        """
        space = self._in_memory()
        space.source_mode = "organization"
        unit = {"organizationalUnitId": unit_id}
        space.associate("aws", {"sourceAwsOrg": {"accountType": "source", "organizationalUnit": unit}})

    def _in_memory(self) -> Any:
        # Not at the top, as moto takes seconds to import.
        from moto.devopsagent.models import devopsagent_backends  # noqa: PLC0415

        spaces: Any = devopsagent_backends[self.space.account_id][self.space.region].agent_spaces
        return spaces[self.space.agent_space_id]

    def validate(self) -> dict[str, LiveAssociation]:
        """Validate all associations; return them by account."""
        self.api.validate_aws_associations(agentSpaceId=self.space.agent_space_id)
        return self.associations()

    def associations(self) -> dict[str, LiveAssociation]:
        """All associations, by account."""
        found = {}
        pages = self.api.get_paginator("list_associations").paginate(agentSpaceId=self.space.agent_space_id)
        for association in pages.search("associations[]"):
            [settings] = association["configuration"].values()
            if "accountId" not in settings:
                continue
            found[settings["accountId"]] = LiveAssociation(
                association_id=association["associationId"],
                role_arn=settings["assumableRoleArn"],
                status=association["status"],
                why_invalid=self._emulator.why_invalid(association["associationId"]),
            )
        return found
