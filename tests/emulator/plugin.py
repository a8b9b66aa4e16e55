"""What moto lacks, in one place: added while the emulator runs, taken away afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from moto.cloudformation import parsing
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudtrail.responses import CloudTrailResponse
from moto.iam.models import IAMBackend

from tests.emulator import change_sets
from tests.emulator.aws_policies import aws_policies
from tests.emulator.iam_role import RoleHandler
from tests.emulator.rollback import naming_the_resource


@contextmanager
def loaded() -> Iterator[None]:
    """Add to moto what it lacks; each module says what that is."""
    with ExitStack() as additions:

        def add(target: object, name: str, addition: object) -> None:
            additions.enter_context(patch.object(target, name, addition, create=not hasattr(target, name)))

        # The managed policies of AWS, which moto leaves out by default.
        add(IAMBackend, "_init_aws_policies", aws_policies)
        # Roles with managed policies, checked as IAM checks them, updated in place.
        additions.enter_context(patch.dict(parsing.get_model_map(), {"AWS::IAM::Role": RoleHandler}))
        # A failed resource has a name and a reason; a type that moto does not know fails.
        add(parsing, "parse_and_create_resource", naming_the_resource(parsing.parse_and_create_resource))
        add(parsing, "parse_and_update_resource", naming_the_resource(parsing.parse_and_update_resource))
        # The outputs of a stack, and its rollback.
        backend = CloudFormationBackend
        add(backend, "execute_change_set", change_sets.executing(backend.execute_change_set))
        # The CDK CLI deletes the change set of its last run and waits until it is gone.
        add(backend, "describe_change_set", change_sets.finding(backend.describe_change_set))
        add(backend, "delete_change_set", change_sets.deleting(backend.delete_change_set))
        # After a failure the CDK CLI looks for reasons in CloudTrail; there are none.
        add(CloudTrailResponse, "lookup_events", lambda _: '{"Events": []}')
        yield
