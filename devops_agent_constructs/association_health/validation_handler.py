"""Handles the custom resource of `AssociationValidation`, in a Lambda function, and says what was found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.account_association import (
    INVALID,
    VALID,
    AccountAssociation,
    statuses_in_words,
)
from devops_agent_constructs.account_sync.retries import Operation, Retries, in_words
from devops_agent_constructs.account_sync.validations import Validations
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.association_health import custom_resource
from devops_agent_constructs.association_health.custom_resource import Answer, Put, Request
from devops_agent_constructs.association_health.repeated_validation import validate_until_valid

# What is left for the last calls and for the answer when the waiting ends.
_RESERVE_SECONDS = 60.0
_ATTEMPTS = 3
_NOT_ASSOCIATED = "not associated"


class Context(Protocol):
    """What a function is told about its run."""

    log_group_name: str

    def get_remaining_time_in_millis(self) -> int:
        """How long it may still run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationHandler:
    """Validates the accounts of a custom resource.

    Attributes:
        client: Makes the client of AWS DevOps Agent in a Region.
        describe_stacks: Returns CloudFormation's operation of that name in a Region.
        sleep: Waits for some seconds.
        clock: Returns seconds from any beginning.
        put: Sends the answer. None: over the network.
    """

    client: Callable[[str], AgentClient]
    describe_stacks: Callable[[str], Operation]
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    put: Put | None = None

    def handle(self, event: Mapping[str, Any], context: Context) -> None:
        """Validate the accounts, and answer CloudFormation."""
        log, seconds = context.log_group_name, context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS

        def work(request: Request) -> Answer:
            try:
                return self._validate(request, seconds)
            except Exception as error:
                if _fails(request):
                    raise
                return Answer(is_success=True, summary=f"not validated: {in_words(error)}")

        custom_resource.answer(event, work, log=log, put=self.put)

    def _validate(self, request: Request, seconds: float) -> Answer:
        if request.kind == "Update" and (why := self._why_not_validated(request.stack_id)):
            return Answer(is_success=True, summary=f"not validated: {why}")
        space = AgentSpaceArn.from_arn(request.properties["AgentSpaceArn"], field="AgentSpaceArn")
        roles = {account["AccountId"]: account["RoleArn"] for account in request.properties["Accounts"]}
        validations = Validations(
            client=self.client(space.region),
            agent_space_id=space.agent_space_id,
            retries=Retries(attempts=_ATTEMPTS, sleep=self.sleep),
            sleep=self.sleep,
            clock=self.clock,
        )
        timeout = max(0.0, min(float(request.properties["TimeoutSeconds"]), seconds))
        found = validate_until_valid(validations, sorted(roles), seconds=timeout)
        statuses = {
            account_id: AccountStatus(account_id=account_id, role_arn=roles[account_id], association=association)
            for account_id, association in found.items()
        }
        return _answer(statuses, space, timeout, fails=_fails(request))

    def _why_not_validated(self, stack_id: str) -> str | None:
        """Say why an Update must not fail: it brings back what was before one that failed, or nobody knows.

        The request looks like any other. To fail it, too, because of an account that was broken before would leave the
        stack in UPDATE_ROLLBACK_FAILED, which only an operator can end. A validation that is left out costs less.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
        """
        try:
            operation = self.describe_stacks(stack_id.split(":")[3])
            [stack] = Retries(sleep=self.sleep).call(operation, StackName=stack_id)["Stacks"]
        except Exception as error:  # noqa: BLE001  # Whatever it is, it must not fail a rollback.
            return f"whether the stack is being rolled back cannot be read: {in_words(error)}"
        return "the stack is being rolled back" if stack["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS" else None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountStatus:
    """What was found about an account.

    Attributes:
        account_id: 12 digits.
        role_arn: The role that the stack connects it through.
        association: What the Agent Space has. None: nothing.
    """

    account_id: str
    role_arn: str
    association: AccountAssociation | None

    @property
    def status(self) -> str:
        """The association's status, or that there is none."""
        return _NOT_ASSOCIATED if self.association is None else self.association.status

    @property
    def word(self) -> str:
        """`valid`, `invalid`, `pending` or `not associated`."""
        return _NOT_ASSOCIATED if self.association is None else self.association.short_status

    @property
    def is_valid(self) -> bool:
        """Whether AWS DevOps Agent can assume the role."""
        return self.status == VALID

    def line(self, agent_space_arn: str) -> str:
        """Return the line: id, status, likely cause, fix.

        No fix changes a permission: whoever looks after the account decides that, with what doctor says.
        """
        found = self.association
        if found is None:
            return (
                f"{self.account_id} {self.word}: the Agent Space has no association of it: somebody has removed the "
                "one that the stack made. Fix: take the account out of the stack and deploy, then add it and deploy, "
                "as CloudFormation cannot update what is gone"
            )
        if found.role_arn != self.role_arn and not self.is_valid:
            return (
                f"{self.account_id} {self.word}: the association names {found.role_arn}, and the stack "
                f"{self.role_arn}: somebody has changed it. Fix: see who needs that role; "
                f"devops-agent-accounts list {agent_space_arn} shows all associations"
            )
        if self.word == INVALID:
            return (
                f"{self.account_id} {self.word}: AWS DevOps Agent cannot assume {found.role_arn}: it is missing, is "
                "too new to be known everywhere, or its trust policy or a control policy of the organization keeps "
                "this Agent Space out; the status does not tell which. Fix: what this says, with credentials of the "
                f"account: devops-agent-accounts doctor {agent_space_arn} --account {self.account_id}"
                f"{found.role_options}"
            )
        if self.is_valid:
            is_broken = found.elevated_role_status == INVALID
            elevated = f", but its role for directed actions is not: {found.elevated_role_arn}" if is_broken else ""
            return f"{self.account_id} {self.word}{elevated}"
        return (
            f"{self.account_id} {self.word}: AWS has not validated {found.role_arn} yet; why, the status does not "
            "tell, and nothing need be wrong. Fix: wait, and deploy again once it is valid: "
            f"devops-agent-accounts verify {agent_space_arn} --account {self.account_id} --wait 15"
        )


def _fails(request: Request) -> bool:
    return bool(request.properties["FailDeployment"] == "true")


def _answer(statuses: Mapping[str, AccountStatus], space: AgentSpaceArn, seconds: float, *, fails: bool) -> Answer:
    is_valid = all(status.is_valid for status in statuses.values())
    numbers = statuses_in_words(Counter(status.status for status in statuses.values()))
    # What needs doing first: an answer may have no room for all.
    ordered = sorted(statuses.values(), key=lambda status: (status.is_valid, status.account_id))
    lines = [status.line(space.arn) for status in ordered]
    if is_valid or not fails:
        return Answer(is_success=True, summary=numbers, lines=lines)
    return Answer(is_success=False, summary=f"after {seconds:.0f} seconds: {numbers}", lines=lines)


def _describe_stacks(region: str) -> Operation:
    # The runtime's own; not at the top, as few requests need it.
    import boto3  # noqa: PLC0415

    operation: Operation = boto3.client("cloudformation", region_name=region).describe_stacks
    return operation


def handle(event: Mapping[str, Any], context: Context) -> None:
    """Handle a request of CloudFormation."""
    ValidationHandler(client=AgentClient, describe_stacks=_describe_stacks).handle(event, context)
