"""People whom an OpenID Connect provider for all the world signed in: whose they are, a subject or a claim says."""

from __future__ import annotations

from typing import Any

import pytest

from devops_agent_constructs.checks import Finding, Severity, check_role
from tests.checks.build import ROLE_ARN, allow, policy

GITHUB = "token.actions.githubusercontent.com"


def found(issuer: str, condition: dict[str, dict[str, Any]]) -> Finding:
    """Return what is found of a statement for a provider of the own account; keys are claims."""
    whole = {
        operator: {f"{issuer}:{claim}": value for claim, value in keys.items()} for operator, keys in condition.items()
    }
    principal = {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{issuer}"}
    beside = allow(whole, principal=principal, action="sts:AssumeRoleWithWebIdentity")
    [finding] = check_role(ROLE_ARN, trust_policy=policy(allow(), beside))
    assert finding.rule_id == "othersAdmitted"
    return finding


OPEN = [
    ("oidc.vercel.com", {"sub": "owner:*:project:web:environment:production"}),
    ("oidc.vercel.com", {"sub": "owner:team*"}),
    ("accounts.google.com", {"sub": "1*"}),
    ("accounts.google.com", {"aud": "client", "sub": "10987654321098765432?"}),
    ("gitlab.com", {"sub": "project_path:grou?/*"}),
    ("app.terraform.io", {"sub": "organization:acme*:workspace:*"}),
    (GITHUB, {"sub": "repo:myorg*"}),
    (GITHUB, {"sub": "repo:m*"}),
    (GITHUB, {"sub": ["repo:myorg/x:*", "repo:*/x:*"]}),
    (GITHUB, {"repository": "*/repo"}),
    (GITHUB, {"repository": "myor*"}),
    (GITHUB, {"repository_id": "12*"}),
    (GITHUB, {"job_workflow_ref": "*/.github/workflows/x.yml@*"}),
    (GITHUB, {"environment": "prod", "ref": "refs/heads/main", "workflow": "x"}),
    (GITHUB, {"repository_owner": "myorg"}),
    (GITHUB, {"aud": "sts.amazonaws.com"}),
]


@pytest.mark.parametrize(("issuer", "claims"), OPEN)
def test_a_claim_that_leaves_open_whose_they_are(issuer: str, claims: dict[str, Any]) -> None:
    """An error."""
    assert found(issuer, {"StringLike": claims}).severity is Severity.ERROR


CLOSED = [
    ("oidc.vercel.com", {"sub": "owner:acme:project:*"}),
    ("oidc.vercel.com", {"aud": "https://vercel.com/acme", "sub": "owner:*:project:web:*"}),
    ("oidc.vercel.com/acme", {"sub": "owner:*:project:web:environment:production"}),
    ("accounts.google.com", {"sub": "109876543210987654321"}),
    ("gitlab.com", {"sub": "project_path:group/*"}),
    (GITHUB, {"sub": "repo:myorg/*"}),
    (GITHUB, {"sub": "repo:octo-org@123456/octo-repo@456789:*"}),
    (GITHUB, {"sub": "repository_owner_id:1:*"}),
    ("oidc.eks.us-east-1.amazonaws.com/id/ABC", {"sub": "system:serviceaccount:*:agent"}),
    ("idp.example.com", {"sub": "okta|*"}),
]


@pytest.mark.parametrize(("issuer", "claims"), CLOSED)
def test_a_subject_that_says_it(issuer: str, claims: dict[str, Any]) -> None:
    """A warning, as before."""
    assert found(issuer, {"StringLike": claims}).severity is Severity.WARNING


@pytest.mark.parametrize("operator", ["StringLike", "StringLikeIfExists", "ForAnyValue:StringLike"])
def test_each_token_has_a_subject(operator: str) -> None:
    """So it does not matter what a condition says of one without."""
    finding = found(GITHUB, {operator: {"sub": "repo:myorg/*"}})
    assert finding.severity is Severity.WARNING
    assert "without a condition" not in finding.message


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "sts.amazonaws.com", "repository_id": "123456"},
        {"repository": "myorg/repo", "environment": "prod"},
        {"repository": "myorg/*"},
        {"job_workflow_ref": "myorg/repo/.github/workflows/x.yml@*"},
        {"repository_owner_id": "1"},
    ],
)
def test_claims_of_github_without_a_subject(claims: dict[str, Any]) -> None:
    """A warning that says what is not established; not if a token without the claim would do."""
    finding = found(GITHUB, {"StringLike": claims})
    assert finding.severity is Severity.WARNING
    assert f"without a condition on {GITHUB}:sub" in finding.message
    assert found(GITHUB, {"StringLikeIfExists": claims}).severity is Severity.ERROR
    assert found("gitlab.com", {"StringLike": claims}).severity is Severity.ERROR
