"""AWS's own guide passes: the policies of its pages, word by word, with ids in the places of its placeholders.

From "AWS DevOps Agent CLI onboarding guide" and "Working with directed actions", read 2026-10-20; the last from the CLI
guide of before general availability.
"""

from typing import Any

import pytest

from devops_agent_constructs.checks import Template, check_templates
from tests.checks.build import ANY_SPACE, SPACE_ARN, allow, chained, grant, inline, primary, role, secondary

ANY = {"StringEquals": {"aws:SourceAccount": "111111111111"}, "ArnLike": {"aws:SourceArn": ANY_SPACE}}
EXPLORER = "role/aws-service-role/resource-explorer-2.amazonaws.com/AWSServiceRoleForResourceExplorer"
IDENTITY: dict[str, Any] = {
    "StringEquals": {"aws:SourceAccount": "111111111111"},
    "ArnEquals": {"aws:SourceArn": ANY_SPACE},
    "ForAllValues:ArnEquals": {"sts:RequestContextProviders": ["arn:aws:iam::aws:contextProvider/IdentityCenter"]},
    "Null": {"sts:RequestContextProviders": "false"},
}
OPERATOR = "AIDevOpsOperatorAppAccessPolicy"
TAGGED = ["sts:AssumeRole", "sts:TagSession"]
ELEVATED = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]


def explorer(account_id: str) -> object:
    """Return the inline policy of both roles."""
    return inline(grant(["iam:CreateServiceLinkedRole"], [f"arn:aws:iam::{account_id}:{EXPLORER}"]))


@pytest.mark.parametrize(
    ("template", "rule_ids"),
    [
        (secondary(Policies=explorer("222222222222")), []),
        (primary(Role=role(allow(ANY), Policies=explorer("111111111111"))), []),
        (primary(Role=role(allow(ANY, action=TAGGED), managed=OPERATOR)), []),
        (
            primary(Role=role(allow(ANY, action=TAGGED), allow(IDENTITY, action="sts:SetContext"), managed=OPERATOR)),
            [],
        ),
        (primary(Role=role(allow(ANY, action=ELEVATED), managed="ReadOnlyAccess")), ["anyAgentSpace"]),
        (
            secondary(chained({"StringEquals": {"sts:ExternalId": SPACE_ARN}}), managed="AIOpsAssistantPolicy"),
            ["previewSetup"],
        ),
    ],
    ids=["secondary", "monitor", "operator", "operator with Identity Center", "directed actions", "preview"],
)
def test_passes(template: Template, rule_ids: list[str]) -> None:
    """Warnings at most: of directed actions for any Agent Space, and of the set-up of before."""
    assert [finding.rule_id for finding in check_templates([template])] == rule_ids
