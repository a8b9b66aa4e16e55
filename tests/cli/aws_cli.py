"""Runs a command of the AWS CLI without the AWS CLI: the words become a call of boto3."""

from __future__ import annotations

import shlex
from typing import Any

from botocore import xform_name


def run_aws(command: str, client: Any) -> None:
    """Make the call that `aws SERVICE OPERATION --OPTION VALUE ...` would make, with a client of the service.

    An operation or option that AWS's own model does not have fails.
    """
    program, service, operation, *words = shlex.split(command)
    assert (program, service) == ("aws", client.meta.service_model.service_name)
    names = {xform_name(name, "-"): name for name in client.meta.service_model.operation_names}
    shape = client.meta.service_model.operation_model(names[operation]).input_shape
    members = {xform_name(name, "-"): name for name in shape.members}
    options = dict(zip(words[::2], words[1::2], strict=True))
    parameters: dict[str, Any] = {members[option.removeprefix("--")]: value for option, value in options.items()}
    for name, value in parameters.items():
        if shape.members[name].type_name == "integer":
            parameters[name] = int(value)
    getattr(client, operation.replace("-", "_"))(**parameters)
