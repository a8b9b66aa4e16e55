"""Writes results as JUnit XML, which the pipelines of GitLab, Jenkins, Azure DevOps and GitHub's reporters read.

The elements and attributes are those of Jenkins's schema, which has no other that we need.
https://github.com/jenkinsci/xunit-plugin, `junit-10.xsd`, read 2026-11-26
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from devops_agent_constructs._plain_text import without_passwords
from devops_agent_constructs.cli.errors import ExitCode
from devops_agent_constructs.cli.terminal.reporting import explained
from devops_agent_constructs.errors import printable


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a test case has not passed.

    Attributes:
        code: As the exit code of the command: `INVALID` makes it a failure, anything else an error.
        kind: The status or the kind of failure, like `pending-confirmation`.
        lines: The first one says it in short.
    """

    code: ExitCode
    kind: str
    lines: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One test case.

    Attributes:
        suite: What it belongs to; with the name, what pipelines recognise it by in the next run.
        name: Of an account, or of what else was tested.
        problem: None: it has passed.
        notes: What is worth knowing all the same.
    """

    suite: str
    name: str
    problem: Problem | None = None
    notes: Sequence[str] = ()


@contextmanager
def junit(command: str, *, is_wanted: bool, profile: str | None) -> Iterator[list[Case]]:
    """Write a document of the cases when the context ends; whatever stops it before its end is a case of its own.

    Args:
        command: Name of the command.
        is_wanted: False: nothing is written.
        profile: As for `reported`.

    Yields:
        Where the cases go. The document has them sorted, so that equal results are equal documents.
    """
    cases: list[Case] = []
    try:
        yield cases
    except BaseException as error:
        why = str(explained(error, profile)) if isinstance(error, Exception) else "stopped before its end"
        problem = Problem(code=ExitCode.FAILED, kind="stopped", lines=[why])
        cases.append(Case(suite=command, name="the whole command", problem=problem))
        raise
    finally:
        if is_wanted:
            sys.stdout.write(_document(f"devops-agent-accounts {command}", cases))
            sys.stdout.flush()


def _document(name: str, cases: Sequence[Case]) -> str:
    from xml.etree import ElementTree as ET  # noqa: PLC0415  # it only writes; `--help` does without

    failures = sum(case.problem is not None and case.problem.code is ExitCode.INVALID for case in cases)
    problems = sum(case.problem is not None for case in cases)
    totals = {"tests": len(cases), "failures": failures, "errors": problems - failures}
    named = {"name": name, **{key: str(number) for key, number in totals.items()}}
    root = ET.Element("testsuites", named)
    suite = ET.SubElement(root, "testsuite", named)
    for case in sorted(cases, key=lambda case: (case.suite, case.name)):
        element = ET.SubElement(suite, "testcase", classname=_shown(case.suite), name=_shown(case.name))
        if case.problem is not None:
            tag = "failure" if case.problem.code is ExitCode.INVALID else "error"
            # GitLab shows the text alone, others the message above it.
            # https://docs.gitlab.com/ci/testing/unit_test_reports, read 2026-11-26
            message = _shown(case.problem.lines[0])
            problem = ET.SubElement(element, tag, type=case.problem.kind, message=message)
            problem.text = "\n".join(map(_shown, case.problem.lines))
        if case.notes:
            ET.SubElement(element, "system-out").text = "\n".join(map(_shown, case.notes))
    ET.indent(root)
    # With references for what is not ASCII it is the same UTF-8 on a standard output of any encoding.
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _shown(text: str) -> str:
    """Escape what XML 1.0 has no way to write, like most controls: it is part of what is not printable."""
    return printable(without_passwords(text))
