"""A browser, driven over the Chrome DevTools Protocol through a pipe: no driver, and no package, stands between.

See https://chromedevtools.github.io/devtools-protocol/ (read 2026-11-26).
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any, Literal
from urllib.parse import urlsplit

# The browser reads commands from 3 and writes answers to 4; sh gives it there what it has itself as 0 and 1.
_PIPES = 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2'
# Root, as in a container, cannot have the sandbox, and sees nothing here but our own pages. Only this machine is known
# by name, so that whatever asks another host fails at once, and nobody out there learns of it.
_OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-zygote",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-features=IsolateOrigins,site-per-process",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_TIMEOUT_SECONDS = 60
DESK, PHONE = (1280, 900), (390, 844)
Scheme = Literal["light", "dark"]


class Browser:
    """A running browser."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        """Speak over two pipes."""
        self._commands, self._answers = commands, answers
        self._rest, self._number = b"", 0
        self._tabs: dict[str, Tab] = {}

    @contextmanager
    def tab(self, home: str, *, is_painted: bool = True) -> Iterator[Tab]:
        """Open a tab for pages below an address; what is not painted has its layout all the same, and costs less."""
        target = self.call("Target.createTarget", url="about:blank", enableBeginFrameControl=not is_painted)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = self._tabs[session] = Tab(self, session, home)
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.call(f"{domain}.enable")
        yield tab
        self.call("Target.closeTarget", targetId=target)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send a command, and return the answer; what the browser tells in between goes to its tab."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._commands.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        self._commands.flush()
        while (answer := self.receive()).get("id") != self._number:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        return dict(answer["result"])

    def receive(self) -> dict[str, Any]:
        """Return the next message, after giving an event to its tab."""
        while b"\0" not in self._rest:
            assert select.select([self._answers], [], [], _TIMEOUT_SECONDS)[0], "the browser says nothing any more"
            part = os.read(self._answers.fileno(), 1 << 20)
            assert part, "the browser has ended"
            self._rest += part
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message and message.get("sessionId") in self._tabs:
            self._tabs[message["sessionId"]].take(message["method"], message["params"])
        return message


class Tab:
    """One tab. `faults` has what went wrong since it was last emptied."""

    def __init__(self, browser: Browser, session: str, home: str) -> None:
        """Belong to a browser."""
        self.faults: list[str] = []
        self._browser, self._session, self._home = browser, session, home
        self._is_loaded = False
        self._addresses: dict[str, str] = {}

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command to this tab, and return the answer."""
        return self._browser.call(method, self._session, **parameters)

    def show(self, size: tuple[int, int], scheme: Scheme) -> None:
        """Be as wide and high as that, in pixels, and have a reader who prefers that color scheme."""
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.call("Emulation.setDeviceMetricsOverride", **screen)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run_first(self, script: str) -> None:
        """Run a script in each page before those of its own."""
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, page: str) -> None:
        """Go to a page, by its path, and wait until all of it is there."""
        self._is_loaded = False
        self.call("Page.navigate", url=f"{self._home}{page}")
        while not self._is_loaded:
            self._browser.receive()

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript; if that is a promise, what it promises."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, **clip: float) -> bytes:
        """Return a picture as PNG: of a rectangle of the page, or of what the tab shows."""
        options: dict[str, Any] = {"clip": {"scale": 1, **clip}, "captureBeyondViewport": True} if clip else {}
        return base64.b64decode(self.call("Page.captureScreenshot", **options)["data"])

    def take(self, method: str, told: dict[str, Any]) -> None:
        """Keep what an event tells of a fault."""
        self._is_loaded = self._is_loaded or method == "Page.loadEventFired"
        if method == "Network.requestWillBeSent":
            address = self._addresses[told["requestId"]] = told["request"]["url"]
            if not address.startswith((self._home, "data:", "blob:")):
                self.faults.append(f"asks another host: {address}")
        elif method == "Network.responseReceived" and told["response"]["status"] >= 400:
            self.faults.append(f"{told['response']['status']}: {self._path(told['response']['url'])}")
        elif method == "Network.loadingFailed" and not told.get("canceled"):
            address = self._addresses.get(told["requestId"], "")
            self.faults.append(f"{told['errorText']}: {self._path(address)}")
        elif method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            description = str(details.get("exception", {}).get("description", details["text"]))
            self.faults.append(f"exception: {description.splitlines()[0]}")
        elif method == "Runtime.consoleAPICalled" and told["type"] in {"error", "warning", "assert"}:
            words = [str(argument.get("value", argument.get("description"))) for argument in told["args"]]
            self.faults.append(f"console, {told['type']}: {' '.join(words)}")
        elif method == "Log.entryAdded":
            entry = told["entry"]
            # Those of the network are told above, with their address.
            if entry["level"] in {"error", "warning"} and entry["source"] != "network":
                self.faults.append(f"{entry['level']}: {entry['text']}")

    def _path(self, address: str) -> str:
        is_ours = address.startswith(self._home)
        return address.removeprefix(self._home) if is_ours else urlsplit(address).hostname or address


@contextmanager
def started(program: Path) -> Iterator[Browser]:
    """Start a browser, and end it."""
    command = ["sh", "-c", _PIPES, str(program), *_OPTIONS, "about:blank"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Browser(process.stdin, process.stdout)
        finally:
            process.terminate()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the files of a folder to this machine; yield the address, which ends with a slash."""
    handler: Callable[..., SimpleHTTPRequestHandler] = partial(_Files, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that ends breaks its connections."""


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Let the browser keep what all pages share."""
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
        """Say nothing."""
