"""How IAM counts, and what is known of a text that only deployment knows."""

import json

import pytest
from aws_cdk import App, Aws, Stack
from aws_cdk import aws_iam as iam

from devops_agent_constructs.policies.size import Size, policy_size


def test_white_space_does_not_count() -> None:
    """As IAM measures: the compact JSON, in characters and not in bytes."""
    document = json.loads('{"Statement": [ {"Resource": ["a", "b"],\n "Sid": "\u00e9"} ]}')
    assert policy_size(document) == Size(at_least=48, at_most=48)


def test_as_cdk_writes_it() -> None:
    """A list of one action or resource is written without the list, a condition's stays."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "A",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": ["arn:aws:s3:::orders"],
                "Condition": {"StringEquals": {"s3:prefix": ["a"]}},
            }
        ],
    }
    written = iam.PolicyDocument.from_json(document).to_json()
    expected = len(json.dumps(written, separators=(",", ":")))
    assert policy_size(document) == Size(at_least=expected, at_most=expected)


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        (Aws.PARTITION, 3, 10),
        (Aws.ACCOUNT_ID, 12, 12),
        (Aws.REGION, 9, 14),
        ("${Token[DevOpsAgent.AWS::Partition]}", 3, 10),
        ("${Token[DevOpsAgent.AWS::AccountId]}", 12, 12),
        ("${Token[TOKEN.123]}", 1, 255),
        ("${aws:PrincipalOrgID}", 21, 21),
    ],
    # The text of a token differs from process to process.
    ids=["partition", "account", "region", "any-partition", "any-account", "unknown", "variable"],
)
def test_tokens(text: str, shortest: int, longest: int) -> None:
    """As short and as long as they can be."""
    without = policy_size({"Resource": ["", ""]}).at_least
    assert policy_size({"Resource": [text, ""]}) == Size(at_least=without + shortest, at_most=without + longest)


def test_an_account_of_a_stack_is_known_by_its_token() -> None:
    """A stack without an account of its own says the pseudo parameter, as `Aws.ACCOUNT_ID` does."""
    stack = Stack(App(), "Stack")
    size = policy_size({"Resource": [stack.account, stack.partition, stack.region]})
    assert size.at_most - size.at_least == 7 + 5


def test_several_together() -> None:
    """A role's inline policies share one limit."""
    size = policy_size({"Resource": ["a", "b"]}).at_least
    assert policy_size({"Resource": ["a", "b"]}, {"Resource": ["a", "b"]}).at_least == 2 * size
