"""The agent role's permission to assume: exact, within IAM's quotas, at any number of accounts."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policies.document import InlinePolicy
from devops_agent_constructs.policies.primary_account import GrantForm, associate_statements, assume_role_policies
from tests.conftest import SPACE


def arns(count: int) -> list[str]:
    """Return the ARNs of default roles in so many accounts."""
    return [f"arn:aws:iam::{200_000_000_000 + index}:role/DevOpsAgentRole-SecondaryAccount" for index in range(count)]


def size(document: InlinePolicy) -> int:
    """Measure as IAM does: without white space."""
    return len("".join(json.dumps(document).split()))


def resources(documents: tuple[InlinePolicy, ...]) -> list[str]:
    """Return all resources, in order."""
    return [resource for document in documents for resource in document["Statement"][0]["Resource"]]


@pytest.mark.parametrize(("accounts", "policies"), [(1, 1), (91, 1), (92, 2), (100, 2), (700, 8), (724, 8)])
def test_exact_arns_while_they_fit(accounts: int, policies: int) -> None:
    """Every role once and no other, in as few managed policies as IAM's size admits, never more than eight."""
    grant = assume_role_policies(arns(accounts))
    assert (grant.form, len(grant.documents)) == (GrantForm.EXACT, policies)
    assert resources(grant.documents) == arns(accounts)
    assert max(size(document) for document in grant.documents) <= 6144
    assert all(document["Statement"][0]["Action"] == ["sts:AssumeRole"] for document in grant.documents)
    assert not any("Condition" in document["Statement"][0] for document in grant.documents)


@pytest.mark.parametrize("accounts", [729, 1_000, 10_000])
def test_organization_when_they_do_not(accounts: int) -> None:
    """One statement on the roles' name in the primary account's own organization."""
    grant = assume_role_policies(arns(accounts))
    assert grant.form is GrantForm.ORGANIZATION
    assert grant.documents == (
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AssumeSecondaryRoles",
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole"],
                    "Resource": ["arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount"],
                    "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
                }
            ],
        },
    )


def test_organization_when_it_is_given() -> None:
    """Also for few accounts, and with all the names and paths there are."""
    roles = [*arns(2), "arn:aws:iam::333333333333:role/operations/Agent"]
    grant = assume_role_policies(roles, organization_id="o-a1b2c3d4e5")
    [document] = grant.documents
    assert grant.form is GrantForm.ORGANIZATION
    assert document["Statement"] == [
        {
            "Sid": "AssumeSecondaryRoles",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Resource": [
                "arn:aws:iam::*:role/DevOpsAgentRole-SecondaryAccount",
                "arn:aws:iam::*:role/operations/Agent",
            ],
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}},
        }
    ]


def test_too_many_names_are_refused() -> None:
    """Before anything is created, with the way out."""
    roles = [f"arn:aws:iam::222222222222:role/{'a' * 58}{number:06}" for number in range(700)]
    with pytest.raises(OnboardingInputError, match=r"700 names and paths.*give the roles one name"):
        assume_role_policies(roles)


def test_ten_thousand_accounts_take_no_time() -> None:
    """A list of an organization is computed in a fraction of a second of this process's own time."""
    roles = arns(10_000)
    started = time.process_time()
    assume_role_policies(roles)
    assert time.process_time() - started < 1


@given(
    st.sets(st.from_regex(r"[0-9]{12}", fullmatch=True), min_size=1, max_size=300),
    st.from_regex(r"/([a-z]{1,40}/){0,3}", fullmatch=True),
)
def test_every_document_fits_and_none_is_missing(accounts: set[str], path: str) -> None:
    """Whatever the paths: sizes within IAM's, exactly the roles that were given, in an order of their own.

    Promise: Sizes.
    """
    roles = [f"arn:aws:iam::{account}:role{path}Agent" for account in accounts]
    grant = assume_role_policies(roles)
    assert all(size(document) <= 6144 for document in grant.documents)
    assert len(grant.documents) <= 8
    assert resources(grant.documents) == sorted(roles)


def test_what_a_deployer_needs() -> None:
    """The whole statements; PassRole has the odd shape that the API asks for."""
    space = "arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
    assert associate_statements(SPACE) == [
        {
            "Sid": "AssociateAccounts",
            "Effect": "Allow",
            "Action": [
                "aidevops:AssociateService",
                "aidevops:GetAgentSpace",
                "aidevops:ListAssociations",
                "aidevops:ValidateAwsAssociations",
            ],
            "Resource": [space],
        },
        {
            "Sid": "ManageAssociations",
            "Effect": "Allow",
            "Action": ["aidevops:DisassociateService", "aidevops:GetAssociation", "aidevops:UpdateAssociation"],
            "Resource": [space, f"{space}/association/*"],
        },
        {
            "Sid": "PassRolesToDevOpsAgent",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::111111111111:role/*"],
            "Condition": {"StringEquals": {"iam:PassedToService": "aidevops.amazonaws.com"}},
        },
    ]
