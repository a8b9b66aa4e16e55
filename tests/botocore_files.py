"""Lets botocore read its files once in a process: each session reads them again, and some have megabytes."""

from __future__ import annotations

import functools
from typing import Any


def read_once(loaders: Any) -> None:
    """Do it for `botocore.loaders`, also the AWS CLI's own; nobody may change what is read."""
    files, loader = loaders.JSONFileLoader, loaders.Loader
    if hasattr(files.load_file, "__wrapped__"):
        return
    # Neither is called with an instance: both are the same for all of a process, as tests set no other folders.
    read = functools.cache(files().load_file)
    services = functools.cache(loader().list_available_services)
    files.load_file = functools.wraps(files.load_file)(lambda _, path: read(path))
    loader.list_available_services = lambda _, type_name: services(type_name)
