"""Reads JUnit XML as strictly as Jenkins's schema has it, and says what a pipeline makes of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

# Element -> its required and its other attributes, and its children: of `junit-10.xsd`, what may be written here.
# https://github.com/jenkinsci/xunit-plugin, read 2026-11-26
_PROBLEM = (set[str](), {"type", "message"}, set[str]())
_COUNTS = {"name", "tests", "failures", "errors"}
_SCHEMA = {
    "testsuites": (set[str](), {*_COUNTS, "time"}, {"testsuite"}),
    "testsuite": (_COUNTS, {"skipped", "time", "timestamp", "hostname"}, {"testcase", "properties"}),
    "testcase": ({"name"}, {"classname", "time", "group"}, {"failure", "error", "skipped", "system-out"}),
    "failure": _PROBLEM,
    "error": _PROBLEM,
    "system-out": (set[str](), set[str](), set[str]()),
}


def read(text: str) -> ET.Element:
    """Return the suite of a document that follows the schema, and whose counts are true."""
    root = ET.fromstring(text.encode("ascii"))
    assert root.tag == "testsuites"
    for element in root.iter():
        required, others, children = _SCHEMA[element.tag]
        assert required <= set(element.attrib) <= required | others, element.attrib
        assert {child.tag for child in element} <= children
    [suite] = root
    for node in (root, suite):
        counted = [len(suite), len(suite.findall("*/failure")), len(suite.findall("*/error"))]
        assert [int(node.attrib[name]) for name in ("tests", "failures", "errors")] == counted
    # GitLab takes the first of those that are called the same.
    assert len({(case.get("classname"), case.get("name")) for case in suite}) == len(suite)
    return suite


def results(text: str) -> dict[str, tuple[str, str]]:
    """Return name of the case -> `passed`, `failure` or `error`, and its kind."""
    found = {}
    for case in read(text):
        problems = [child for child in case if child.tag != "system-out"]
        assert len(problems) <= 1
        [problem] = problems or [ET.Element("passed", type="")]
        found[case.attrib["name"]] = (problem.tag, problem.attrib["type"])
    return found


def exit_code(text: str) -> int:
    """Return the exit code that a document stands for: of 2 and 3 the kinds tell which."""
    found = set(results(text).values())
    if any(tag == "failure" for tag, _ in found):
        return 1
    kinds = {kind for tag, kind in found if tag == "error"}
    return 0 if not kinds else 2 if kinds == {"pending-confirmation"} else 3
