"""How to install an extra: from where the package itself came."""

from __future__ import annotations

import json
import runpy
import sys
from types import SimpleNamespace

import pytest

from devops_agent_constructs import _extras

WHEEL = "file:///tmp/devops_agent_constructs-0.1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("came_from", "command"),
    [
        ({"url": WHEEL, "archive_info": {}}, f"python3 -m pip install 'devops-agent-constructs[cli] @ {WHEEL}'"),
        (None, "python3 -m pip install 'devops-agent-constructs[cli]'"),
        ({"url": "file:///tmp/clone", "dir_info": {}}, "in a clone of the repository: python3 -m pip install '.[cli]'"),
    ],
    ids=["wheel", "registry", "clone"],
)
def test_install_command(monkeypatch: pytest.MonkeyPatch, came_from: object, command: str) -> None:
    """The wheel again, the registry, or the clone."""
    text = None if came_from is None else json.dumps(came_from)
    monkeypatch.setattr(_extras, "distribution", lambda _: SimpleNamespace(read_text=lambda _: text))
    assert _extras.install_command("cli") == command


def test_install_command_beside_a_light_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the CDK was left out on purpose, it stays out: only what is missing is named."""
    monkeypatch.setattr(_extras, "find_spec", lambda _: None)
    assert _extras.install_command("app") == "python3 -m pip install 'msgspec<1,>=0.20' 'pyyaml>=6.0.2'"
    assert "[app]" in _extras.install_command("app", is_light=False)


def test_the_app_without_the_cdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the command line was installed alone, the ready-made app says in one line what it takes."""
    for name in ("aws_cdk", "constructs"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(sys, "argv", ["devops_agent_constructs"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("devops_agent_constructs", run_name="__main__")
    assert ended.value.code == (
        f"error: the app takes aws-cdk-lib and constructs, which are not installed; "
        f"{_extras.install_command('app', is_light=False)}"
    )
