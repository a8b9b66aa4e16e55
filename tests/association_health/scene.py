"""An Agent Space, a clock and CloudFormation from memory, for the handler of the custom resource."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from devops_agent_constructs.association_health.custom_resource import MAX_ANSWER_BYTES
from devops_agent_constructs.association_health.validation_handler import ValidationHandler
from tests.account_sync.fake_clients import refusal

SPACE_ARN = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7"
STACK_ID = "arn:aws:cloudformation:us-east-1:111111111111:stack/Primary/0a1b2c3d"
URL = "https://cloudformation.example/signed?secret"
ORDERS, BILLING = "222222222222", "333333333333"
BEGINNING = datetime(2026, 11, 26, 8, tzinfo=timezone.utc)


def role_of(account_id: str) -> str:
    """Return the role that the stack names."""
    return f"arn:aws:iam::{account_id}:role/DevOpsAgentRole-SecondaryAccount"


@dataclass(kw_only=True)
class Scene:
    """An Agent Space whose validations are done at once, and what the handler does with it.

    Attributes:
        status_at: Account and seconds -> the status that a validation finds. Raises: AWS does.
        accounts: What the Agent Space has: account -> role.
        missing_until: Account -> seconds until its association is there.
        stack_status: Of the stack.
        refusal: How CloudFormation refuses to tell it, so many times as `refusals` says.
        failing_puts: How many answers do not reach CloudFormation.
        now: Seconds since the beginning.
        validations: When ValidateAwsAssociations was called.
        answers: What CloudFormation was told.
    """

    status_at: Callable[[str, float], str] = lambda _account, _seconds: "valid"
    accounts: dict[str, str] = field(default_factory=lambda: {one: role_of(one) for one in (ORDERS, BILLING)})
    missing_until: dict[str, float] = field(default_factory=dict)
    stack_status: str = "CREATE_IN_PROGRESS"
    refusal: Exception | None = None
    refusals: int = 0
    failing_puts: int = 0
    now: float = 0.0
    validations: list[float] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    log_group_name: str = "Primary-Log"
    elevated: dict[str, Any] = field(default_factory=dict)
    remaining_seconds: float = 900
    _found: dict[str, tuple[str, float]] = field(default_factory=dict)

    def list_associations(self, **_: Any) -> Mapping[str, Any]:
        """ListAssociations."""
        there = [one for one in self.accounts if self.now >= self.missing_until.get(one, 0)]
        return {"associations": [self._entry(account_id) for account_id in there]}

    def validate_aws_associations(self, **_: Any) -> Mapping[str, Any]:
        """ValidateAwsAssociations."""
        self.validations.append(self.now)
        self._found = {one: (self.status_at(one, self.now), self.now) for one in self.accounts}
        return {}

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""
        return int((self.remaining_seconds - self.now) * 1000)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.now += seconds

    def put(self, url: str, body: bytes) -> None:
        """Take an answer."""
        assert url == URL
        assert len(body) <= MAX_ANSWER_BYTES
        if self.failing_puts:
            self.failing_puts -= 1
            raise OSError(f"no connection to {url}")
        self.answers.append(json.loads(body))

    def handle(self, kind: str = "Create", *, client: Any = None, **properties: Any) -> dict[str, Any]:
        """Handle a request; return the last answer."""
        event = request(kind, **properties)
        handler = ValidationHandler(
            client=lambda region: self._in(region, client),
            describe_stacks=lambda _: self._describe_stacks,
            sleep=self.sleep,
            clock=lambda: self.now,
            put=self.put,
        )
        handler.handle(event, self)
        return self.answers[-1]

    def _describe_stacks(self, **parameters: Any) -> Mapping[str, Any]:
        assert parameters == {"StackName": STACK_ID}
        if self.refusal is not None and self.refusals:
            self.refusals -= 1
            raise self.refusal
        return {"Stacks": [{"StackStatus": self.stack_status}]}

    def _in(self, region: str, client: Any) -> Any:
        assert region == "us-east-1"
        return client or self

    def _entry(self, account_id: str) -> dict[str, Any]:
        status, at = self._found.get(account_id, ("pending-confirmation", 0.0))
        settings = {"accountId": account_id, "accountType": "source", "assumableRoleArn": self.accounts[account_id]}
        return {
            "associationId": f"of-{account_id}",
            "serviceId": "aws",
            "configuration": {"sourceAws": {**settings, **self.elevated}},
            "status": status,
            "updatedAt": BEGINNING + timedelta(seconds=at),
        }


def request(kind: str, **properties: Any) -> dict[str, Any]:
    """Return the event of the function; None takes a property away."""
    settings = {
        "ServiceToken": "arn:aws:lambda:us-east-1:111111111111:function:Validation",
        "AgentSpaceArn": SPACE_ARN,
        "Accounts": [{"AccountId": one, "RoleArn": role_of(one)} for one in (ORDERS, BILLING)],
        "TimeoutSeconds": "300",
        "FailDeployment": "true",
        **properties,
    }
    event = {
        "RequestType": kind,
        "ResponseURL": URL,
        "StackId": STACK_ID,
        "RequestId": "request-1",
        "ResourceType": "Custom::DevOpsAgentAssociationValidation",
        "LogicalResourceId": "Validation",
        "ResourceProperties": {key: value for key, value in settings.items() if value is not None},
    }
    return event if kind == "Create" else {**event, "PhysicalResourceId": "0a1b2c3d/Validation"}


def denied(_account: str, _seconds: float) -> str:
    """Refuse a validation, as AWS does while the function's own role is new."""
    raise refusal("ValidateAwsAssociations", "AccessDeniedException", "no identity-based policy allows", status=403)
