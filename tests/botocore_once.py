"""Lets botocore do once in a process what each of its sessions and clients does again, with the same result.

Its files have megabytes, and each session reads them; each registers a hundred handlers; each client understands the
model and the endpoints of its service anew. A test, or a forked program, makes a few of them and calls twice.
"""

from __future__ import annotations

import copy
import functools
import importlib
from collections.abc import Callable
from typing import Any


def share() -> None:
    """Do it for the botocore that this process imports, also the AWS CLI's own; nobody may change what is shared."""
    loaders, session, client, regions, hooks = (
        importlib.import_module(f"botocore.{name}") for name in ("loaders", "session", "client", "regions", "hooks")
    )
    if hasattr(loaders.JSONFileLoader.load_file, "__wrapped__"):
        return
    _share_files(loaders)
    _share_handlers(session, hooks)
    _share_models(client, regions)


def _share_files(loaders: Any) -> None:
    files, loader = loaders.JSONFileLoader, loaders.Loader
    # Neither is called with an instance: both are the same for all of a process, as tests set no other folders.
    read = functools.cache(files().load_file)
    services = functools.cache(loader().list_available_services)
    files.load_file = functools.wraps(files.load_file)(lambda _, path: read(path))
    loader.list_available_services = lambda _, type_name: services(type_name)


def _share_handlers(session: Any, hooks: Any) -> None:
    register, initialize = session.Session._register_builtin_handlers, hooks.EventAliaser.__init__
    names: dict[str, str] = {}

    def remember_names(self: Any, *given: Any) -> None:
        initialize(self, *given)
        # What another name of an event is, is the same for all.
        self._alias_name_cache = names

    @functools.cache
    def registered(_: tuple[Any, ...]) -> Any:
        before = session.Session(include_builtin_handlers=False)
        register(before, before._events)
        return before._original_handler

    def copy_registered(self: Any, events: Any) -> None:
        # moto adds one when it is imported.
        emitter = copy.copy(registered(tuple(session.handlers.BUILTIN_HANDLERS)))
        self._original_handler = events._emitter = emitter

    hooks.EventAliaser.__init__ = remember_names
    session.Session._register_builtin_handlers = copy_registered


def _share_models(client: Any, regions: Any) -> None:
    client.ServiceModel = _made_once(client.ServiceModel)
    regions.EndpointProvider = _made_once(regions.EndpointProvider)


def _made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same again for the same arguments: for files that have been read, by which object they are."""
    made: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def remember(*given: Any, **named: Any) -> Any:
        key = tuple(value if isinstance(value, str) else id(value) for value in (*given, *named.values()))
        if key not in made:
            # With what it is made of, lest another object gets its number.
            made[key] = (make(*given, **named), given, named)
        return made[key][0]

    return remember
