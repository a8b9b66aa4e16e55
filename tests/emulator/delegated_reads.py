"""AWS Organizations answers a delegated administrator like the management account, and refuses other members."""

from __future__ import annotations

import json
from collections.abc import Callable

from moto.organizations.exceptions import AWSOrganizationsNotInUseException, OrganizationsClientError
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.organizations.responses import OrganizationsResponse

from tests.emulator.faults import FAULTS

# https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html and the pages of the others:
# "only from the organization's management account or by a member account that is a delegated administrator".
_READS = {
    "DescribeAccount",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "ListAccounts",
    "ListAccountsForParent",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPoliciesForTarget",
    "ListRoots",
}


_FIRST = "behind-an-empty-page"
List = Callable[[OrganizationsResponse], str]


def with_empty_pages(list_some: List) -> List:
    """Let a list begin with an empty page where a test asks for that.

    "can occasionally return an empty set of results even when more results are available", says
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """

    def list_page(response: OrganizationsResponse) -> str:
        token = response._get_param("NextToken")
        if FAULTS.has_empty_pages("organizations") and token is None:
            return json.dumps({"Accounts": [], "NextToken": _FIRST})
        if token == _FIRST:
            response.body = json.dumps({**json.loads(response.body), "NextToken": None})
        return list_some(response)

    return list_page


def backend_of_request(response: OrganizationsResponse) -> OrganizationsBackend:
    """The organization that a request is about; takes the place of moto's property, which knows only the caller's."""
    caller, partition = response.current_account, response.partition
    own: OrganizationsBackend = organizations_backends[caller][partition]
    if own.org is not None or response._get_action() not in _READS:
        return own
    if caller not in organizations_backends.master_accounts:
        raise AWSOrganizationsNotInUseException
    owner, partition = organizations_backends.master_accounts[caller]
    organization: OrganizationsBackend = organizations_backends[owner][partition]
    if caller not in {administrator.account.id for administrator in organization.admins}:
        raise OrganizationsClientError("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization
