"""The bill of materials is what the lock installs for users, by CycloneDX's own schema, the same at each run."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, distributions
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft7Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from referencing import Registry, Resource

from scripts.dependencies import LOCK, installed_for, locked, stated
from scripts.sbom import LICENCES, MARKER, bill_of_materials

DIGESTS = {"a.whl": "a" * 64, "a.tar.gz": "b" * 64}
SCHEMAS = files("cyclonedx.schema") / "_res"
# What packages say in words of their own, as classifiers do, and SPDX's ids that it may stand for.
IN_SPDX = {
    "Apache License 2.0": {"Apache-2.0"},
    "Apache Software License": {"Apache-2.0"},
    "BSD License": {"BSD-3-Clause", "BSD-2-Clause"},
    "ISC License": {"ISC"},
    "ISC License (ISCL)": {"ISC"},
    "MIT License": {"MIT"},
}


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """Return the document."""
    return dict(json.loads(bill_of_materials("1.2.3", digests=DIGESTS, timestamp=1_800_000_000)))


def test_schema(bill: dict[str, Any]) -> None:
    """CycloneDX's schema accepts it, licences and digests included."""
    schemas = [
        json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))
        for name in ("bom-1.6", "jsf-0.82", "spdx")
    ]
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas)
    validator = Draft7Validator(schemas[0], registry=registry)
    assert [error.message for error in validator.iter_errors(bill)] == []
    assert list(validator.iter_errors({**bill, "components": [{}]}))


def test_it_can_be_made_again() -> None:
    """No random number and no clock; another release is another document."""
    first, again, other = (
        bill_of_materials(version, digests=DIGESTS, timestamp=1_800_000_000) for version in ("1.2.3", "1.2.3", "1.2.4")
    )
    assert first == again
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]
    assert json.loads(first)["metadata"]["timestamp"] == "2027-01-15T08:00:00+00:00"


def test_components_are_what_the_lock_installs(bill: dict[str, Any]) -> None:
    """Each package with its version, its address and the digests of all its files; tools are not among them."""
    found = {component["purl"]: component for component in bill["components"]}
    expected = {f"pkg:pypi/{package.name}@{package.version}": package for package in installed_for(stated())}
    assert set(found) == set(expected)
    names = {package.name for package in expected.values()}
    assert names >= {"aws-cdk-lib", "jsii", "botocore", "pyyaml", "typing-extensions"}
    assert names & {"pytest", "moto", "mypy", "cyclonedx-python-lib"} == set()
    for purl, package in expected.items():
        assert {one["content"] for one in found[purl]["hashes"]} == set(package.sha256)
        properties = [{"name": MARKER, "value": package.marker}] if package.marker else None
        assert found[purl].get("properties") == properties


def test_only_the_core_is_required(bill: dict[str, Any]) -> None:
    """What an extra brings is optional; the document says so of each."""
    scope = {component["name"]: component["scope"] for component in bill["components"]}
    assert {scope[name] for name in ("aws-cdk-lib", "constructs", "jsii", "attrs")} == {"required"}
    assert {scope[name] for name in ("boto3", "typer", "cdk-nag", "pyyaml", "exceptiongroup")} == {"optional"}


def test_what_the_lock_says_is_what_packages_require(bill: dict[str, Any]) -> None:
    """Each component's dependencies are those of the package that is installed here, where markers hold."""
    needs = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    here = installed()
    for package in installed_for(stated()):
        if (found := here.get(package.name)) is None or found.version != package.version:
            continue
        required = {canonicalize_name(line.name) for line in map(Requirement, found.requires or []) if holds(line)}
        stated_by_lock = {ref.removeprefix("pkg:pypi/").partition("@")[0] for ref in needs[purl_of(found)]}
        assert required <= stated_by_lock, package.name


def holds(requirement: Requirement) -> bool:
    """Tell whether this environment installs it, without any extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def purl_of(package: Distribution) -> str:
    """Return a package's address."""
    return f"pkg:pypi/{canonicalize_name(package.name)}@{package.version}"


def installed() -> dict[str, Distribution]:
    """Return what is installed here, by its normalized name."""
    return {canonicalize_name(one.name): one for one in distributions()}


def words_of(package: Distribution) -> list[str]:
    """Return what a package says of its licence: an SPDX expression alone, or words that stand for one."""
    if expression := package.metadata.get_all("License-Expression"):
        return expression
    said = [*(package.metadata.get_all("License") or []), *(package.metadata.get_all("Classifier") or [])]
    words = [text.removeprefix("License :: OSI Approved :: ") for text in said]
    return [text for text in words if text in {*IN_SPDX, *LICENCES.values()}]


def test_licences() -> None:
    """Each package has one, and it is what the package says, in SPDX's words."""
    assert set(LICENCES) == {package.name for package in installed_for(stated())}
    here = installed()
    assert len(set(LICENCES) & set(here)) > 20
    for name in set(LICENCES) & set(here):
        said = words_of(here[name])
        assert said, name
        assert any(LICENCES[name] == text or IN_SPDX.get(text, set()) & set(LICENCES[name].split()) for text in said)


def test_the_whole_lock_is_read() -> None:
    """No package of it is missed, and what pyproject.toml states is in it."""
    pins = re.findall("^[a-z0-9].*==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    names = [package.name for package in locked()]
    assert len(names) == len(pins)
    assert {canonicalize_name(one.name) for one in stated()} <= set(names)
