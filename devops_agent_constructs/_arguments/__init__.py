"""Refuses arguments of a type that the signature does not name, before the function does anything.

The annotations are the one list of what an argument may be: mypy reads them, and so does `checked`. Values are checked
where they are used (`_validators` and others), and can rely on the types; or here, by an object with a method `checked`
in the annotation: `Annotated[Sequence[str], kind]`.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from types import NoneType, UnionType
from typing import Annotated, Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from devops_agent_constructs._arguments import words
from devops_agent_constructs.errors import OnboardingInputError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Check the arguments of a function or method against its annotations at each call.

    A string of a subclass, such as a member of a `StrEnum`, becomes a plain one: in a format it may read otherwise. An
    `Iterable` becomes a tuple: it may be read once only.

    Raises:
        OnboardingInputError: `field` is the argument's name, with an index like `buckets[0]` inside of it.
    """
    names = tuple(inspect.signature(function).parameters)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        hints = _hints(function)
        given = [_accept(hints.get(name, Any), value, name) for name, value in zip(names, args, strict=False)]
        given += args[len(given) :]
        named = {name: _accept(hints.get(name, Any), value, name) for name, value in kwargs.items()}
        return function(*given, **named)

    return call


def checked_fields(cls: type[T]) -> type[T]:
    """Check the fields of a dataclass against their annotations when an object is made, before its `__post_init__`."""
    cls.__init__ = checked(cls.__init__)  # type: ignore[method-assign]
    return cls


class _Names(dict[str, object]):
    """The names of a module, and Any for those that it imports for type checkers alone."""

    def __missing__(self, name: str) -> object:
        if name.startswith("__"):  # What debuggers and test runners look for in a frame is no annotation.
            raise KeyError(name)
        return getattr(builtins, name, Any)


@cache
def _hints(function: Callable[..., object]) -> dict[str, Any]:
    # The `__init__` of a dataclass has no globals of its module; its annotations are the names that stand there.
    module = sys.modules[function.__module__]
    hints = get_type_hints(function, localns=_Names(vars(module)), include_extras=True)
    return {name: hint for name, hint in hints.items() if hint is not Any}


def _accept(hint: Any, value: Any, field: str) -> Any:  # noqa: ANN401 (annotations and arguments are anything)
    """Return the value; what is wrong inside of a list or mapping is named by its place there."""
    if type(value) is hint or hint is Any:
        return value
    if get_origin(hint) is Annotated:
        inner, kind, *_ = get_args(hint)
        return kind.checked(_accept(inner, value, field), field=field)
    options = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    for option in options:
        kind = get_origin(option) or option
        if kind in {Sequence, Iterable, Mapping}:
            if _is_container(kind, value):
                return _accept_inside(kind, get_args(option), value, field)
        elif _is_a(kind, value):
            return str.__str__(value) if isinstance(value, str) else value
    raise OnboardingInputError(field, value, why=words.why(options, value), fix=words.fix(options, value))


def _is_container(kind: Any, value: object) -> bool:  # noqa: ANN401
    if isinstance(value, str | bytes | bytearray | type) or (isinstance(value, Mapping) and kind is not Mapping):
        return False
    return isinstance(value, kind)


def _accept_inside(kind: Any, hints: tuple[Any, ...], value: Any, field: str) -> Any:  # noqa: ANN401
    if kind is Mapping:
        key_hint, value_hint = hints
        return {
            _accept(key_hint, key, field): _accept(value_hint, part, f"{field}[{key!r}]") for key, part in value.items()
        }
    values = tuple(value)
    accepted = tuple(_accept(hints[0], part, f"{field}[{index}]") for index, part in enumerate(values))
    unchanged = kind is Sequence and all(part is same for part, same in zip(values, accepted, strict=True))
    return value if unchanged else accepted


def _is_a(kind: Any, value: object) -> bool:  # noqa: ANN401
    if isinstance(value, type) or kind is NoneType:
        return kind is type(value)
    if kind in {int, float}:
        return isinstance(value, int | kind) and not isinstance(value, bool)
    if getattr(kind, "_is_protocol", False):
        return _has_members(kind, value)
    return isinstance(value, kind)


def _has_members(protocol: type, value: object) -> bool:
    """Tell whether an object has what a protocol asks for; the CDK's interfaces are protocols."""
    names = [name for name in vars(protocol) if not name.startswith("_")]
    # An object that the CDK knows by its interfaces alone. To ask it for an attribute would call into Node.
    kinds = {type(delegate) for delegate in getattr(value, "_delegates", ())} or {type(value)}
    if not all(any(hasattr(kind, name) for kind in kinds) or hasattr(value, name) for name in names):
        return False
    return all(_takes_the_same(getattr(protocol, name), kinds, name) for name in names)


def _takes_the_same(asked: object, kinds: set[type], name: str) -> bool:
    # Of the protocols of this package: `AccessLimits.statements` is not that of a capability.
    if not inspect.isfunction(asked) or getattr(asked, "__jsii_name__", None):
        return True
    needed = len(inspect.signature(asked).parameters)
    try:
        for kind in kinds:
            inspect.signature(getattr(kind, name)).bind(*[None] * needed)
    except (TypeError, AttributeError):
        return False
    return True
