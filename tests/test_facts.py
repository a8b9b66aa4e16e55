"""The AWS facts that the code rests on: where they stand, how old they are, and what is not known for sure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from devops_agent_constructs.guardrail.lists import guardrail_lists
from scripts import refresh_guardrail
from scripts.facts import __main__ as facts
from scripts.facts import newest, pages, report, snapshot, unconfirmed
from scripts.facts.pages import Citation, Page
from tests.markdown import ROOT

TODAY = date(2026, 11, 26)
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
MODULE = f'''\
"""Reads roles, as {GUIDE}roles.html#section has them.

The limits are those of {GUIDE}limits.html (read
2026-10-20).
"""

# {GUIDE}names.html, read 2026-11-01: and
# {GUIDE}paths.html.
MAX_NAME: int = 64


class Role:
    """A role."""

    def path(self) -> str:
        """Return `{GUIDE}paths.html`, or what `https://example.okta.com/issuer` says."""
'''
POLICY = guardrail_lists().policy_name


@pytest.fixture(scope="module")
def cited() -> list[Page]:
    """Return the pages that the library cites."""
    return pages.pages(pages.citations_of_the_library(), pages.recorded())


def test_every_page_has_a_date(cited: list[Page]) -> None:
    """One that the code begins to cite says when it was read, or has it recorded; and not in the future."""
    assert len(cited) > 100
    assert [page.url for page in cited if page.read is None] == []
    assert max(page.read or date.min for page in cited) <= date.today() + timedelta(days=1)  # noqa: DTZ011


def test_nothing_is_recorded_of_a_page_that_is_gone(cited: list[Page]) -> None:
    """A page that nothing rests on any more is not read again for nothing."""
    assert pages.recorded().keys() <= {page.url for page in cited}


def test_modules_are_there(cited: list[Page]) -> None:
    """Each citation leads to a module, and all rooms that have URLs are looked at, rules and data among them."""
    modules = {citation.module for page in cited for citation in page.citations}
    assert [module for module in modules if not (pages.LIBRARY / module).exists()] == []
    assert {"service.py", "policies/trust.py", "checks/rules/", "guardrail/guardrail.json"} <= modules


def test_every_url_of_aws_is_a_citation(cited: list[Page]) -> None:
    """Whatever host of AWS's documents a module names, the page is among those with a date."""
    hosts = ("docs.aws.amazon.com/", "aws.amazon.com/", "repost.aws/")
    known = {page.url for page in cited}
    missing = [
        (path.name, word)
        for path in pages.LIBRARY.rglob("*.py")
        for word in path.read_text(encoding="utf-8").split()
        if any(f"https://{host}" in word for host in hosts) and not set(pages.urls(word)) <= known
    ]
    assert missing == []


def test_citations() -> None:
    """What rests on a page, and a date that holds for what stands before it in the same paragraph."""
    assert list(pages.citations(MODULE, "role.py")) == [
        Citation(url=f"{GUIDE}roles.html", module="role.py", what="", read=None),
        Citation(url=f"{GUIDE}limits.html", module="role.py", what="", read=date(2026, 10, 20)),
        Citation(url=f"{GUIDE}names.html", module="role.py", what="MAX_NAME", read=date(2026, 11, 1)),
        Citation(url=f"{GUIDE}paths.html", module="role.py", what="MAX_NAME", read=None),
        Citation(url=f"{GUIDE}paths.html", module="role.py", what="Role.path", read=None),
    ]


@pytest.mark.parametrize(
    ("own", "again", "read"),
    [
        ([None], None, None),
        ([None], 20, 20),
        ([10], None, 10),
        ([10, 15], None, 10),
        ([10, None], None, 10),
        ([10, None], 20, 20),
        ([10, 25], 20, 20),
        ([25, None], 20, 20),
        ([25], 20, 25),
    ],
)
def test_date_of_a_page(own: list[int | None], again: int | None, read: int | None) -> None:
    """It is as old as the oldest reading of something that rests on it."""
    days = [None if day is None else date(2026, 11, day) for day in own]
    citations = [Citation(url=GUIDE, module=f"{number}.py", what="", read=day) for number, day in enumerate(days)]
    [page] = pages.pages(iter(citations), {} if again is None else {GUIDE: date(2026, 11, again)})
    assert page.read == (None if read is None else date(2026, 11, read))


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("https://docs.aws.amazon.com/devopsagent/latest/userguide/a.html", 90),
        ("https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdevopsagentservice.html", 90),
        (f"{GUIDE}a.html", 365),
    ],
)
def test_overdue(url: str, most: int) -> None:
    """Pages about AWS DevOps Agent after a quarter, others after a year; those that nobody has read, now."""
    citation = Citation(url=url, module="a.py", what="A")
    ages = [most + 1, most, None]
    old, young, never = (
        Page(url=url, citations=(citation,), read=None if age is None else TODAY - timedelta(days=age)) for age in ages
    )
    assert [page.is_overdue(TODAY) for page in (old, young, never)] == [True, False, True]
    lines = report.ages([never, old, young], TODAY)
    overdue = f"  READ AGAIN: more than {most} days"
    assert lines[1] == f"    never  {url}{overdue}"
    assert lines[3:5] == [f"{most + 1:>4} days  {url}{overdue}", "           a.py  A"]
    assert lines[5] == f"{most:>4} days  {url}"
    assert lines[-1] == "To be read again: 2"


def test_what_is_unconfirmed() -> None:
    """A sentence of a comment or a string, whole and without what stands around it; no other word of the code."""
    source = '"""Lists.\n\n    Args:\n        a: One. Whether AWS keeps to\n            it is unconfirmed. Two.\n"""\n'
    source += '# AWS publishes no\n# number.\nunconfirmed = {"unconfirmed": "that is " "unconfirmed"}\n'
    assert sorted(unconfirmed.marked_sentences(source)) == [
        "AWS publishes no number.",
        "Whether AWS keeps to it is unconfirmed.",
        "that is unconfirmed",
    ]


def test_what_is_unconfirmed_in_the_library() -> None:
    """Comments, strings and data of the library; and what the live check asks, at the place that it names."""
    found = unconfirmed.unconfirmed()
    places = {fact.place for fact in found if not fact.is_asked_by_live_check}
    assert {"service.py", "guardrail/guardrail.json", "policies/capabilities.py", "nag.py"} <= places
    lines = report.unconfirmed(found)
    metrics = lines.index("account_sync/metrics.py")
    assert lines[metrics + 1].startswith("  Whether AWS renews that time")
    assert lines[metrics + 2] == "  scripts.live_check asks: does a validation with the same result change updatedAt?"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with copies of what the command writes; nothing is installed, and AWS has two facts."""
    for module, name in [(pages, "PAGES_READ"), (snapshot, "SNAPSHOT"), (refresh_guardrail, "DATA")]:
        path: Path = getattr(module, name)
        monkeypatch.setattr(module, name, tmp_path / path.name)
        (tmp_path / path.name).write_bytes(path.read_bytes())
    known = snapshot.Snapshot(
        accepted="2026-11-01", versions={"moto": "5.0.0"}, operations={}, facts={"API": {"a": ""}}
    )
    snapshot.write(known)
    data = json.loads(refresh_guardrail.DATA.read_text(encoding="utf-8"))["managed_policy"]
    policy = {"DefaultVersionId": data["version"], "UpdateDate": data["date"], "Document": {"Statement": []}}
    monkeypatch.setattr(newest, "install_newest", lambda _folder: None)
    monkeypatch.setattr(newest, "versions", lambda _folder=None: {"moto": "5.1.0"})
    monkeypatch.setattr("scripts.facts.managed_policies.policies", lambda _folder: {POLICY: policy})
    monkeypatch.setattr("scripts.facts.models.used_operations", lambda _folder: {"sts": ["AssumeRole"]})
    monkeypatch.setattr(facts, "unconfirmed", list)
    monkeypatch.setattr(snapshot, "facts_of", lambda *_arguments: {"API": {"a": "", "b": "string"}})
    monkeypatch.setattr(pages, "citations_of_the_library", lambda: iter(list(pages.citations(MODULE, "role.py"))))
    pages.record({f"{GUIDE}{name}.html": date.today() for name in ("roles", "limits", "names", "paths")})  # noqa: DTZ011
    return tmp_path


Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Return what runs the command, and returns its exit code and what it prints."""

    def run(*arguments: str) -> tuple[int, str]:
        code = facts.main(arguments)
        return code, capsys.readouterr().out

    return run


def test_news_until_they_are_accepted(files: Path, say: Say) -> None:
    """They fail the command, with the versions that have them; --accept writes them down with the date."""
    code, out = say()
    assert code == 1
    assert "News since 2026-11-01\n  moto 5.1.0 (accepted 5.0.0, locked 5.1.0)\nAPI:\n  + b: string\n" in out
    code, out = say("--accept")
    assert (code, "  + b: string" in out) == (0, True)
    accepted = json.loads((files / "snapshot.json").read_text(encoding="utf-8"))
    assert accepted.pop("accepted") in {str(date.today() + timedelta(days=days)) for days in (-1, 0, 1)}  # noqa: DTZ011
    facts_now = {"API": ["a", "b: string"]}
    assert accepted == {"versions": {"moto": "5.1.0"}, "operations": {"sts": ["AssumeRole"]}, "facts": facts_now}
    code, out = say()
    assert (code, "5.1.0)\n  none\n" in out) == (0, True)


def test_a_newer_policy(files: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's policy is news action by action; --accept brings the lists of the guardrail up to date."""
    statement = {"Effect": "Allow", "Action": ["s3:List*"], "Resource": "*"}
    policy: dict[str, Any] = {
        "DefaultVersionId": "v99",
        "UpdateDate": "2026-12-01",
        "Document": {"Statement": statement},
    }
    monkeypatch.setattr("scripts.facts.managed_policies.policies", lambda _folder: {POLICY: policy})
    before = refresh_guardrail.DATA.read_bytes()
    code, out = say()
    assert (code, refresh_guardrail.DATA.read_bytes()) == (1, before)
    assert "managed policy:\n  + s3:List*\n  - access-analyzer:GetAnalyzer\n" in out
    assert say("--accept")[0] == 0
    assert json.loads((files / "guardrail.json").read_text(encoding="utf-8"))["managed_policy"] == {
        "name": POLICY,
        "arn": f"arn:aws:iam::aws:policy/{POLICY}",
        "version": "v99",
        "date": "2026-12-01",
        "actions": ["s3:List*"],
        "limited_actions": [],
    }
    statement["Effect"], policy["DefaultVersionId"] = "Deny", "v100"
    code, out = say()
    assert (code, f"\n{POLICY}: Statement[0]=" in out) == (1, True)


def test_without_network(files: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, the ages are there, and it is not taken for `no news`."""

    def fail(_folder: Path) -> None:
        raise newest.NotReachedError("no route")

    monkeypatch.setattr(newest, "install_newest", fail)
    code, out = say()
    assert code == 2
    assert out.startswith("AWS's pages that the code rests on: ")
    assert out.endswith("\nNews: not looked for, as the newest packages cannot be had: no route\n\n")
    assert files.exists()


def test_a_page_that_was_read_again(files: Path, say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    """--read dates it for all that rests on it; one that nobody cites is a slip, and changes nothing."""
    (files / "pages_read.json").write_text(json.dumps({f"{GUIDE}gone.html": "2026-01-01"}), encoding="utf-8")
    code, out = say("--accept", "--read", f"{GUIDE}roles.html#section")
    assert (code, "To be read again: 1" in out) == (1, True)  # paths.html, which nobody has ever read.
    assert list(pages.recorded()) == [f"{GUIDE}roles.html"]
    with pytest.raises(SystemExit, match="2"):
        say("--read", f"{GUIDE}roles.html", "--read", f"{GUIDE}typo.html")
    assert f"--read='{GUIDE}typo.html': no module cites it; copy it from the list" in capsys.readouterr().err
    assert list(pages.recorded()) == [f"{GUIDE}roles.html"]


def test_what_cannot_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No uv, or one that fails: an error of one line with its words."""
    monkeypatch.setattr("shutil.which", lambda _name: str(tmp_path / "uv"))
    with pytest.raises(newest.NotReachedError, match="No such file"):
        newest.install_newest(tmp_path)
    (tmp_path / "uv").write_text("#!/bin/sh\necho no\necho route >&2\nexit 2\n", encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    with pytest.raises(newest.NotReachedError, match=r"^route$"):
        newest.install_newest(tmp_path)


def test_newest_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By uv, into the folder alone, without building or running anything of them; their versions are read there."""
    (tmp_path / "uv").write_text('#!/bin/sh\necho "$PWD" "$@" > words\n', encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _name: str(tmp_path / "uv"))
    newest.install_newest(tmp_path)
    words = (tmp_path / "words").read_text(encoding="utf-8").split()
    assert words[:3] == [str(tmp_path), "pip", "install"]
    assert {"--upgrade", "--no-deps", "--no-build", *newest.PACKAGES} <= set(words)
    assert words[words.index("--target") + 1] == str(tmp_path)
    (tmp_path / "moto-9.9.dist-info").mkdir()
    (tmp_path / "moto-9.9.dist-info" / "METADATA").write_text("Name: moto\nVersion: 9.9\n", encoding="utf-8")
    assert newest.versions(tmp_path) == {"moto": "9.9"}


def test_scheduled_workflow() -> None:
    """Once a week, by the same command, with the actions of the other workflow and the right to read alone."""
    workflows = ROOT / ".github" / "workflows"
    weekly, ci = (yaml.safe_load((workflows / f"{name}.yml").read_text(encoding="utf-8")) for name in ("facts", "ci"))
    assert weekly["permissions"] == {"contents": "read"}
    assert weekly[True].keys() == {"schedule", "workflow_dispatch"}  # YAML reads `on` as true.
    used, trusted = (
        [step["uses"] for step in each["jobs"][job]["steps"] if "uses" in step]
        for each, job in ((weekly, "facts"), (ci, "test"))
    )
    assert used == trusted
    assert "make --silent facts > facts.txt || status=$?" in weekly["jobs"]["facts"]["steps"][-1]["run"]
