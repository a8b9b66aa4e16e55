"""Computes what the primary account needs: the agent role's permission to assume, the deployer's to associate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import InlinePolicy, Statement
from devops_agent_constructs.policies.size import policy_size
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION

# The agent role has AWS's policy already, and AWS's Support set-up may have added a second one.
MAX_GRANT_POLICIES = service.MAX_MANAGED_POLICIES_PER_ROLE - 2

_SID = "AssumeSecondaryRoles"


class GrantForm(Enum):
    """How the agent role's permission to assume is written."""

    EXACT = "exact"
    """One ARN per secondary role."""

    ORGANIZATION = "organization"
    """The roles of these names and paths in every account of the organization, by `aws:ResourceOrgID`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AssumeRolePolicies:
    """The documents that let the agent role assume the secondary roles.

    Attributes:
        form: How they are written.
        documents: At most `MAX_GRANT_POLICIES` customer managed policies, each within IAM's size.
    """

    form: GrantForm
    documents: tuple[InlinePolicy, ...]


def assume_role_policies(role_arns: Iterable[str], *, organization_id: str | None = None) -> AssumeRolePolicies:
    """Compute the agent role's permission to assume exactly these roles, within IAM's default quotas.

    Args:
        role_arns: The secondary roles, concrete ARNs; the order does not matter.
        organization_id: `o-...`: choose the form ORGANIZATION with this organization. None: the form EXACT while it
            fits, else ORGANIZATION with the primary account's own organization (`${aws:PrincipalOrgID}`).

    Raises:
        OnboardingInputError: Not even the names and paths of the roles fit.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
    """
    arns = sorted(set(role_arns))
    if organization_id is None:
        documents = tuple(_documents(arns, organization_id=None))
        if len(documents) <= MAX_GRANT_POLICIES:
            return AssumeRolePolicies(form=GrantForm.EXACT, documents=documents)
    # A role's ARN is arn:partition:iam::account:role/path/name.
    parts = [arn.split(":", 5) for arn in arns]
    patterns = sorted({f"{arn}:{partition}:{iam}::*:{role}" for arn, partition, iam, _, _, role in parts})
    organization = organization_id or "${aws:PrincipalOrgID}"
    documents = tuple(_documents(patterns, organization_id=organization))
    if len(documents) > MAX_GRANT_POLICIES:
        why = f"the roles have {len(patterns)} names and paths; the agent role takes {MAX_GRANT_POLICIES} more policies"
        fix = f"of {service.MAX_MANAGED_POLICY_CHARACTERS} characters each; give the roles one name"
        raise OnboardingInputError("accounts", len(arns), why=why, fix=fix)
    return AssumeRolePolicies(form=GrantForm.ORGANIZATION, documents=documents)


def check_resources(fields: Sequence[str], grant: AssumeRolePolicies | None, *, other_resources: int = 0) -> None:
    """Check that a stack holds the associations and the policies of the grant.

    Args:
        fields: What an error blames, per account to associate: the first that does not fit.
        grant: The agent role's permission, if it gets one here.
        other_resources: How many resources the stack has besides.
    """
    others = other_resources + (0 if grant is None else len(grant.documents))
    resources = len(fields) + others
    if resources > service.MAX_RESOURCES_PER_STACK:
        why = f"{resources} resources; a CloudFormation stack holds {service.MAX_RESOURCES_PER_STACK}"
        fix = "split the accounts over several stacks by something that does not change, such as their OU"
        raise OnboardingInputError(fields[service.MAX_RESOURCES_PER_STACK - others], resources, why=why, fix=fix)


def associate_statements(agent_space: AgentSpaceArn, *, by_cloudformation: bool = True) -> list[Statement]:
    """Compute what whoever makes, changes and removes associations needs, and no more.

    `iam:PassRole` is asked for on `role/*` of the caller's own account, although the role that is passed is in another:
    so says the API's model (botocore, 2026-01-01), and a narrower one is refused. The condition confines it to the
    service. See
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html
    """
    on_space = [
        "aidevops:AssociateService",
        "aidevops:GetAgentSpace",
        "aidevops:ListAssociations",
        "aidevops:ValidateAwsAssociations",
    ]
    on_association = ["aidevops:DisassociateService", "aidevops:UpdateAssociation"]
    if by_cloudformation:  # It reads each association by itself.
        on_association.insert(1, "aidevops:GetAssociation")
    arn = agent_space.arn
    roles = f"arn:{agent_space.partition}:iam::{agent_space.account_id}:role/*"
    to_service = {"StringEquals": {"iam:PassedToService": service.SERVICE_PRINCIPAL}}
    return [
        allow("AssociateAccounts", on_space, [arn]),
        allow("ManageAssociations", on_association, [arn, f"{arn}/association/*"]),
        allow("PassRolesToDevOpsAgent", ["iam:PassRole"], [roles], to_service),
    ]


def look_statements(agent_space: AgentSpaceArn) -> list[Statement]:
    """Compute what it takes to look at associations and to have them validated, and to change none."""
    actions = ["aidevops:GetAgentSpace", "aidevops:ListAssociations", "aidevops:ValidateAwsAssociations"]
    return [allow("LookAtAssociations", actions, [agent_space.arn])]


def _documents(resources: Sequence[str], *, organization_id: str | None) -> Iterator[InlinePolicy]:
    """Spread the resources over as few documents as IAM's size admits."""
    room = service.MAX_MANAGED_POLICY_CHARACTERS - policy_size(_document([], organization_id)).at_most
    chunk: list[str] = []
    used = 0
    for resource in resources:
        size = len(resource) + len('"",')
        if chunk and used + size > room:
            yield _document(chunk, organization_id)
            chunk, used = [], 0
        chunk.append(resource)
        used += size
    if chunk:
        yield _document(chunk, organization_id)


def _document(resources: list[str], organization_id: str | None) -> InlinePolicy:
    of_organization = {"StringEquals": {"aws:ResourceOrgID": organization_id}} if organization_id else None
    return {"Version": VERSION, "Statement": [allow(_SID, ["sts:AssumeRole"], resources, of_organization)]}
