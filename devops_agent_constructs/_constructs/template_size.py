"""Measures a part of a template as the CDK CLI sends it, and warns before the CLI refuses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from aws_cdk import Annotations, Stack
from constructs import Construct

from devops_agent_constructs import service
from devops_agent_constructs._constructs.stacks import is_without_bootstrap

Part: TypeAlias = "Mapping[str, Part] | Sequence[Part] | str | None"

# What a stack of ours has besides: description, outputs, the rule about its Agent Space, and the CDK's analytics.
_REST = 1_600
# Every other string is in quotes, as YAML would read something else.
_PLAIN = re.compile(r"[A-Za-z_/][^#,\[\]{}&*!|>'\"%@`]*")
_OTHER_MEANING = re.compile(r"(y|n|yes|no|on|off|true|false|null|~)|.*(: |:$| #).*", re.IGNORECASE | re.DOTALL)


def sent_length(part: Part, indent: int = 0) -> int:
    """Return the number of characters of a part of a template as the CDK CLI sends it: YAML, by two spaces."""
    if isinstance(part, str) or not part:
        return _scalar_length(part) + 1
    if isinstance(part, Mapping):
        return sum(_entry_length(key, value, indent) for key, value in part.items() if value is not None)
    # A mapping or a list in a list begins on the line of its dash.
    own = [0 if item and not isinstance(item, str) else indent + 2 for item in part]
    return sum(own) + sum(sent_length(item, indent + 2) for item in part)


def warn_template_size(
    construct: Construct, resources: Iterable[Mapping[str, Part]], *, what: str, advice: str
) -> bool:
    """Warn if the CDK CLI cannot deploy these resources into an account without bootstrap; return whether it warns.

    Without bootstrap a template goes to CloudFormation as the body of a request, else by a bucket. Each resource is as
    in the template, below its logical id; `what` there is so much of is like `125 associations`.
    """
    size = _REST + sum(sent_length(resource, 2) for resource in resources)
    if size <= service.MAX_TEMPLATE_BODY_BYTES:
        return False
    if not is_without_bootstrap(Stack.of(construct)):
        return False
    Annotations.of(construct).add_warning_v2(
        "devops-agent-constructs:templateAboveCliLimit",
        f"With {what} the template has about {size:,} characters as the CDK CLI sends it, and it sends no more than "
        f"{service.MAX_TEMPLATE_BODY_BYTES:,} into an account without bootstrap ('Template too large to deploy'). "
        f"Where `cdk bootstrap` has been run in the account and Region, the CLI uploads the template instead. "
        f"Else {advice}, or deploy the template from cdk.out by a bucket of your own: "
        "aws cloudformation deploy --s3-bucket.",
    )
    return True


def as_part(value: Any) -> Part:  # noqa: ANN401 (what the CDK resolves)
    """Return a property as the template has it, with numbers as text, which are as long."""
    if isinstance(value, Mapping):
        return {str(key): as_part(part) for key, part in value.items()}
    if isinstance(value, str) or value is None:
        return value
    return [as_part(item) for item in value] if isinstance(value, Sequence) else f"n{value}"[1:]


def _entry_length(key: str, value: Part, indent: int) -> int:
    name = indent + _scalar_length(key) + 1
    if isinstance(value, str) or not value:
        return name + 1 + _scalar_length(value) + 1
    return name + 1 + sent_length(value, indent + 2)


def _scalar_length(value: Part) -> int:
    if not isinstance(value, str):
        return 2  # {} or []
    is_plain = _PLAIN.fullmatch(value) and not _OTHER_MEANING.fullmatch(value)
    return len(value) + (0 if is_plain else 2)
