"""Tell how far the role of an association has got on its way from AWS's preview set-up to the present one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.checks.callers import as_agent_role, as_service
from devops_agent_constructs.checks.live_role import LiveRole
from devops_agent_constructs.checks.role import source_of
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.onboarding.stack_names import StackNames
from devops_agent_constructs.policies.permissions import inline_policy
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.trust import trust_policy
from devops_agent_constructs.policy_evaluation.assume_role import decide
from devops_agent_constructs.policy_evaluation.permission_statements import (
    Permission,
    parse_permissions,
    permissions_of,
)
from devops_agent_constructs.policy_evaluation.trust_document import who_can_assume

ROLE_MISSING = "the role does not exist"
ON_THE_WAY = {Generation.PREVIEW, Generation.TRANSITION}
_AWSS = ":iam::aws:policy/"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedRole:
    """The role of an association.

    Attributes:
        account_id: The secondary account.
        role_arn: As the association names it.
        live: The role as it stands. None: it was not read, or does not exist.
        why_not_read: Why; empty if it was read.
        stack_name: Of the CloudFormation stack that manages it, in the Agent Space's Region. None: none was found.
    """

    account_id: str
    role_arn: str
    live: LiveRole | None
    why_not_read: str = ""
    stack_name: str | None = None

    @property
    def stack_prefix(self) -> str | None:
        """What its stack's name begins with, if the ready-made app made it; empty: nothing. None: it is no such stack.

        As the accounts file's `stack_prefix` says.
        """
        name, ending = self.stack_name or "", StackNames().secondary(self.account_id)
        return name.removesuffix(ending) if name.endswith(ending) else None

    @property
    def is_in_app(self) -> bool:
        """Whether a stack of the ready-made app manages the role already."""
        return self.stack_prefix is not None

    @property
    def is_deployable(self) -> bool:
        """Whether the ready-made app can change it: no other stack manages it."""
        return self.live is not None and (self.stack_name is None or self.is_in_app)

    @property
    def is_unread(self) -> bool:
        """Whether nothing is known of it; that it does not exist is known."""
        return self.live is None and self.why_not_read != ROLE_MISSING

    def generation(self, agent_space: AgentSpaceArn, agent_role_arn: str | None) -> Generation | None:
        """Tell by the trust policy which set-up the role follows; None: it admits neither, or was not read."""
        if self.live is None:
            return None
        requests = {Generation.GA: as_service(source_of(agent_space))}
        if agent_role_arn is not None:
            requests[Generation.PREVIEW] = as_agent_role(agent_role_arn, agent_space.arn)
        try:
            answers = {name: decide(self.live.trust_policy, request).answer for name, request in requests.items()}
        except OnboardingInputError:
            return None  # `doctor` says why.
        # Where it cannot be told, the service counts as kept out, and the agent role as let in: nothing is taken away.
        admitted = [
            name for name, answer in answers.items() if answer.is_yes or not (name is Generation.GA or answer.is_no)
        ]
        return Generation.TRANSITION if len(admitted) > 1 else next(iter(admitted), None)

    def others_admitted(self, agent_space: AgentSpaceArn, agent_role_arn: str | None) -> tuple[str, ...]:
        """Return who else can assume it, in words: whom the library's trust policy keeps out from its deployment on."""
        ours = trust_policy(
            [agent_space],
            generation=Generation.GA if agent_role_arn is None else Generation.TRANSITION,
            agent_role_arn=agent_role_arn,
        )
        try:
            admitted = [] if self.live is None else who_can_assume(self.live.trust_policy)
        except OnboardingInputError:
            return ()  # `doctor` says why.
        return tuple(sorted(set(admitted) - set(who_can_assume(ours))))

    @property
    def managed_policy_arns(self) -> tuple[str, ...]:
        """What is attached, as far as it was read."""
        return () if self.live is None else self.live.managed_policy_arns

    def has_policy(self, name: str) -> bool:
        """Tell whether a managed policy of AWS is attached."""
        return any(arn.endswith(f"{_AWSS}{name}") for arn in self.managed_policy_arns)

    def changes(self, generation: Generation | None) -> dict[str, tuple[str, ...]]:
        """Return step -> what comes and goes in it, for a role of this set-up that has a way to go."""
        if self.live is None or generation not in ON_THE_WAY:
            return {}
        coming = ["the trust policy lets in the service"] if generation is Generation.PREVIEW else []
        coming += [f"{service.GA_MANAGED_POLICY} comes"] if not self.has_policy(service.GA_MANAGED_POLICY) else []
        is_new = service.INLINE_POLICY_NAME not in self.live.inline_policies
        coming.append(f"{service.INLINE_POLICY_NAME} {'comes' if is_new else 'is rewritten'}")
        going = ["the trust policy no longer lets in the agent role"]
        going += [f"{service.PREVIEW_MANAGED_POLICY} goes"] if self.has_policy(service.PREVIEW_MANAGED_POLICY) else []
        going.append("the inline statements of the preview go")
        return {"transition": tuple(coming), "ga": tuple(going)}

    def leftover_policies(self) -> tuple[str, ...]:
        """Return the ARNs of managed policies that belong to neither set-up."""
        known = {service.GA_MANAGED_POLICY, service.PREVIEW_MANAGED_POLICY}
        return tuple(sorted(arn for arn in self.managed_policy_arns if arn.partition(_AWSS)[2] not in known))

    def leftover_inline_policies(self) -> dict[str, tuple[Permission, ...]]:
        """Return the inline policies under other names than the library's: name -> what neither set-up allows in it."""
        if self.live is None:
            return {}
        account = RoleAccount(partition=self.live.partition, account_id=self.account_id)
        known = inline_policy((), account=account, generation=Generation.TRANSITION)
        allowed = [] if known is None else parse_permissions(known)
        return {
            name: tuple(
                permission
                for permission in permissions_of(parse_permissions(document))
                if not permission.is_permitted(allowed)
            )
            for name, document in sorted(self.live.inline_policies.items())
            if name != service.INLINE_POLICY_NAME
        }


def agent_role_of(roles: Iterable[ConnectedRole], agent_space: AgentSpaceArn) -> str | None:
    """Return the agent role that roles of the preview let in; None if there is no such role, or several differ."""
    beginning = f"arn:{agent_space.partition}:iam::{agent_space.account_id}:role/"
    agent_roles = {
        principal.value
        for role in roles
        for statement in (() if role.live is None else role.live.role().trust.allowed)
        for principal in statement.principals
        if principal.value.startswith(beginning)
        and not {"*", "?"} & set(principal.value)
        and role.generation(agent_space, principal.value) in ON_THE_WAY
    }
    return agent_roles.pop() if len(agent_roles) == 1 else None
