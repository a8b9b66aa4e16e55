"""Reads a policy that grants, as a template or IAM's API has it."""

from __future__ import annotations

from collections.abc import Mapping

from devops_agent_constructs.checks.finding import Place
from devops_agent_constructs.checks.role import Policy, PolicyStatement
from devops_agent_constructs.checks.trust_reader import each_statement, is_hidden_statement
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.permission_statements import parse_permissions
from devops_agent_constructs.policy_evaluation.unknown import is_unknown


def read_policy(
    document: object, place: Place, *, account_id: str, name: str = "", roles: tuple[str, ...] = (), arn: str = ""
) -> Policy:
    """Read a policy; a statement of which it is not known what it is about is left out.

    Args:
        document: With unknown texts where only deployment knows.
        place: Of what holds the document.
        account_id: Of the stack.
        name: Of an inline policy.
        roles: Whom it belongs to, as written.
        arn: Of a managed policy.
    """
    statements, refused = [], []
    if isinstance(document, Mapping) and not is_unknown(document.get("Version")):
        for at, statement in each_statement(document, place.at("PolicyDocument")):
            if is_hidden_statement(statement):
                continue
            try:
                [parsed] = parse_permissions({**document, "Statement": [statement]})
            except OnboardingInputError as error:
                refused.append((at, error))
            else:
                statements.append(PolicyStatement(place=at, parsed=parsed))
    return Policy(
        place=place,
        account_id=account_id,
        name=name,
        statements=tuple(statements),
        refused=tuple(refused),
        roles=roles,
        arn=arn,
    )
