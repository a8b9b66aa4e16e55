"""Clients that answer from memory, as boto3's would, page by page, and fail when a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import exceptions
from botocore.exceptions import ClientError

from devops_agent_constructs._functions.agent_client import AgentClient
from devops_agent_constructs.account_sync.account_association import AccountAssociation
from tests.account_sync.cases import NOW

Answer = Mapping[str, Any]


def refusal(operation: str, code: str, message: str = "", *, status: int = 400) -> ClientError:
    """Return what boto3 raises for an answer that is an error."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


_URL = {"endpoint_url": "https://cp.aidevops.us-east-1.api.aws"}
FOR_ALL_CALLS: list[Exception] = [
    *(
        refusal("AssociateService", code)
        for code in ("ExpiredTokenException", "RequestExpired", "UnrecognizedClientException", "SignatureDoesNotMatch")
    ),
    # What refreshes the credentials of a profile is a call of its own.
    refusal("AssumeRole", "AccessDenied", "not authorized to perform: sts:AssumeRole", status=403),
    refusal("GetRoleCredentials", "ForbiddenException", "No access", status=403),
    exceptions.UnauthorizedSSOTokenError(),
    exceptions.SSOTokenLoadError(profile_name="operations", error_msg="has expired"),
    exceptions.CredentialRetrievalError(provider="custom-process", error_msg="exited with 1"),
    exceptions.NoCredentialsError(),
    exceptions.RefreshWithMFAUnsupportedError(),
    exceptions.MetadataRetrievalError(error_msg="no answer"),
    exceptions.ConnectTimeoutError(**_URL),
    exceptions.EndpointConnectionError(**_URL, error="no route"),
    exceptions.ProxyConnectionError(proxy_url="http://localhost:1"),
    exceptions.SSLError(**_URL, error=OSError("self-signed")),
    exceptions.ReadTimeoutError(**_URL, error="timed out"),
    exceptions.ConnectionClosedError(**_URL),
]
"""Errors after which no other call can be good: the credentials ended, or nobody answers."""


def making(role_name: object, *, path: object = None, **settings: Any) -> dict[str, Any]:
    """Return what DescribeStackSet says of a StackSet that makes one role; `settings` are more of its template."""
    properties = {"RoleName": role_name, **({} if path is None else {"Path": path})}
    resources = {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}
    return {"TemplateBody": json.dumps({"Resources": resources, **settings}), "Parameters": []}


@dataclass(kw_only=True)
class FakeClient:
    """What all of them do.

    Attributes:
        calls: Operation and parameters of each call, in order.
        before: Called with the operation and its parameters before it is done: may raise.
        page_size: How many entries are on a page.
        empty_page: The number of a page that comes empty, with a token to go on.
    """

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before: Callable[[str, dict[str, Any]], object] = lambda _operation, _parameters: None
    page_size: int = 2
    empty_page: int | None = 1

    def called(self, operation: str, parameters: dict[str, Any]) -> None:
        """Remember a call."""
        self.calls.append((operation, parameters))
        self.before(operation, parameters)

    def page(self, key: str, entries: list[Any], token_name: str, token: str | None) -> Answer:
        """Return a page; the tokens are `number of the page/start`."""
        number, start = map(int, (token or "0/0").split("/"))
        end = start if number == self.empty_page else start + self.page_size
        answer: dict[str, Any] = {key: entries[start:end]}
        return {**answer, token_name: f"{number + 1}/{end}"} if end < len(entries) else answer


@dataclass(kw_only=True)
class FakeOrganizations(FakeClient):
    """AWS Organizations.

    Attributes:
        units: Account or unit -> what is above it.
        states: Account -> its state; others are ACTIVE.
        has_paths: Whether accounts have `Paths`.
        has_state: Whether accounts have `State`, or the older `Status`.
        management_account_id: Of the organization.
    """

    units: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    has_paths: bool = True
    has_state: bool = True
    management_account_id: str = "999999999999"

    def describe_organization(self, **parameters: Any) -> Answer:
        """DescribeOrganization."""
        self.called("DescribeOrganization", parameters)
        return {"Organization": {"MasterAccountId": self.management_account_id}}

    def get_caller_identity(self, **parameters: Any) -> Answer:
        """GetCallerIdentity of AWS STS, by a delegated administrator."""
        self.called("GetCallerIdentity", parameters)
        return {"Account": "111111111111"}

    def describe_organizational_unit(self, **parameters: Any) -> Answer:
        """DescribeOrganizationalUnit."""
        self.called("DescribeOrganizationalUnit", parameters)
        if parameters["OrganizationalUnitId"] not in self.units:
            raise refusal("DescribeOrganizationalUnit", "OrganizationalUnitNotFoundException", "no such unit")
        return {"OrganizationalUnit": {"Id": parameters["OrganizationalUnitId"]}}

    def list_accounts(self, **parameters: Any) -> Answer:
        """ListAccounts."""
        self.called("ListAccounts", parameters)
        accounts = [self._account(one) for one in self.units if one.isdigit()]
        return self.page("Accounts", accounts, "NextToken", parameters.get("NextToken"))

    def list_accounts_for_parent(self, **parameters: Any) -> Answer:
        """ListAccountsForParent."""
        self.called("ListAccountsForParent", parameters)
        if parameters["ParentId"] not in {*self.units, *self.units.values()}:
            raise refusal("ListAccountsForParent", "ParentNotFoundException", "no such parent")
        accounts = [self._account(one) for one in self._directly_in(parameters["ParentId"]) if one.isdigit()]
        return self.page("Accounts", accounts, "NextToken", parameters.get("NextToken"))

    def list_organizational_units_for_parent(self, **parameters: Any) -> Answer:
        """ListOrganizationalUnitsForParent."""
        self.called("ListOrganizationalUnitsForParent", parameters)
        units = [{"Id": one} for one in self._directly_in(parameters["ParentId"]) if not one.isdigit()]
        return self.page("OrganizationalUnits", units, "NextToken", parameters.get("NextToken"))

    def _directly_in(self, unit_id: str) -> list[str]:
        return [one for one, above in self.units.items() if above == unit_id]

    def _account(self, account_id: str) -> dict[str, Any]:
        above, path = self.units[account_id], ""
        while above:
            path, above = f"{above}/{path}", self.units.get(above, "")
        paths = {"Paths": [f"o-a1b2c3d4e5/{path}{account_id}/"]} if self.has_paths else {}
        state = self.states.get(account_id, "ACTIVE")
        return {"Id": account_id, "State" if self.has_state else "Status": state, **paths}


@dataclass(kw_only=True)
class FakeCloudFormation(FakeClient):
    """CloudFormation of the StackSet's administrator.

    Attributes:
        instances: Name of a StackSet -> account -> status and detailed status.
        described: Name of a StackSet -> what DescribeStackSet says beside the name.
        overrides: Account -> the parameters that its stack has in place of the StackSet's.
    """

    instances: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    described: dict[str, dict[str, Any]] = field(default_factory=dict)
    overrides: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def describe_stack_instance(self, **parameters: Any) -> Answer:
        """DescribeStackInstance."""
        self.called("DescribeStackInstance", parameters)
        assert parameters["StackInstanceRegion"] == "us-east-1"
        overrides = self.overrides.get(parameters["StackInstanceAccount"], [])
        return {"StackInstance": {"ParameterOverrides": overrides}}

    def describe_stack_set(self, **parameters: Any) -> Answer:
        """DescribeStackSet."""
        self.called("DescribeStackSet", parameters)
        name = parameters["StackSetName"]
        if name not in self.instances:
            raise refusal("DescribeStackSet", "StackSetNotFoundException", "StackSet not found", status=404)
        return {"StackSet": {"StackSetName": name, **self.described.get(name, making("Agent", path="/ops/"))}}

    def list_stack_instances(self, **parameters: Any) -> Answer:
        """ListStackInstances."""
        self.called("ListStackInstances", parameters)
        if parameters["StackSetName"] not in self.instances:
            raise refusal("ListStackInstances", "StackSetNotFoundException", "StackSet not found", status=404)
        entries = [
            {
                "Account": account_id,
                "Region": "us-east-1",
                "Status": status,
                "StackInstanceStatus": {"DetailedStatus": detailed},
            }
            for account_id, (status, detailed) in self.instances[parameters["StackSetName"]].items()
        ]
        return self.page("Summaries", entries, "NextToken", parameters.get("NextToken"))


@dataclass(kw_only=True)
class FakeDevOpsAgent(FakeClient, AgentClient):
    """AWS DevOps Agent with one Agent Space.

    Attributes:
        associations: Id -> the association as the API has it.
        space: What GetAgentSpace says beside the id.
    """

    associations: dict[str, dict[str, Any]] = field(default_factory=dict)
    space: dict[str, Any] = field(default_factory=dict)

    def add(self, association: AccountAssociation) -> None:
        """Add an association of a single account."""
        kind = "aws" if association.account_type == "monitor" else "sourceAws"
        self._keep(association.association_id, association.service_id, {kind: dict(association.settings)})

    def roles(self) -> dict[str, str]:
        """Return account -> role, of all secondary accounts that are connected."""
        found = [one["configuration"].get("sourceAws") for one in self.associations.values()]
        return {settings["accountId"]: settings["assumableRoleArn"] for settings in found if settings}

    def writes(self) -> list[str]:
        """Return the operations that change something, in order."""
        reads = {"GetAgentSpace", "ListAssociations", "ValidateAwsAssociations"}
        return [operation for operation, _ in self.calls if operation not in reads]

    def get_agent_space(self, **parameters: Any) -> Answer:
        """GetAgentSpace."""
        self.called("GetAgentSpace", parameters)
        return {"agentSpace": {"agentSpaceId": parameters["agentSpaceId"], **self.space}}

    def validate_aws_associations(self, **parameters: Any) -> Answer:
        """ValidateAwsAssociations, which says nothing."""
        self.called("ValidateAwsAssociations", parameters)
        for one in self.associations.values():
            one["status"] = "valid"
        return {}

    def list_associations(self, **parameters: Any) -> Answer:
        """ListAssociations."""
        self.called("ListAssociations", parameters)
        return self.page("associations", list(self.associations.values()), "nextToken", parameters.get("nextToken"))

    def associate_service(self, **parameters: Any) -> Answer:
        """AssociateService."""
        self.called("AssociateService", parameters)
        [settings] = parameters["configuration"].values()
        if settings["accountId"] in self.roles():
            message = f"AWS association with accountId {settings['accountId']} already exists for this agent space"
            raise refusal("AssociateService", "ValidationException", message)
        self._keep(f"made-{settings['accountId']}", parameters["serviceId"], parameters["configuration"])
        return {}

    def update_association(self, **parameters: Any) -> Answer:
        """UpdateAssociation."""
        self.called("UpdateAssociation", parameters)
        if parameters["associationId"] not in self.associations:
            raise refusal("UpdateAssociation", "ResourceNotFoundException", "not found", status=404)
        self._keep(parameters["associationId"], "aws", parameters["configuration"])
        return {}

    def disassociate_service(self, **parameters: Any) -> Answer:
        """DisassociateService."""
        self.called("DisassociateService", parameters)
        self.associations.pop(parameters["associationId"], None)
        return {}

    def _keep(self, association_id: str, service_id: str, configuration: dict[str, Any]) -> None:
        self.associations[association_id] = {
            "associationId": association_id,
            "serviceId": service_id,
            "configuration": configuration,
            "status": "pending-confirmation",
            "updatedAt": NOW,
        }
