"""What AWS Organizations say of accounts that come and go, on the default bus of the management account.

Only CloudTrail brings these events to EventBridge, in us-east-1, and only if the account has a trail. Which of its two
kinds AccountJoinedOrganization and AccountDepartedOrganization are is unconfirmed; here they are service events.
See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_security_incident-response.html and the file
organization-events.md of the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends
from moto.organizations.models import OrganizationsBackend

from tests.emulator.event_bus.delivery import emit, event_of
from tests.emulator.resource_type import Place

_REGION, _SOURCE = "us-east-1", "aws.organizations"
_CALL, _SERVICE_EVENT = "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"


def telling(name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
    """Make an operation tell what it did: the call itself, and what became of the account."""

    def tell(organization: OrganizationsBackend, **arguments: Any) -> Any:
        answer = operation(organization, **arguments)
        place = Place(account_id=organization.account_id, region=_REGION)
        if not cloudtrail_backends[organization.account_id][_REGION].trails:
            return answer
        parameters = {key[0].lower() + key[1:]: value for key, value in arguments.items() if isinstance(value, str)}
        call = {"eventSource": "organizations.amazonaws.com", "eventName": name, "requestParameters": parameters}
        emit(event_of(place, _SOURCE, _CALL, {**call, "eventType": "AwsApiCall"}))
        for event_name, details in _service_events(name, arguments, answer):
            said = {"eventSource": call["eventSource"], "eventName": event_name, "serviceEventDetails": details}
            emit(event_of(place, _SOURCE, _SERVICE_EVENT, {**said, "eventType": "AwsServiceEvent"}))
        return answer

    return tell


def _service_events(name: str, arguments: dict[str, Any], answer: Any) -> list[tuple[str, dict[str, Any]]]:
    if name == "CreateAccount":
        account_id = answer["CreateAccountStatus"]["AccountId"]
        created = {"createAccountStatus": {"accountId": account_id, "state": "SUCCEEDED"}}
        joined = {"accountId": account_id, "joinedMethod": "Created"}
        return [("CreateAccountResult", created), ("AccountJoinedOrganization", joined)]
    if name == "RemoveAccountFromOrganization":
        departed = {"accountId": arguments["AccountId"], "departedMethod": "Removed"}
        return [("AccountDepartedOrganization", departed)]
    return []
