"""Where secrets are, as detect-secrets finds them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector
from detect_secrets.plugins.keyword import DENYLIST, KeywordDetector
from detect_secrets.settings import default_settings, get_plugins, transient_settings

# Elsewhere detect-secrets adds quotes, and looks again for what stands in quotes only: no matter to the detectors of
# tokens, which know them by their form.
_ALL_IN_QUOTES = {".py", ".json"}
# What the CDK calls a resource: its path in the construct tree, and eight digits that tell it from others.
_LOGICAL_ID = re.compile("[A-Z][A-Za-z0-9]*[a-z][0-9A-F]{8,16}")
_SNAPSHOT = ".ambr"
# An account and a long name in an ARN look like a token of Telegram, which begins with at most ten digits.
_IN_AN_ARN = re.compile(r":[0-9]{2}(?=[0-9]{10}:)")
# Without one of them in a line the detector finds nothing, which takes its own expressions a hundred times as long.
_KEYWORDS = re.compile("|".join(DENYLIST), re.IGNORECASE)


def secrets_in(paths: Iterable[Path]) -> list[str]:
    """Return where secrets are, and of which kind; a line that ends in `pragma: allowlist secret` has none.

    Asking each of its detectors about each line takes long. A detector that finds nothing in a whole file finds nothing
    in a line of it: only the others look at the lines, where comments and the like rule out what is none.
    """
    by_detectors: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    with default_settings():
        for path in paths:
            by_detectors[_detectors_of(path)].append(path)
    found = []
    for detectors, files in by_detectors.items():
        if detectors:
            with transient_settings({"plugins_used": [{"name": name} for name in detectors]}):
                found += [
                    f"{path}:{secret.line_number} {secret.type}"
                    for path in files
                    for secret in scan_file(str(path))
                    if not _is_a_name(path, secret.secret_value or "", secret.line_number)
                ]
    return found


def _is_a_name(path: Path, value: str, line_number: int) -> bool:
    if path.suffix == _SNAPSHOT and _LOGICAL_ID.fullmatch(value):
        return True
    line = path.read_text("utf-8", errors="replace").splitlines()[line_number - 1]
    return any(line.startswith(value, match.end()) for match in _IN_AN_ARN.finditer(line))


def _detectors_of(path: Path) -> tuple[str, ...]:
    text = path.read_text("utf-8", errors="replace")
    return tuple(type(detector).__name__ for detector in get_plugins() if _may_find(detector, path, text))


def _may_find(detector: BasePlugin, path: Path, text: str) -> bool:
    if isinstance(detector, KeywordDetector):
        text = "\n".join(line for line in text.splitlines() if _KEYWORDS.search(line))
        if not text:
            return False
    if path.suffix in _ALL_IN_QUOTES or isinstance(detector, RegexBasedDetector):
        return bool(detector.analyze_line(filename=str(path), line=text))
    return True
