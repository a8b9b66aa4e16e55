"""Does a role's trust policy let a caller in, and if not, why not.

The rules are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html:
nobody may, unless a statement allows it; an explicit Deny wins.

Only the trust policy is looked at. Not modelled: service and resource control policies, session policies, permissions
boundaries, and the caller's own permissions. A caller in another account needs `sts:AssumeRole` there as well; so does
one in the role's own account whom the policy names through the account only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policies.patterns import Context
from devops_agent_constructs.policies.principals import Caller
from devops_agent_constructs.policies.trust_document import ParsedStatement, parse_trust_policy
from devops_agent_constructs.policies.wording import why_not_met


@dataclass(frozen=True, kw_only=True, slots=True)
class AssumeRoleRequest:
    """A caller's wish to assume a role.

    Attributes:
        caller: Who asks.
        context: Condition key -> value, e.g. `aws:SourceArn` or `sts:ExternalId`; a list for a multivalued key. A key
            that is not here is missing in the request. The keys that follow from the caller are added: for a role or
            user `aws:PrincipalArn` and `aws:PrincipalAccount`, for a service `aws:PrincipalServiceName`, for both
            `aws:PrincipalIsAWSService`. Give `aws:PrincipalArn` for a session of a role that has a path.
        action: One of STS. A session with tags asks for `sts:TagSession` too: one request each.

    Raises:
        OnboardingInputError: Two keys differ in case only, which is one key to IAM.
    """

    caller: Caller
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict, hash=False)
    action: str = "sts:AssumeRole"

    def __post_init__(self) -> None:
        """Check the keys."""
        if len({key.lower() for key in self.context}) < len(self.context):
            why, fix = "two keys differ in case only, which is one key to IAM", "give each key once"
            raise OnboardingInputError("context", sorted(self.context), why=why, fix=fix)

    @property
    def whole_context(self) -> Context:
        """Return all condition keys of the request, in lower case."""
        return {**self.caller.context, **{key.lower(): value for key, value in self.context.items()}}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementResult:
    """What one statement says about a request.

    Attributes:
        name: Its Sid, or `Statement[0]`.
        is_allow: False: Deny.
        names_caller: Whether its Principal covers the caller.
        reasons: Why it does not apply, in plain words, one per obstacle; empty if it applies.
    """

    name: str
    is_allow: bool
    names_caller: bool
    reasons: tuple[str, ...]

    @property
    def is_applied(self) -> bool:
        """Whether nothing keeps the statement from applying."""
        return not self.reasons


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Whether a trust policy lets a caller in, and why.

    Attributes:
        request: What was asked.
        statements: What each statement says, in the policy's order.
    """

    request: AssumeRoleRequest
    statements: tuple[StatementResult, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether some statement allows it and none denies it."""
        applied = [statement.is_allow for statement in self.statements if statement.is_applied]
        return bool(applied) and all(applied)

    @property
    def nearest_miss(self) -> StatementResult | None:
        """The Allow statement with the fewest obstacles, rather one that names the caller; None if there is no such."""
        misses = [statement for statement in self.statements if statement.is_allow and not statement.is_applied]
        return min(misses, key=lambda miss: (not miss.names_caller, len(miss.reasons)), default=None)

    @property
    def why(self) -> str:
        """The decision in plain words."""
        asked = f"{self.request.action} for {self.request.caller}"
        applied = {statement.is_allow: statement.name for statement in self.statements if statement.is_applied}
        if False in applied:
            return f"{applied[False]} denies {asked}, and an explicit Deny wins"
        if True in applied:
            return f"{applied[True]} allows {asked}"
        if self.nearest_miss is None:
            return f"nothing allows {asked}: the policy has no Allow statement"
        return f"nothing allows {asked}; {self.nearest_miss.name} comes nearest: {'; '.join(self.nearest_miss.reasons)}"


def decide(policy: Mapping[str, object], request: AssumeRoleRequest) -> Decision:
    """Decide whether a trust policy lets a caller in.

    Args:
        policy: The role's trust policy, also a hand-written one.
        request: Who asks, for what.

    Raises:
        OnboardingInputError: IAM would refuse the policy, or AWS does not define what it means for this request.
    """
    return decide_by(parse_trust_policy(policy), request)


def decide_by(statements: Iterable[ParsedStatement], request: AssumeRoleRequest) -> Decision:
    """Decide as `decide` does, by a policy that was parsed before: for many requests to one policy.

    Raises:
        OnboardingInputError: AWS does not define what the policy means for this request.
    """
    context = request.whole_context
    return Decision(request=request, statements=tuple(_result(one, request, context) for one in statements))


def _result(statement: ParsedStatement, request: AssumeRoleRequest, context: Context) -> StatementResult:
    reasons = []
    names_caller = any(principal.covers(request.caller) for principal in statement.principals)
    if not names_caller:
        named = " or ".join(str(principal) for principal in statement.principals)
        reasons.append(f"the policy names no such principal as {request.caller}, but {named}")
    if not statement.is_about(request.action):
        excepted = "every action except " if statement.is_not_action else ""
        reasons.append(f"it is about {excepted}{', '.join(statement.actions)}, not {request.action}")
    # Every condition, also after an obstacle: the reasons are to be complete, and a malformed value must not hide.
    reasons += [why_not_met(one, context) for one in statement.conditions if not one.is_met(context)]
    return StatementResult(
        name=statement.name, is_allow=statement.is_allow, names_caller=names_caller, reasons=tuple(reasons)
    )
