"""What is lost and gained, computed from documents."""

from __future__ import annotations

from typing import Any

from devops_agent_constructs import Generation
from devops_agent_constructs.migration.permission_changes import inline_documents, permission_changes


def policy(*actions: str, resource: str = "*", **elements: Any) -> dict[str, Any]:
    """A policy of one statement."""
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **elements}]}


def test_the_same_in_other_words() -> None:
    """Patterns that cover each other's actions change nothing."""
    changes = permission_changes([policy("s3:ListBucket", "s3:List*")], [policy("S3:List*")])
    assert (changes.lost, changes.gained) == ((), ())


def test_lost_in_part() -> None:
    """What stays of a pattern is said, also where it stays on some resources only."""
    new = [policy("s3:ListAllMyBuckets"), policy("s3:ListBucket", resource="arn:aws:s3:::a")]
    [lost] = permission_changes([policy("s3:List*", "ec2:*")], [*new, policy("ec2:*")]).lost
    assert str(lost.permission) == "s3:List*"
    assert list(map(str, lost.stays)) == ["s3:ListAllMyBuckets", "s3:ListBucket on arn:aws:s3:::a"]
    assert lost.supported == ("s3:ListBucket",)


def test_lost_wholly() -> None:
    """Nothing stays, and the guardrail has no place for it."""
    [lost] = permission_changes([policy("lambda:GetFunction")], [policy("ec2:*")]).lost
    assert (lost.stays, lost.supported) == ((), ())


def test_gained() -> None:
    """An action that was there on some resources is gained on the others."""
    changes = permission_changes([policy("s3:GetObject", resource="arn:aws:s3:::a/*")], [policy("s3:GetObject")])
    assert (changes.lost, list(map(str, changes.gained))) == ((), ["s3:GetObject"])


def test_conditions_count() -> None:
    """The same action under a condition is less."""
    limited = policy("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "AWSLogs/*"}})
    [lost] = permission_changes([policy("s3:ListBucket")], [limited]).lost
    assert list(map(str, lost.stays)) == ["s3:ListBucket, if s3:prefix is like 'AWSLogs/*'"]


def test_inline_statements_of_both_set_ups_count() -> None:
    """The eight actions of the preview are no gain; the service-linked role is one, in any account."""
    preview = [
        "aidevops:GetKnowledgeItem",
        "aidevops:ListKnowledgeItems",
        "eks:AccessKubernetesApi",
        "resource-explorer-2:Search",
        "route53:GetHealthCheckStatus",
        "support:CreateCase",
        "support:DescribeCases",
        "synthetics:GetCanaryRuns",
    ]
    changes = permission_changes(
        [policy("ec2:Describe*"), *inline_documents(Generation.PREVIEW, partition="aws")],
        [policy("ec2:Describe*", *preview), *inline_documents(Generation.GA, partition="aws")],
    )
    assert changes.lost == ()
    [gained] = changes.gained
    assert str(gained).startswith("iam:CreateServiceLinkedRole on arn:aws:iam::*:role/aws-service-role/")
