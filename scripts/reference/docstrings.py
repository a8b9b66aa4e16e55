"""Reads the parts of a docstring in the form that the library's own have."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"^(Args|Attributes|Raises|Warnings)\b[^\n]*:$", re.MULTILINE)
# A line that begins where the section does is a new entry; what is further in goes on with it.
_ENTRY = re.compile(r"^    (\S+?): (.*(?:\n {8,}.*)*)", re.MULTILINE)
_DEFAULT = re.compile(r"(?:^|(?<=[.;] ))None: (.+?)\.(?= |$)")
_LIKE = re.compile(r"As for `(\w+)`")


@dataclass(frozen=True, kw_only=True)
class Docstring:
    """What a docstring says: its paragraphs, and its sections, name -> text.

    Attributes:
        paragraphs: Those before the first section, each as one line; the first one is the summary.
        sections: `Args`, `Attributes`, `Raises` and `Warnings`: name -> text.
    """

    paragraphs: tuple[str, ...]
    sections: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, documented: object) -> Docstring:
        """Read the docstring of a class or a function."""
        text = inspect.cleandoc(str(documented.__doc__))
        text = re.split(r"\n\nSee [^\n]*https?://", text)[0]
        before, *rest = _SECTION.split(text)
        paragraphs = tuple(" ".join(part.split()) for part in before.strip().split("\n\n"))
        return cls(
            paragraphs=paragraphs,
            sections={
                name: {entry: " ".join(words.split()) for entry, words in _ENTRY.findall(body)}
                for name, body in zip(rest[::2], rest[1::2], strict=True)
            },
        )

    def __getitem__(self, section: str) -> dict[str, str]:
        """Return a section, empty if there is none."""
        return self.sections.get(section, {})


def without_default(text: str) -> tuple[str, str]:
    """Return what is said of an argument, and what None means, which is empty if nobody says it.

    What None means stays a part of the former if more is said after it, as that may speak of it.
    """
    match = _DEFAULT.search(text)
    if match is None:
        return text, ""
    return (text if text[match.end() :] else text[: match.start()].strip()), match[1]


def like(text: str) -> str | None:
    """Return the name of what has the same argument, where the text leaves it at that."""
    match = _LIKE.search(text)
    return None if match is None else match[1]
