"""What cfn-lint brings along as files: importing cfn-lint itself takes seconds."""

from importlib.util import find_spec
from pathlib import Path

_SPEC = find_spec("cfnlint")
assert _SPEC is not None
assert _SPEC.submodule_search_locations is not None
DATA = Path(_SPEC.submodule_search_locations[0]) / "data"
SCHEMAS = DATA / "schemas"
ACTIONS_OF_SERVICES = DATA / "AdditionalSpecs" / "Policies.json"
