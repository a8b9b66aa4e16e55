"""Where secrets are, as detect-secrets finds them."""

from collections.abc import Iterable
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings


def secrets_in(paths: Iterable[Path]) -> list[str]:
    """Return where secrets are, and of which kind; a line that ends in `pragma: allowlist secret` has none."""
    with default_settings():
        return [f"{path}:{one.line_number} {one.type}" for path in paths for one in scan_file(str(path))]
