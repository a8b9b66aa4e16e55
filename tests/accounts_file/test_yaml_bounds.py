"""YamlDocument: small texts that mean enormous or endless values are refused in little time and memory."""

import time
import tracemalloc
from pathlib import Path

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.accounts_file.yaml import YamlDocument

MANY = "no such file needs so many; write the values that are needed"
DEEP = "lists and mappings stand too deep in each other"
NUMBER = "looks like a number but is none"


def merges(lines: int) -> str:
    """Return a mapping per line, each with everything of the one before it, twice."""
    more = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, lines))
    return f"a0: &a0 {{k0: 1}}\n{more}"


def laughs(opening: str, closing: str, lines: int) -> str:
    """Return a billion laughs: a list or mapping per line, each with ten of the one before it."""
    names = "abcdefghij"

    def inner(n: int) -> str:
        return ", ".join(f"{name}: *l{n}" if opening == "{" else f"*l{n}" for name in names)

    more = "".join(f"l{n}: &l{n} {opening}{inner(n - 1)}{closing}\n" for n in range(1, lines))
    return f"l0: &l0 [lol]\n{more}"


BOMBS = {
    "merges": (merges(25), f"values of this; {MANY}"),
    "thousands of merges": (merges(12_000), f"values of this; {MANY}"),
    "lists": (laughs("[", "]", 9), f"values of this; {MANY}"),
    "mappings": (laughs("{", "}", 9), f"values of this; {MANY}"),
    "accounts": ("r: &r [" + "x, " * 9_000 + "]\naccounts: [" + "*r, " * 9_000 + "]", f"values of this; {MANY}"),
    "a chain of aliases": (
        "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 9_000)),
        DEEP,
    ),
    "itself": ("a: &a [1, *a]", "an alias stands inside of what it repeats, without end"),
    "itself merged": ("a: &a {b: 1, <<: *a}", "an alias stands inside of what it repeats, without end"),
    "many values": ("[" + "1," * 500_000 + "]", "more than 100,000 values"),
    "lists in lists": ("[" * 1_000_000, DEEP),
    "items in items": ("- " * 500_000, DEEP),
    "mappings in mappings": ("{a: " * 200_000, DEEP),
    "questions": ("? " * 400_000, DEEP),
    "hexadecimal": ("a: 0x" + "f" * 6_000, NUMBER),
    "octal": ("a: 0" + "7" * 6_000, NUMBER),
    "binary": ("a: 0b" + "1" * 60_000, NUMBER),
    "sexagesimal": ("a: 1" + ":59" * 300_000, NUMBER),
    "decimal": ("a: -" + "9" * 900_000, NUMBER),
    "float": ("a: 1." + "0" * 900_000 + "e+9", NUMBER),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_at_once(name: str) -> None:
    """Each ends in one line with its place, within seconds on a slow machine and without the memory it asks for.

    Promise: Files have bounds.
    """
    text, why = BOMBS[name]
    tracemalloc.start()
    started = time.process_time()
    message = refused(text)
    seconds = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert why in message
    assert message.startswith("file.yaml:")
    assert len(message) < 2_000
    assert seconds < 10  # While memory is traced, which takes three times as long.
    assert peak < 100 * 2**20


def refused(text: str) -> str:
    """Return the error."""
    with pytest.raises(OnboardingInputError) as caught:
        YamlDocument(Path("file.yaml"), text)
    return str(caught.value)


def test_honest_repetition_is_read() -> None:
    """Thousands of accounts that share a role by alias or by merge key are far from the bound."""
    role = "r: &r {name: Agent, path: /ops/, capabilities: [support_communications: {}]}\n"
    aliases = "".join(f'- {{id: "{n:012}", role: *r}}\n' for n in range(5_000))
    merged = "".join(f'- {{<<: *r, id: "{n:012}"}}\n' for n in range(5_000))
    assert len(YamlDocument(Path("file.yaml"), f"{role}accounts:\n{aliases}").data["accounts"]) == 5_000
    assert YamlDocument(Path("file.yaml"), f"{role}accounts:\n{merged}").data["accounts"][-1]["path"] == "/ops/"
