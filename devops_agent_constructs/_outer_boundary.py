"""A permissions boundary that the app applies to its roles, and that the role inside of a StackSet's template lacks."""

from __future__ import annotations

from tempfile import TemporaryDirectory

import jsii
from aws_cdk import Annotations, App, Aspects, CfnResource, IAspect, Stack
from constructs import Construct, IConstruct

_CONTEXT_KEY = "@aws-cdk/core:permissionsBoundary"
"""What `permissions_boundary` of an app, a stage or a stack sets. See
https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html"""


def warn_if_not_in_stack_set(construct: Construct) -> None:
    """Warn when the app is synthesized if something applies a boundary to the roles around the construct."""
    Aspects.of(construct).add(_BoundaryNotInStackSet(construct))


@jsii.implements(IAspect)
class _BoundaryNotInStackSet:
    """Looks only; what is applied to an outer construct later is seen as well."""

    def __init__(self, construct: Construct) -> None:
        self._construct = construct

    def visit(self, node: IConstruct) -> None:
        """Warn at the construct itself; the CDK calls it for everything below as well."""
        if node.node.path == self._construct.node.path and _is_bounded(self._construct):
            Annotations.of(self._construct).add_warning_v2(
                "devops-agent-constructs:boundaryNotInStackSet",
                "A permissions boundary is applied to the roles of this app, stage or stack, but the role inside of "
                "the StackSet's template is text to the CDK and does not get it. Pass permissions_boundary, the name "
                "of a policy that each account has, or acknowledge this.",
            )


def _is_bounded(construct: Construct) -> bool:
    if construct.node.try_get_context(_CONTEXT_KEY) is not None:
        return True
    # `iam.PermissionsBoundary.of` leaves no trace but an aspect without a name: try it on a role that is in no app.
    aspects = [one for scope in construct.node.scopes for one in Aspects.of(scope).all]
    unnamed = [one for one in aspects if type(one).__name__.endswith("Proxy")]
    if not unnamed:
        return False
    with TemporaryDirectory() as folder:  # Not the folder that the CDK CLI names: that is the app's own.
        app = App(outdir=folder, analytics_reporting=False)
        role = CfnResource(Stack(app, "Trial"), "Role", type="AWS::IAM::Role")
        for aspect in unnamed:
            aspect.visit(role)
        template = app.synth().get_stack_by_name("Trial").template
    return any("PermissionsBoundary" in one.get("Properties", {}) for one in template["Resources"].values())
