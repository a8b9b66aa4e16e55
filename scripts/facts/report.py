"""The lines that `make facts` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from scripts.facts.pages import Page
from scripts.facts.unconfirmed import Unconfirmed


def ages(pages: Sequence[Page], today: date) -> list[str]:
    """Return the age of each page, oldest first, with what rests on it, and which are to be read again."""
    lines = [f"AWS's pages that the code rests on: {len(pages)}, the oldest first"]
    for page in pages:
        age = "never" if page.read is None else f"{(today - page.read).days} days"
        overdue = f"  READ AGAIN: more than {page.most_days} days" if page.is_overdue(today) else ""
        lines.append(f"{age:>9}  {page.url}{overdue}")
        lines += [f"           {citation.module}  {citation.what}".rstrip() for citation in page.citations]
    overdue_pages = sum(page.is_overdue(today) for page in pages)
    lines.append(f"To be read again: {overdue_pages or 'none'}")
    return lines


def unconfirmed(facts: Sequence[Unconfirmed]) -> list[str]:
    """Return what is unconfirmed, by its place, with what the live check asks about it."""
    lines = ["Unconfirmed; what has no question needs an answer of AWS's support, or a newer page"]
    for place, there in groupby(facts, key=lambda fact: fact.place):
        lines.append(place)
        for fact in there:
            settled_by = "scripts.live_check asks: " if fact.is_asked_by_live_check else ""
            lines.append(f"  {settled_by}{fact.what}")
    return lines


def news(
    found: Iterable[str],
    newest: Mapping[str, str],
    accepted: Mapping[str, str],
    installed: Mapping[str, str],
    *,
    since: str,
) -> list[str]:
    """Return the news, below the versions that have them.

    Args:
        found: Lines of news.
        newest: Package -> the version that was looked at.
        accepted: Package -> the version whose news were accepted.
        installed: Package -> the locked version.
        since: When they were accepted.
    """
    return [
        f"News since {since}",
        *(
            f"  {name} {version} (accepted {accepted.get(name, 'none')}, locked {installed.get(name, 'none')})"
            for name, version in newest.items()
        ),
        *(list(found) or ["  none"]),
    ]
