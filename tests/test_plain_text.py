"""Names of any characters, on one line."""

import pytest

from devops_agent_constructs._plain_text import plain
from devops_agent_constructs.cli.terminal.reporting import note


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders", "orders"),
        ("Bücher & Café 注文", "Bücher & Café 注文"),
        ("two\nlines\r\n", "two lines"),
        ("\x1b[31mred", "[31mred"),
        ("a\u2028b\u202ec\u0000d", "a b c d"),
        ("", ""),
    ],
)
def test_plain(text: str, shown: str) -> None:
    """What ends a line, moves the cursor or turns the direction becomes a space."""
    assert plain(text) == shown


def test_a_note_holds_nothing_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name may hold escape sequences; it is one line of text, spaces as they are."""
    note("wrote a  \x1b[31m\u202e\n.yaml")
    assert capsys.readouterr().err == "wrote a  \\x1b[31m\\u202e\\n.yaml\n"
