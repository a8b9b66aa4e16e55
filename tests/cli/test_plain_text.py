"""Names of any characters, on one line."""

import pytest

from devops_agent_constructs.cli.plain_text import plain


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
