"""Trust policies and requests that several tests share."""

from collections.abc import Mapping, Sequence

from devops_agent_constructs.policy_evaluation.assume_role import AssumeRoleRequest, Decision, decide
from devops_agent_constructs.policy_evaluation.principals import Caller, IamCaller, ServiceCaller

ROLE = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
SESSION = "arn:aws:sts::111111111111:assumed-role/DevOpsAgentRole-AgentSpace/investigation"
USER = "arn:aws:iam::111111111111:user/Ann"
AGENT = ServiceCaller(service="aidevops.amazonaws.com")
CALLERS: dict[str, Caller] = {
    "service": AGENT,
    "role": IamCaller(arn=ROLE),
    "session": IamCaller(arn=SESSION),
    "user": IamCaller(arn=USER),
}


def allow(principal: object, **elements: object) -> dict[str, object]:
    """Return an Allow statement for sts:AssumeRole."""
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **elements}


def policy_of(*statements: Mapping[str, object], version: str = "2012-10-17") -> dict[str, object]:
    """Return a policy of these statements."""
    return {"Version": version, "Statement": list(statements)}


def admitted_by(policy: Mapping[str, object]) -> set[str]:
    """Return the names of the callers who get in without any further context."""
    return {name for name, caller in CALLERS.items() if decide(policy, AssumeRoleRequest(caller=caller)).is_allowed}


def decision_under(
    condition: object, context: Mapping[str, str | Sequence[str]], version: str = "2012-10-17"
) -> Decision:
    """Ask a policy that admits anybody who meets the condition."""
    request = AssumeRoleRequest(caller=AGENT, context=context)
    return decide(policy_of(allow("*", Condition=condition), version=version), request)


def is_met(operator: str, values: object, given: str | Sequence[str] | None) -> bool:
    """Evaluate one operator on the key `k`; None: the key is missing in the request."""
    return decision_under({operator: {"k": values}}, {} if given is None else {"k": given}).is_allowed
