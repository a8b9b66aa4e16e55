"""Decide whether a role's trust policy lets a caller in, and say why not.

The rules are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html:
nobody may, unless a statement allows it; an explicit Deny wins.

Only the trust policy is looked at. Not modelled: service and resource control policies, session policies, permissions
boundaries, and the caller's own permissions. A caller in another account needs `sts:AssumeRole` there as well; so does
one in the role's own account whom the policy names through the account only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from devops_agent_constructs.policy_evaluation.conditions import why_not_met
from devops_agent_constructs.policy_evaluation.patterns import Context, Maybe, in_lower_case
from devops_agent_constructs.policy_evaluation.principals import Caller
from devops_agent_constructs.policy_evaluation.trust_document import ParsedStatement, parse_trust_policy
from devops_agent_constructs.policy_evaluation.unknown import NO, UNKNOWN_TEXT, YES, Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class AssumeRoleRequest:
    """A caller's wish to assume a role.

    Attributes:
        caller: Who asks.
        context: Condition key -> value, e.g. `aws:SourceArn` or `sts:ExternalId`; a list for a multivalued key, an
            empty one for a key that is missing in the request. The keys that follow from the caller are added: for a
            role or user `aws:PrincipalArn` and `aws:PrincipalAccount`, for a service `aws:PrincipalServiceName`, for
            both `aws:PrincipalIsAWSService`. Give `aws:PrincipalArn` for a session of a role that has a path.
        action: One of STS. A session with tags asks for `sts:TagSession` too: one request each.
        is_whole: Whether the request has no other keys. False: of every other key that the caller's kind may have it
            is not known whether the request has it.
        texts_differ: Whether a text of the policy that is not known is certainly another than the request's, as it is
            for a stranger.

    Raises:
        OnboardingInputError: Two keys differ in case only, which is one key to IAM.
    """

    caller: Caller
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict, hash=False)
    action: str = "sts:AssumeRole"
    is_whole: bool = True
    texts_differ: bool = False

    def __post_init__(self) -> None:
        """Check the keys."""
        in_lower_case(self.context)

    @property
    def whole_context(self) -> dict[str, str | Sequence[str]]:
        """Return all condition keys that the request is known to have, in lower case."""
        return {**self.caller.context, **in_lower_case(self.context)}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementResult:
    """What one statement says about a request.

    Attributes:
        name: Its Sid, or `Statement[0]`.
        is_allow: False: Deny.
        names_caller: Whether its Principal covers the caller.
        answer: Whether it applies.
        reasons: Why it does not apply, in plain words, one per obstacle; empty if it may apply.
    """

    name: str
    is_allow: bool
    names_caller: bool
    answer: Answer
    reasons: tuple[str, ...]


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
    def answer(self) -> Answer:
        """Whether some statement allows it and none denies it; or what decides, where that cannot be told."""
        allowed = Answer.any_of(statement.answer for statement in self.statements if statement.is_allow)
        return Answer.all_of([allowed, *(~statement.answer for statement in self.statements if not statement.is_allow)])

    @property
    def is_allowed(self) -> bool:
        """Whether some statement certainly allows it and none may deny it."""
        return self.answer.is_yes

    @property
    def is_denied(self) -> bool:
        """Whether some statement certainly denies it."""
        return any(statement.answer.is_yes for statement in self.statements if not statement.is_allow)

    @property
    def nearest_miss(self) -> StatementResult | None:
        """The Allow statement with the fewest obstacles, rather one that names the caller; None if there is no such."""
        misses = [statement for statement in self.statements if statement.is_allow and statement.answer.is_no]
        return min(misses, key=lambda miss: (not miss.names_caller, len(miss.reasons)), default=None)

    @property
    def why(self) -> str:
        """The decision in plain words."""
        asked = f"{self.request.action} for {self.request.caller}"
        applied = {statement.is_allow: statement.name for statement in self.statements if statement.answer.is_yes}
        if False in applied:
            return f"{applied[False]} denies {asked}, and an explicit Deny wins"
        if self.answer.value is None:
            keys = f"{' and '.join(sorted(self.answer.keys))} decides" if self.answer.keys else "a part is not known"
            return f"whether the policy allows {asked} cannot be told: {keys}"
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
    parsed = list(statements)
    context: Context = request.whole_context
    if not request.is_whole:
        asked = {key for statement in parsed for condition in statement.conditions for key in condition.keys}
        context = {**{key: Maybe.KEY for key in asked if request.caller.may_have(key)}, **context}
    return Decision(request=request, statements=tuple(_result(statement, request, context) for statement in parsed))


def _result(statement: ParsedStatement, request: AssumeRoleRequest, context: Context) -> StatementResult:
    reasons = []
    texts = NO if request.texts_differ else UNKNOWN_TEXT
    covered = [principal.covers(request.caller) for principal in statement.principals]
    named = Answer.any_of(texts if answer.value is None else answer for answer in covered)
    if named.is_no:
        others = " or ".join(str(principal) for principal in statement.principals)
        reasons.append(f"the policy names no such principal as {request.caller}, but {others}")
    is_about = statement.is_about(request.action)
    if not is_about:
        excepted = "every action except " if statement.is_not_action else ""
        reasons.append(f"it is about {excepted}{', '.join(statement.actions)}, not {request.action}")
    # Every condition, also after an obstacle: the reasons are to be complete, and a malformed value must not hide.
    met = [(condition, condition.answer(context, texts=texts)) for condition in statement.conditions]
    reasons += [why_not_met(condition, context) for condition, answer in met if answer.is_no]
    return StatementResult(
        name=statement.name,
        is_allow=statement.is_allow,
        names_caller=named.is_yes,
        answer=Answer.all_of([named, YES if is_about else NO, *(answer for _, answer in met)]),
        reasons=tuple(reasons),
    )
