"""Says how old each AWS fact is that the code rests on, and what of them the newest packages change.

python -m scripts.facts              # `make facts`
python -m scripts.facts --accept     # what is new today is known from now on
python -m scripts.facts --read URL   # the page was read again today, for all that rests on it
python -m scripts.facts --installed  # compare with the packages of this environment, without network
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timezone
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from devops_agent_constructs.errors import OnboardingInputError
from scripts import refresh_guardrail
from scripts.facts import managed_policies, models, newest, pages, report, snapshot
from scripts.facts.unconfirmed import unconfirmed

_NEWS_OR_OVERDUE, _NOT_COMPARED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print ages, what is unconfirmed, and news; write what is accepted or was read.

    Returns:
        The exit code: 1 with news or a page to read again, 2 if the newest packages cannot be had (or on bad input),
        else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m scripts.facts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--accept", action="store_true", help="know the news from now on: write them down")
    parser.add_argument("--read", action="append", default=[], metavar="URL", help="a page that was read again today")
    parser.add_argument("--installed", action="store_true", help="compare with the installed packages, not the newest")
    given = parser.parse_args(arguments)
    today = datetime.now(timezone.utc).date()
    try:
        cited = _read_pages(given.read, today)
    except OnboardingInputError as error:
        parser.error(str(error))
    _say(report.ages(cited, today), report.unconfirmed(unconfirmed()))
    is_overdue = any(page.is_overdue(today) for page in cited)
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(str(distribution("botocore").locate_file(""))) if given.installed else Path(folder)
        try:
            if not given.installed:
                newest.install_newest(packages)
        except newest.NotReachedError as error:
            _say([f"News: not looked for, as the newest packages cannot be had: {error}"])
            return _NOT_COMPARED
        found = _news(packages, today, is_accepted=given.accept)
    return _NEWS_OR_OVERDUE if is_overdue or (found and not given.accept) else 0


def _read_pages(urls: Sequence[str], today: date) -> list[pages.Page]:
    citations, read = list(pages.citations_of_the_library()), pages.recorded()
    cited = {citation.url for citation in citations}
    for url in urls:
        if (page := url.partition("#")[0]) not in cited:
            why, fix = "no module cites it", "copy it from the list that `make facts` prints"
            raise OnboardingInputError("--read", url, why=why, fix=fix)
        read[page] = today
    if urls:
        pages.record({url: day for url, day in read.items() if url in cited})
    return pages.pages(iter(citations), read)


def _news(packages: Path, today: date, *, is_accepted: bool) -> list[str]:
    """Print the news; return them."""
    known = snapshot.read()
    lists: dict[str, Any] = json.loads(refresh_guardrail.DATA.read_text(encoding="utf-8"))
    policies, versions = managed_policies.policies(packages), newest.versions(packages)
    found = list(snapshot.news(known.facts, snapshot.facts_of(packages, known.operations, policies)))
    newer = lists
    try:
        newer = refresh_guardrail.with_newer_policy(lists, policies)
        found += refresh_guardrail.differences(lists, newer) if newer != lists else []
    except OnboardingInputError as error:
        found.append(f"{lists['managed_policy']['name']}: {error}")
    _say(
        report.news(found, versions, known.versions, newest.versions(), since=known.accepted),
        refresh_guardrail.ages(newer, today=today),
    )
    if is_accepted:
        operations = models.used_operations(packages)
        facts = snapshot.facts_of(packages, operations, policies)
        accepted = snapshot.Snapshot(accepted=today.isoformat(), versions=versions, operations=operations, facts=facts)
        snapshot.write(accepted)
        if newer != lists:
            refresh_guardrail.DATA.write_text(json.dumps(newer, indent=2) + "\n", encoding="utf-8")
        _say(["Accepted. What the code makes of it is up to you: `git diff` shows what changed."])
    return found


def _say(*parts: Sequence[str]) -> None:
    for lines in parts:
        sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
