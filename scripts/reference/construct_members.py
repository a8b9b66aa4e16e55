"""Writes what a construct takes and has, from its signatures and docstrings."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import devops_agent_constructs as package
from scripts.reference.docstrings import Docstring, like, without_default
from scripts.reference.tables import prose, table

# The names by which an app imports a module of the CDK.
_CDK_MODULE = re.compile(r"aws_cdk\.aws_(\w+)")
# A protocol that is there so that alarms need not load the CDK's Lambda: what has it is this.
_STANDS_FOR = {"ScheduledSync": "AccountSync"}
Links = Callable[[str], str]


def arguments_of(documented: Any) -> dict[str, inspect.Parameter]:  # noqa: ANN401 (a class or a function)
    """Return what a construct or function takes, without `self`."""
    parameters = inspect.signature(called(documented)).parameters
    return {name: parameter for name, parameter in parameters.items() if name != "self"}


def arguments_table(documented: Any, links: Links) -> str:  # noqa: ANN401
    """Return the table of the arguments: what each is, its type, and what holds without it.

    In two columns: with more, a telephone shows a word a line.
    """
    texts, hints = _argument_texts(documented), _hints(called(documented))
    rows = []
    for name, parameter in arguments_of(documented).items():
        text, default = without_default(texts[name])
        if parameter.default is inspect.Parameter.empty:
            default = "Needed."
        elif parameter.default is None:
            default = f"Default: {prose(default or _default_elsewhere(text, name) or 'none')}."
        elif parameter.default in ((), ""):
            default = "Default: none."
        else:
            default = f"Default: `{_written(parameter.default)}`."
        kind = _type(hints[name], links)
        rows.append((f"`{name}`", linked(f"{prose(text)}<br>Type: {kind}. {default}", links)))
    return table(["argument", "what it says"], rows)


def members_table(documented: type, links: Links) -> str:
    """Return the table of attributes, properties and methods; empty if there are none."""
    rows = [(f"`{name}`", text) for name, text in Docstring.of(documented)["Attributes"].items()]
    rows += [
        row for name, member in vars(documented).items() if not name.startswith("_") for row in _member(name, member)
    ]
    return table(["name", "what it is"], [(name, linked(prose(text), links)) for name, text in rows]) if rows else ""


def linked(text: str, links: Links) -> str:
    """Return a text with links from the public names in it."""
    return re.sub(r"\[`\w+`\]|`(\w+)`", lambda match: links(match[1]) if match[1] else match[0], text)


def called(documented: Any) -> Callable[..., object]:  # noqa: ANN401
    """Return what a call of a class or function calls, which has the arguments and their documentation."""
    function: Callable[..., object] = vars(documented)["__init__"] if inspect.isclass(documented) else documented
    return function


def _argument_texts(documented: Any) -> Mapping[str, str]:  # noqa: ANN401
    """Return what the docstring says of each argument; of a dataclass, its attributes are that."""
    return Docstring.of(called(documented))["Args"] or Docstring.of(documented)["Attributes"]


def _hints(function: Callable[..., object]) -> dict[str, Any]:
    function = inspect.unwrap(function)
    # The annotations of a dataclass's `__init__` are names of its module, which the function itself does not know.
    names = {**_of_type_checkers(), **vars(sys.modules[function.__module__])}
    return {
        name: eval(hint, names)  # noqa: S307 (the library's own code)
        for name, hint in function.__annotations__.items()
        if name != "return"
    }


def _of_type_checkers() -> dict[str, Any]:
    """Return what modules import for type checkers alone, so that they need no CDK."""
    from aws_cdk import SecretValue  # noqa: PLC0415  (the docs site imports this module, and needs no CDK)
    from aws_cdk.aws_secretsmanager import ISecret  # noqa: PLC0415

    return {"ClientSecret": ISecret | SecretValue | str}


def _default_elsewhere(text: str, name: str) -> str:
    """Return what None means where the docstring leaves it to another's."""
    other = like(text)
    if other is None:
        return ""
    texts = _argument_texts(getattr(package, other))
    return without_default(texts[name])[1] if name in texts else ""


def _member(name: str, member: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if isinstance(member, property):
        yield f"`{name}`", " ".join(Docstring.of(member).paragraphs)
        return
    function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
    if not inspect.isfunction(function):
        return
    said = Docstring.of(function)
    names = [argument for argument in inspect.signature(function).parameters if argument not in {"self", "cls"}]
    texts = [f"`{argument}`: {text}" for argument, text in said["Args"].items()]
    texts += [f"Raises `{error}`: {text}" for error, text in said["Raises"].items()]
    yield f"`{name}({', '.join(names)})`", " ".join([*said.paragraphs, *texts])


def _written(value: object) -> str:
    """Return a default as an app would write it."""
    kind = type(value)
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, str) and kind is str:
        return value
    if hasattr(value, "to_human_string"):
        return str(value.to_human_string())
    if hasattr(value, "name"):
        return f"{kind.__name__}.{value.name}"
    return repr(value)


def _type(hint: Any, links: Links) -> str:  # noqa: ANN401
    """Return a type in words; None is said by the default."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Annotated:
        return _type(inner[0], links)
    if kind in {Union, UnionType}:
        parts = [_type(option, links) for option in inner if option is not NoneType]
        if len(parts) > 1 and parts[-1] == f"list of {_either(parts[:-1])}":
            parts[-1] = "a list of these" if len(parts) > 2 else "a list of them"  # noqa: PLR2004
        return _either(parts)
    if inner and issubclass(kind, Mapping):
        return f"mapping of {_type(inner[0], links)} to {_type(inner[1], links)}"
    if inner and issubclass(kind, Sequence):
        return f"list of {_type(inner[0], links)}"
    name = _STANDS_FOR.get(hint.__name__, hint.__name__)
    module = _CDK_MODULE.match(hint.__module__)
    return links(f"{module[1]}.{name}" if module else name)


def _either(parts: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
