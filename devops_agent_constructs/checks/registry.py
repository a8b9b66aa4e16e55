"""All rules, in the order of the documentation."""

from __future__ import annotations

from devops_agent_constructs.checks.rule import Rule
from devops_agent_constructs.checks.rules import (
    account_principal,
    account_type,
    agent_space_refused,
    any_agent_space,
    any_context_provider,
    association_role_mismatch,
    assume_role_too_wide,
    channel_actions,
    cross_account_monitor,
    elevated_actions,
    elevated_external_id,
    elevated_policy_without_boundary,
    foreign_grant,
    malformed_trust_policy,
    missing_source_account,
    missing_source_arn,
    operator_actions,
    others_admitted,
    own_account_as_source,
    pass_role_shape,
    pattern_under_plain_operator,
    preview_setup,
    service_linked_role_on_star,
    unknown_condition,
    unreadable,
    wildcard_principal,
    wildcard_source_arn,
    wrong_service_principal,
    wrong_source_account,
)

RULES: tuple[Rule, ...] = (
    # Who gets in.
    missing_source_account.RULE,
    wrong_source_account.RULE,
    missing_source_arn.RULE,
    wildcard_source_arn.RULE,
    any_agent_space.RULE,
    pattern_under_plain_operator.RULE,
    wrong_service_principal.RULE,
    wildcard_principal.RULE,
    account_principal.RULE,
    others_admitted.RULE,
    agent_space_refused.RULE,
    unknown_condition.RULE,
    malformed_trust_policy.RULE,
    # What the session carries.
    operator_actions.RULE,
    channel_actions.RULE,
    any_context_provider.RULE,
    elevated_actions.RULE,
    elevated_external_id.RULE,
    # What it may do.
    elevated_policy_without_boundary.RULE,
    service_linked_role_on_star.RULE,
    preview_setup.RULE,
    assume_role_too_wide.RULE,
    foreign_grant.RULE,
    pass_role_shape.RULE,
    # What connects it.
    cross_account_monitor.RULE,
    account_type.RULE,
    own_account_as_source.RULE,
    association_role_mismatch.RULE,
    # What nobody can read.
    unreadable.RULE,
)
"""Each rule once; its id is part of the interface."""
