"""What IAM decides, written from IAM's documents alone: the judge of the library's own evaluator.

Short and slow on purpose, and it shares no code with the library (`test_independence` looks). Concrete requests go in,
yes or no comes out: a key that a request may or may not carry is a matter of two requests, not of a third answer.

Every rule stands under its page of https://docs.aws.amazon.com/IAM/latest/UserGuide/, whose last part the comments
name. Where the documents do not say what happens, `UndefinedError` is raised; where IAM refuses to store a policy,
`MalformedPolicyError`.
"""

from tests.iam_reference.callers import Caller, federated, role, role_session, service, user
from tests.iam_reference.decisions import access_allowed, trust_admits
from tests.iam_reference.documents import MalformedPolicyError
from tests.iam_reference.matching import UndefinedError

__all__ = [
    "Caller",
    "MalformedPolicyError",
    "UndefinedError",
    "access_allowed",
    "federated",
    "role",
    "role_session",
    "service",
    "trust_admits",
    "user",
]
