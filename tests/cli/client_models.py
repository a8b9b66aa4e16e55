"""botocore as of before and after AWS's organization mode, for the program under test."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from botocore.loaders import create_loader

from tests.emulator.devops_agent import organization_mode


def knowing_units(folder: Path) -> dict[str, str]:
    """Return the environment of a botocore that knows `sourceAwsOrg`, whichever is installed."""
    return _environment(folder / "new", organization_mode.extend)


def not_knowing_units(folder: Path) -> dict[str, str]:
    """Return the environment of a botocore that does not."""
    return _environment(folder / "old", organization_mode.reduce)


def _environment(folder: Path, change: Callable[[dict[str, Any]], None]) -> dict[str, str]:
    model = deepcopy(create_loader().load_service_model("devops-agent", "service-2"))
    change(model["shapes"])
    place = folder / "devops-agent" / "2026-01-01"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    return {"AWS_DATA_PATH": str(folder)}
