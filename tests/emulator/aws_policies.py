"""The managed policies of AWS, without the seconds that moto takes to load them.

Each account has 1,500 of its own, as each counts what they are attached to; here an account has those that somebody
asks for. An organization of a dozen accounts is there in half of the time.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy

_LOOKED_UP = [f"{verb}_{whose}_policy" for verb in ("attach", "detach") for whose in ("role", "user", "group")]


@contextmanager
def aws_policies() -> Iterator[None]:
    """Give them to every account; moto has none by default, or reads them all for every partition of each."""
    with ExitStack() as additions:
        for name, addition in {
            "_init_aws_policies": lambda _: [],
            "_init_managed_policies": lambda backend: _Policies() if backend.partition == "aws" else {},
            "aws_managed_policies": property(_of_aws, lambda *_: None),
            **{name: _looking_up(getattr(IAMBackend, name)) for name in _LOOKED_UP},
        }.items():
            create = not hasattr(IAMBackend, name)
            additions.enter_context(patch.object(IAMBackend, name, addition, create=create))
        yield


class _Policies(dict[str, ManagedPolicy]):
    """The policies of an account by ARN: its own, and AWS's, which come as they are asked for."""

    def __contains__(self, arn: object) -> bool:
        return super().__contains__(arn) or arn in _loaded()

    def __missing__(self, arn: str) -> ManagedPolicy:
        # Neither by `copy` nor by the class, which do far more. Two threads may ask at a time.
        policy = _loaded()[arn]
        copied: AWSManagedPolicy = object.__new__(type(policy))
        copied.__dict__ |= policy.__dict__
        return self.setdefault(arn, copied)

    def values(self) -> Any:
        """Return all, AWS's first."""
        return [self[arn] for arn in {**_loaded(), **self}]


def _of_aws(backend: IAMBackend) -> list[ManagedPolicy]:
    return [policy for policy in backend.managed_policies.values() if isinstance(policy, AWSManagedPolicy)]


def _looking_up(method: Callable[[Any, str, str], None]) -> Callable[[IAMBackend, str, str], None]:
    """Let moto, which looks for a policy among all, see the one that it looks for."""

    def look_up(backend: IAMBackend, policy_arn: str, name: str) -> None:
        policies = backend.managed_policies
        found = {policy_arn: policies[policy_arn]} if policy_arn in policies else {}
        owners = {owner: getattr(backend, owner) for owner in ("get_role", "get_user", "get_group")}
        method(SimpleNamespace(managed_policies=found, **owners), policy_arn, name)

    return look_up


@functools.cache
def _loaded() -> dict[str, AWSManagedPolicy]:
    documents = json.loads(aws_managed_policies_data).items()
    policies = [AWSManagedPolicy.from_data(name, "aws", "us-east-1", document) for name, document in documents]
    return {policy.arn: policy for policy in policies}
