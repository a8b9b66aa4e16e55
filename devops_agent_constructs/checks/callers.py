"""Lists for whom a role of DevOps Agent is meant, and how each of them asks to assume it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from devops_agent_constructs import service
from devops_agent_constructs._source_arn import SourceArn, parse_source, some_space
from devops_agent_constructs.checks.role import Role
from devops_agent_constructs.checks.trust import EXTERNAL_ID, SOURCE_ARN, TrustStatement
from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest
from devops_agent_constructs.policy_evaluation.principals import IamCaller, Principal, ServiceCaller
from devops_agent_constructs.policy_evaluation.unknown import is_unknown, is_wholly_unknown

RequestContext = Mapping[str, "str | Sequence[str]"]
SERVICE = ServiceCaller(service=service.SERVICE_PRINCIPAL)
STRANGER = "000000000000"
"""An account that nobody has: AWS's ids are not all zeros."""
# AWS documents the key as always there, and its services call by TLS.
_BY_TLS = {"aws:SecureTransport": "true"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Requester:
    """Somebody who asks to assume a role.

    Attributes:
        who: In plain words.
        request: What is asked for.
        is_outside: Whether neither the Agent Space's account nor the role's own has anything to do with it.
        is_signed_in: Whether it is somebody whom an identity provider signed in; then the request is nobody's.
        principal: Which entry of the policy names it, if it is not DevOps Agent.
        statement: The statement that it is about; None: any.
    """

    who: str
    request: AssumeRoleRequest
    is_outside: bool = False
    is_signed_in: bool = False
    principal: Principal | None = None
    statement: TrustStatement | None = None

    @property
    def is_the_service(self) -> bool:
        """Whether DevOps Agent itself asks."""
        return self.request.caller == SERVICE and not self.is_signed_in


def as_service(source: SourceArn, context: RequestContext | None = None) -> AssumeRoleRequest:
    """Return how DevOps Agent asks on behalf of an Agent Space or a registered service."""
    given = {"aws:SourceAccount": source.account_id, "aws:SourceArn": source.arn}
    return request_of(SERVICE, {**given, **(context or {})})


def as_agent_role(arn: str, external_id: str | None) -> AssumeRoleRequest:
    """Return how the agent role of the preview asks, with an external id or without one."""
    return request_of(IamCaller(arn=arn), {"sts:ExternalId": [] if external_id is None else external_id})


def request_of(caller: IamCaller | ServiceCaller, context: RequestContext) -> AssumeRoleRequest:
    """Return a request with these keys; of every other key it is not known whether it has it."""
    return AssumeRoleRequest(caller=caller, context={**_BY_TLS, **context}, is_whole=False)


def intended(role: Role) -> Iterator[Requester]:
    """Return those for whom the role is meant, each of the ways that its trust policy has."""
    trust = role.trust
    is_hidden = any(is_unknown(arn) and parse_source(arn) is None for arn in trust.pinned(SOURCE_ARN))
    if (role.must_admit_service or trust.allowed_to_service) and not (role.agent_spaces and is_hidden):
        # Some Agent Space of the account stands for all, if the trust policy names the account alone.
        accounts = [] if trust.required_of_service(SOURCE_ARN) else role.primary_accounts
        for source in role.sources or map(some_space, accounts):
            yield Requester(who=source.one().arn, request=as_service(source.one()))
    arns = [] if role.must_admit_service else role.agent_role_arns
    is_hidden = any(map(is_wholly_unknown, trust.pinned(EXTERNAL_ID)))
    for arn in arns if role.agent_role_arn is None else [role.agent_role_arn]:
        for source in role.sources if not is_hidden else ():
            yield Requester(who=f"{arn} for {source.one().arn}", request=as_agent_role(arn, source.one().arn))


def accounts_like(pattern: str) -> list[list[str]]:
    """Return twice, for each place of an account's id, the digits that a pattern allows, rather low and rather high.

    So one of the two is another than a given account, if the pattern leaves another.
    """
    start, star, end = pattern.partition("*")
    end = end.replace("*", "")
    text = f"{start}{'?' * (len(STRANGER) - len(start + end)) if star else ''}{end}"
    return [[digits if char == "?" else char for char in text] for digits in ("0123456789", "9876543210")]


ANY_ACCOUNT: tuple[Sequence[str], ...] = (STRANGER, *accounts_like("*"))
"""Nobody's account, and two others."""


def is_of_others(account_id: str, own: Iterable[str]) -> bool:
    """Tell whether an account is certainly none of these."""
    return account_id not in own and not is_unknown(account_id)
