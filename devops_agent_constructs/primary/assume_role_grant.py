"""Lets the agent role assume the secondary roles, by customer managed policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from devops_agent_constructs import _validators
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.primary_account import AssumeRolePolicies, GrantForm


class AssumeRoleGrant:
    """The agent role's permission to assume the secondary roles; like `iam.Grant`, others can be made to wait for it.

    Attributes:
        form: EXACT, one ARN per role, or ORGANIZATION, by names and paths in every account of the organization.
        documents: The policies' documents, as plain data.
        policies: The customer managed policies, attached to the agent role.
    """

    def __init__(self, computed: AssumeRolePolicies, policies: Sequence[iam.ManagedPolicy]) -> None:
        self.form, self.documents = computed.form, computed.documents
        self.policies = tuple(policies)
        # To ask for one is two calls into Node, which many associations would ask for.
        self._resources = tuple(cast("CfnResource", policy.node.default_child) for policy in policies)

    def policies_for(self, role_arn: str) -> Sequence[iam.ManagedPolicy]:
        """Return the policy that names a role; those with patterns may all be meant."""
        return [self.policies[index] for index in self._indexes_for(role_arn)]

    def resources_for(self, role_arn: str) -> Sequence[CfnResource]:
        """Return the resources of `policies_for`."""
        return [self._resources[index] for index in self._indexes_for(role_arn)]

    def _indexes_for(self, role_arn: str) -> Iterator[int]:
        for index, document in enumerate(self.documents):
            if self.form is GrantForm.ORGANIZATION or role_arn in document["Statement"][0]["Resource"]:
                yield index

    def apply_before(self, *constructs: IConstruct) -> None:
        """Make constructs wait until the permission is in place."""
        for construct in constructs:
            construct.node.add_dependency(*self.policies)


def define_grant(scope: Construct, computed: AssumeRolePolicies, agent_role: iam.IRole) -> AssumeRoleGrant:
    """Define the policies, attached to the agent role."""
    policies = [
        iam.ManagedPolicy(
            scope,
            f"AssumeSecondaryRoles{number}",
            description=f"Lets AWS DevOps Agent assume its roles in secondary accounts ({computed.form.value} form)",
            document=iam.PolicyDocument.from_json(document),
            roles=[agent_role],
        )
        for number, document in enumerate(computed.documents, start=1)
    ]
    return AssumeRoleGrant(computed, policies)


def check_owner(stack: Stack, agent_role: iam.IRole, grant: AssumeRolePolicies) -> None:
    """Check that the agent role is of the stack's account, where alone the stack can grant it something."""
    owner = agent_role.env.account
    if owner == stack.account or _validators.is_token(owner) or _validators.is_token(stack.account):
        return
    why = f"it belongs to account {owner}; this stack can grant nothing there, and CDK would stay silent"
    fix = f"use a stack of account {owner}, or let its owner attach {list(grant.documents)}"
    raise OnboardingInputError("agent_role", f"a role of account {owner}", why=why, fix=fix)
