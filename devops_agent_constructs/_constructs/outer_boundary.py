"""Warns of a boundary that the app applies to its roles: it misses a StackSet's role, and replaces a role's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Annotations, App, Aspects, IAspect, Stack
from constructs import Construct, IConstruct

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam


def warn_if_not_in_stack_set(construct: Construct) -> None:
    """Warn when the app is synthesized if something applies a boundary to the roles around the construct."""

    def warn() -> None:
        if _applied_around(construct, None) is not None:
            Annotations.of(construct).add_warning_v2(
                "devops-agent-constructs:boundaryNotInStackSet",
                "A permissions boundary is applied to the roles of this app, stage or stack, but the role inside of "
                "the StackSet's template is text to the CDK and does not get it. Pass permissions_boundary, the name "
                "of a policy that each account has, or acknowledge this.",
            )

    Aspects.of(construct).add(_AtTheEnd(construct, warn))


def warn_if_replaced(construct: Construct, boundary: iam.IManagedPolicy | None, *roles: iam.Role | None) -> None:
    """Warn when the app is synthesized if something replaces the boundary that the roles of a construct were given."""
    if boundary is None:
        return
    given = boundary.managed_policy_arn

    def warn() -> None:
        for role in filter(None, roles):
            applied = _applied_around(role, given)
            if applied is None or not _is_same_policy(applied, given):
                does = "takes away" if applied is None else "replaces"
                Annotations.of(construct).add_warning_v2(
                    "devops-agent-constructs:boundaryReplaced",
                    f"A permissions boundary of this app, stage or stack {does} the one that was given here as "
                    "permissions_boundary: a role has one, and what is applied around it wins "
                    "(iam.PermissionsBoundary.of, permissions_boundary of a Stage or a Stack, or cdk.json). Name the "
                    "same policy in both, or apply the outer one to a scope without this role; if the outer one is "
                    "meant, leave permissions_boundary out here.",
                )
                return

    Aspects.of(construct).add(_AtTheEnd(construct, warn))


@jsii.implements(IAspect)
class _AtTheEnd:
    """Looks when the app is synthesized; what is applied to an outer construct later is seen as well."""

    def __init__(self, construct: Construct, look: Callable[[], None]) -> None:
        self._construct, self._look = construct, look

    def visit(self, node: IConstruct) -> None:
        """Look once, at the construct itself; the CDK calls it for everything below as well."""
        if node.node.path == self._construct.node.path:
            self._look()


def _applied_around(construct: Construct, given: str | None) -> str | None:
    """Return the ARN of the boundary that a role at this place ends with, if it begins with the given one."""
    # What `iam.PermissionsBoundary.of`, an app, a stage or a stack apply is an aspect without a name; the outermost
    # comes first, and the last one wins. A user's own aspect in Python has a name, and is not tried: it may do more.
    aspects = [aspect for scope in construct.node.scopes for aspect in Aspects.of(scope).all]
    unnamed = [aspect for aspect in aspects if type(aspect).__name__.endswith("Proxy")]
    if not unnamed:
        return given
    # Not at the top: the CDK's module for IAM comes with it, which a StackSet does not wait for.
    from devops_agent_constructs._constructs.trial_role import TrialRole  # noqa: PLC0415

    trial = TrialRole(Stack(App(analytics_reporting=False), "Trial"), given)
    for aspect in unnamed:
        aspect.visit(trial)
    return trial.boundary


def _is_same_policy(first: str, second: str) -> bool:
    """Tell whether two ARNs name one policy; an account and a partition may stand as tokens in one of them."""
    return first == second or (
        ":policy/" in first
        and first.partition(":policy/")[2] == second.partition(":policy/")[2]
        and ("iam::aws:" in first) == ("iam::aws:" in second)
    )
