"""The managed policies of AWS, without the seconds that moto takes to load them."""

import functools
import json

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy


def aws_policies(backend: IAMBackend) -> list[ManagedPolicy]:
    """The policies of a new account; moto has none by default, or reads them all for every partition of each."""
    return [_copied(policy) for policy in _loaded()] if backend.partition == "aws" else []


def _copied(policy: AWSManagedPolicy) -> AWSManagedPolicy:
    # Neither by `copy` nor by the class, which do far more for each of the 1,500 policies of every account.
    copied: AWSManagedPolicy = object.__new__(type(policy))
    copied.__dict__ |= policy.__dict__
    return copied


@functools.cache
def _loaded() -> list[AWSManagedPolicy]:
    policies = json.loads(aws_managed_policies_data)
    return [AWSManagedPolicy.from_data(name, "aws", "us-east-1", policy) for name, policy in policies.items()]
