"""Shapes that people publish, good and bad: each gives just the findings of a careful reviewer, by both readers."""

from typing import Any

import pytest

from tests.corpus.deployed import roles_of
from tests.corpus.reading import (
    HERE,
    by_live_reader,
    by_template_reader,
    by_template_reader_of,
    files,
    read,
    verdicts,
)

VERDICTS = verdicts()
ROLES, TEMPLATES = files("roles"), files("templates")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template(name: str) -> None:
    """The whole list of findings, no more and no less."""
    assert by_template_reader(read(name)) == sorted(VERDICTS[name])


@pytest.mark.parametrize("name", ROLES)
def test_a_live_role(name: str) -> None:
    """The same by what IAM's API returns."""
    assert by_live_reader(read(name)) == sorted(VERDICTS[name])


@pytest.mark.parametrize("name", ROLES)
def test_both_readers_agree(name: str) -> None:
    """The role in a template is judged as the role in an account."""
    role = read(name)
    assert by_template_reader_of(role) == by_live_reader(role)


# An association of the template says more of its role than IAM does.
DEPLOYED = [
    pytest.param(name, logical_id, role, id=f"{name} {logical_id}")
    for name in TEMPLATES
    for logical_id, role in roles_of(read(name))
    if not name.startswith("templates/association_")
]


@pytest.mark.parametrize(("name", "logical_id", "role"), DEPLOYED)
def test_a_deployed_role_is_judged_as_its_template(name: str, logical_id: str, role: dict[str, Any]) -> None:
    """What the template's reader says of a role, the live reader says once it is deployed."""
    of_role = [finding.split() for finding in VERDICTS[name] if not finding.startswith("unreadable ")]
    expected = [f"{rule} {where} {severity}" for rule, place, where, severity in of_role if place == logical_id]
    assert by_live_reader(role) == sorted(expected)


def test_most_roles_of_templates_are_compared() -> None:
    """The comparison above does not run empty."""
    assert len(DEPLOYED) >= 12


def test_the_table_is_whole() -> None:
    """Every file has a verdict, and each says on top what it is and where the shape comes from."""
    assert sorted(VERDICTS) == [*ROLES, *TEMPLATES]
    assert len(VERDICTS) >= 60
    for name in VERDICTS:
        first, second = (HERE / name).read_text().splitlines()[:2]
        assert first.startswith("# Shape: "), name
        assert second.startswith("# Source: "), name
