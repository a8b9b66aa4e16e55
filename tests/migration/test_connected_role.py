"""What is known of a role: its set-up, what it has beside it, and the agent role that it lets in."""

from __future__ import annotations

from devops_agent_constructs import Generation
from devops_agent_constructs.migration.connected_role import agent_role_of
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE
from tests.diagnosis.roles import PREVIEW_POLICY, policy
from tests.migration.roles import connected, migration, unread

OTHER_ROLE = "arn:aws:iam::111111111111:role/Other"


def test_set_up_is_what_the_trust_policy_admits() -> None:
    """Evaluated, so that a broken policy is of neither."""
    for state in ("preview", "transition", "ga"):
        role = connected("222222222222", state)
        assert role.generation(SPACE, AGENT_ROLE_ARN) is Generation(state)
    broken = connected("222222222222", "ga", trust_policy=policy({"Effect": "Allow"}))
    assert broken.generation(SPACE, AGENT_ROLE_ARN) is None
    assert unread("222222222222").generation(SPACE, AGENT_ROLE_ARN) is None
    assert connected("222222222222", "preview").generation(SPACE, None) is None


def test_agent_role_of_the_trust_policies() -> None:
    """One that the roles let in with the Agent Space's ARN; if they differ, nobody can tell."""
    role = connected("222222222222", "preview")
    assert agent_role_of([role, unread("333333333333")], SPACE) == AGENT_ROLE_ARN
    other = {**PREVIEW_TRUST, "Principal": {"AWS": OTHER_ROLE}}
    assert agent_role_of([role, connected("333333333333", "ga", trust_policy=policy(other))], SPACE) is None
    wrong = {**PREVIEW_TRUST, "Condition": {"StringEquals": {"sts:ExternalId": "other"}}}
    assert agent_role_of([connected("333333333333", "ga", trust_policy=policy(GA_TRUST, wrong))], SPACE) is None


def test_policies_of_neither_set_up() -> None:
    """AWS's two are known, whatever the account calls its own."""
    own = "arn:aws:iam::222222222222:policy/AIOpsAssistantPolicy"
    role = connected("222222222222", "preview", managed_policy_arns=(PREVIEW_POLICY, own))
    assert role.leftover_policies() == (own,)


def test_inline_policies_under_other_names() -> None:
    """With what neither set-up allows in them; the eight actions of the preview are no such thing."""
    known = {"Effect": "Allow", "Action": ["support:CreateCase", "eks:AccessKubernetesApi"], "Resource": "*"}
    extra = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policies = {"Known": policy(known), "Mixed": policy(known, extra), "DevOpsAgentInlinePolicy": policy(extra)}
    found = connected("222222222222", "preview", inline_policies=policies).leftover_inline_policies()
    assert {name: list(map(str, permissions)) for name, permissions in found.items()} == {
        "Known": [],
        "Mixed": ["s3:GetObject"],
    }


def test_which_roles_can_be_adopted() -> None:
    """Those on their way that no stack manages."""
    free = connected("222222222222", "preview")
    roles = (free, connected("333333333333", "preview", stack_name="Legacy"), connected("444444444444", "ga"))
    assert migration(*roles, unread("555555555555")).adoptable == [free]
