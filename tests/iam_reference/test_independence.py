"""The judge is independent: the reference and the emulator share no evaluator with the library."""

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
EMULATOR = HERE.parent / "emulator"
EVALUATORS = {"access", "assume_role", "conditions", "comparisons", "patterns", "principals", "trust_document"}


def imported_by(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield file and module, for each import; of `from a import b` both `a` and `a.b`."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path.name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield path.name, node.module or ""
                yield from ((path.name, f"{node.module}.{alias.name}") for alias in node.names)


def test_the_reference_shares_no_code_with_the_library() -> None:
    """Nothing in it imports the library, but for the tests that compare the two.

    Promise: A second opinion.
    """
    comparing = {"test_agreement.py", "test_rules_agreement.py", "requests_of_both.py"}
    found = [pair for pair in imported_by(HERE) if pair[1].startswith("devops_agent_constructs")]
    assert [pair for pair in found if pair[0] not in comparing] == []


def test_the_emulator_judges_by_the_reference() -> None:
    """It imports neither the library's evaluators nor its checks; `policy_evaluation` and `policies.*` are theirs.

    Promise: A second opinion.
    """
    found = [module.split(".") for _, module in imported_by(EMULATOR) if module.startswith("devops_agent_constructs.")]
    assert [pair for pair in found if pair[1] in {"policy_evaluation", "checks", "diagnosis"}] == []
    assert [pair for pair in found if pair[1] == "policies" and EVALUATORS & set(pair)] == []
