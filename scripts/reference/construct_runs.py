"""Runs the example of a construct's page, as it is or with other arguments; what comes out is the page's template.

In this process, as Node takes seconds to start and a synthesis takes milliseconds.
"""

from __future__ import annotations

import ast
import functools
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import devops_agent_constructs as package

Template = dict[str, Any]
# What a change may use beyond the names of the example and of the package.
_NAMES = """
from aws_cdk import DefaultStackSynthesizer, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam, aws_kms as kms, aws_logs as logs, aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
"""
# The digest of a function's package, which is another one after each change of the library.
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
# What the bootstrap asks of every stack, and where the CDK looks up its own version.
_NOT_OURS = {"Parameters": "BootstrapVersion", "Rules": "CheckBootstrapVersion", "Conditions": "CDKMetadataAvailable"}


@dataclass(frozen=True, kw_only=True)
class MadeStack:
    """A stack of an example.

    Attributes:
        environment: Where it is: `aws://<account>/<region>`.
        is_protected: Whether CloudFormation refuses to delete it.
        template: As CloudFormation gets it.
    """

    environment: str
    is_protected: bool
    template: Template


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call with other arguments than the example's: `Name(..., argument=value)`.

    Attributes:
        source: As it stands on the page.
        name: Of what is called, a public name.
        arguments: Names, each with the value's source.
        words: The comment above it, on what is another; empty without one.
    """

    source: str = field(compare=False)
    name: str
    arguments: tuple[tuple[str, str], ...]
    words: str = field(compare=False, default="")

    @classmethod
    def of(cls, node: ast.stmt, source: str) -> Call:
        """Read one.

        Raises:
            ValueError: It is anything else.
        """
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=value)], keywords=keywords)):
                if value is ... and keywords and name in package.__all__:
                    arguments = tuple((str(keyword.arg), ast.unparse(keyword.value)) for keyword in keywords)
                    _, mark, words = ("\n" + source).split("\n")[node.lineno - 1].partition("# ")
                    text = str(ast.get_source_segment(source, node))
                    return cls(source=text, name=name, arguments=arguments, words=words if mark else "")
        raise ValueError(f"not a call like Name(..., argument=value): {ast.unparse(node)}")


def calls(source: str) -> list[Call]:
    """Read calls, one a statement."""
    return [Call.of(node, source) for node in ast.parse(source).body]


def run(code: str, call: Call | None = None) -> dict[str, MadeStack]:
    """Run an example that leaves its app in `app`; return name -> stack.

    Args:
        code: The example.
        call: What is called with other arguments. None: nothing.

    Raises:
        ValueError: The example does not call it.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    if call is not None:
        exec(_NAMES, names)  # noqa: S102 (the documents' own code)
        names |= {name: getattr(package, name) for name in package.__all__}
    with tempfile.TemporaryDirectory() as folder, _quick_apps(folder), _called(call, names) as made:
        exec(compile(code, "example", "exec"), names)  # noqa: S102
        if call is not None and not made:
            raise ValueError(f"the example does not call {call.name}")
        return dict(_stacks(Path(folder)))


def shown(template: Template) -> Template:
    """Return a template as a page shows it: without what the CDK adds to every stack, and the same at every release."""
    parts = {
        name: {key: value for key, value in part.items() if key != _NOT_OURS.get(name)} if name in _NOT_OURS else part
        for name, part in template.items()
    }
    text = json.dumps({name: part for name, part in parts.items() if part})
    document: Template = json.loads(_DIGEST.sub("DIGEST", text))
    for resource in document["Resources"].values():
        resource.pop("Metadata", None)
    return document


def _stacks(folder: Path) -> Iterator[tuple[str, MadeStack]]:
    artifacts = json.loads((folder / "manifest.json").read_text("utf-8"))["artifacts"]
    for name, artifact in artifacts.items():
        if artifact["type"] == "aws:cloudformation:stack":
            properties = artifact["properties"]
            yield (
                name,
                MadeStack(
                    environment=artifact["environment"],
                    is_protected=properties.get("terminationProtection", False),
                    template=json.loads((folder / properties["templateFile"]).read_text("utf-8")),
                ),
            )


@contextmanager
def _quick_apps(folder: str) -> Iterator[None]:
    """Let apps write into a folder, and leave out what takes longer than the rest of a synthesis.

    The CDK's own look at the templates is one of the tests of these examples.
    """
    from aws_cdk import App  # noqa: PLC0415  (the docs site imports this module, and needs no CDK)

    initialize = App.__init__
    App.__init__ = functools.partialmethod(  # type: ignore[method-assign, assignment]
        initialize, outdir=folder, analytics_reporting=False, builtin_cloud_formation_validation=False
    )
    try:
        yield
    finally:
        App.__init__ = initialize  # type: ignore[method-assign]


@contextmanager
def _called(call: Call | None, names: dict[str, Any]) -> Iterator[list[object]]:
    """Call what a call names with its arguments, wherever the example calls it; collect what is made."""
    made: list[object] = []
    if call is None:
        yield made
        return
    original: Callable[..., object] = getattr(package, call.name)

    def changed(*args: object, **arguments: object) -> object:
        values = {name: eval(source, names) for name, source in call.arguments}  # noqa: S307
        made.append(original(*args, **{**arguments, **values}))
        return made[-1]

    setattr(package, call.name, changed)
    try:
        yield made
    finally:
        setattr(package, call.name, original)
