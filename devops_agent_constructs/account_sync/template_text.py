"""Reads the text of a CloudFormation template: JSON, or YAML with the short forms of functions like `!Ref`."""

from __future__ import annotations

import json
from typing import Any


def read_template(text: str) -> Any:  # noqa: ANN401  # whatever it holds
    """Read a template.

    Raises:
        ImportError: It is no JSON, and PyYAML is not installed.
        ValueError: It is neither JSON nor YAML.
    """
    try:
        return json.loads(text)
    except ValueError:
        # Not at the top: it comes with the extra for accounts files, and the library's own templates are JSON.
        import yaml  # noqa: PLC0415

    def function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, object]:
        if isinstance(node, yaml.MappingNode):
            argument: object = loader.construct_mapping(node, deep=True)
        elif isinstance(node, yaml.SequenceNode):
            argument = loader.construct_sequence(node, deep=True)
        else:
            argument = loader.construct_scalar(node)  # type: ignore[arg-type]  # the third kind
        return {name if name == "Ref" else f"Fn::{name}": argument}

    loader: Any = type("_Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", function)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506  # it is a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
