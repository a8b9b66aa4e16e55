"""An organization of many accounts, whose services answer page by page, and throttle by a clock of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.account_sync.cases import NOW
from tests.account_sync.fake_clients import refusal

Answer = Mapping[str, Any]
UNIT = "ou-a1b2-11112222"
MANAGEMENT = "999999999999"
ROLE = "DevOpsAgentRole-SecondaryAccount"


@dataclass(kw_only=True)
class LargeOrganization:
    """All services at once.

    Attributes:
        number: How many accounts there are.
        calls_per_second: How many calls AWS DevOps Agent admits on average; None: any number.
        burst: How many it admits at once.
        call_seconds: How long a call takes.
        now: The time, in seconds since the beginning.
        calls: Operation -> how often it was called.
        throttled: How many calls were refused.
    """

    number: int
    calls_per_second: float | None = None
    burst: float = 20.0
    call_seconds: float = 0.05
    now: float = 0.0
    calls: dict[str, int] = field(default_factory=dict)
    throttled: int = 0
    associations: dict[str, dict[str, Any]] = field(default_factory=dict)
    _admitted_at: float = 0.0
    _left: float = 0.0

    def __post_init__(self) -> None:
        """Let the first burst pass."""
        self._left = self.burst

    @cached_property
    def account_ids(self) -> list[str]:
        """All accounts."""
        return [f"2{number:011d}" for number in range(self.number)]

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def describe_organization(self) -> Answer:
        """DescribeOrganization."""
        self._called("DescribeOrganization")
        return {"Organization": {"MasterAccountId": MANAGEMENT}}

    def get_caller_identity(self) -> Answer:
        """GetCallerIdentity."""
        return {"Account": "111111111111"}

    def describe_organizational_unit(self, **_: Any) -> Answer:
        """DescribeOrganizationalUnit."""
        self._called("DescribeOrganizationalUnit")
        return {}

    def list_accounts(self, **parameters: Any) -> Answer:
        """ListAccounts, with what is above each."""
        self._called("ListAccounts")
        ids = [*self.account_ids, MANAGEMENT]
        page, token = self._page(ids, parameters["MaxResults"], parameters.get("NextToken"))
        paths = {MANAGEMENT: "o-a1b2c3d4e5/r-a1b2/"}
        accounts = [
            {"Id": one, "State": "ACTIVE", "Paths": [f"{paths.get(one, f'o-a1b2c3d4e5/r-a1b2/{UNIT}/')}{one}/"]}
            for one in page
        ]
        return {"Accounts": accounts, **({"NextToken": token} if token else {})}

    def list_accounts_for_parent(self, **_: Any) -> Answer:
        """ListAccountsForParent, which is not needed."""
        raise NotImplementedError

    list_organizational_units_for_parent = list_accounts_for_parent
    describe_stack_instance = list_accounts_for_parent

    def describe_stack_set(self, **_: Any) -> Answer:
        """DescribeStackSet."""
        self._called("DescribeStackSet")
        body = '{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "' + ROLE + '"}}}}'
        return {"StackSet": {"TemplateBody": body}}

    def list_stack_instances(self, **parameters: Any) -> Answer:
        """ListStackInstances: all are CURRENT."""
        self._called("ListStackInstances")
        page, token = self._page(self.account_ids, parameters["MaxResults"], parameters.get("NextToken"))
        found = [{"Account": one, "Region": "us-east-1", "Status": "CURRENT"} for one in page]
        return {"Summaries": found, **({"NextToken": token} if token else {})}

    def get_agent_space(self, **_: Any) -> Answer:
        """GetAgentSpace."""
        self._agent_called("GetAgentSpace")
        return {"agentSpace": {}}

    def list_associations(self, **parameters: Any) -> Answer:
        """ListAssociations."""
        self._agent_called("ListAssociations")
        ids = list(self.associations)
        page, token = self._page(ids, parameters["maxResults"], parameters.get("nextToken"))
        found = [self.associations[one] for one in page]
        return {"associations": found, **({"nextToken": token} if token else {})}

    def associate_service(self, **parameters: Any) -> Answer:
        """AssociateService."""
        self._agent_called("AssociateService")
        self.connect(parameters["configuration"]["sourceAws"]["accountId"])
        return {}

    def update_association(self, **_: Any) -> Answer:
        """UpdateAssociation, of which nothing is needed; nor of DisassociateService."""
        raise NotImplementedError

    disassociate_service = update_association

    def validate_aws_associations(self, **_: Any) -> Answer:
        """ValidateAwsAssociations."""
        self._agent_called("ValidateAwsAssociations")
        return {}

    def connect(self, account_id: str) -> None:
        """Connect an account."""
        assert account_id not in self.associations
        role_arn = f"arn:aws:iam::{account_id}:role/{ROLE}"
        settings = {"accountId": account_id, "accountType": "source", "assumableRoleArn": role_arn}
        self.associations[account_id] = {
            "associationId": f"a-{account_id}",
            "serviceId": "aws",
            "configuration": {"sourceAws": settings},
            "status": "valid",
            "updatedAt": NOW,
        }

    def _page(self, entries: list[str], size: int, token: str | None) -> tuple[list[str], str | None]:
        start = int(token or 0)
        end = start + size
        return entries[start:end], str(end) if end < len(entries) else None

    def _called(self, operation: str) -> None:
        self.now += self.call_seconds
        self.calls[operation] = self.calls.get(operation, 0) + 1

    def _agent_called(self, operation: str) -> None:
        """Take a place of those that come back with time, as AWS's own limit works."""
        self._called(operation)
        if self.calls_per_second is None:
            return
        self._left = min(self.burst, self._left + (self.now - self._admitted_at) * self.calls_per_second)
        self._admitted_at = self.now
        if self._left < 1:
            self.throttled += 1
            raise refusal(operation, "ThrottlingException", "Rate exceeded", status=429)
        self._left -= 1
