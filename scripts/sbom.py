"""Writes what a user installs with all extras, by the lock, as a CycloneDX software bill of materials.

See https://cyclonedx.org/docs/1.6/json/ (read 2026-11-26).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from scripts.dependencies import NAME, LockedPackage, installed_for, stated

MARKER = f"{NAME}:environment-marker"
# SPDX expressions, as most packages say their licence in words of their own; a test compares what can be compared.
LICENCES = {
    "annotated-doc": "MIT",
    "attrs": "MIT",
    "aws-cdk-asset-awscli-v1": "Apache-2.0",
    "aws-cdk-asset-node-proxy-agent-v6": "Apache-2.0",
    "aws-cdk-cloud-assembly-schema": "Apache-2.0",
    "aws-cdk-lib": "Apache-2.0",
    "boto3": "Apache-2.0",
    "botocore": "Apache-2.0",
    "cattrs": "MIT",
    "cdk-nag": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "constructs": "Apache-2.0",
    "exceptiongroup": "MIT AND PSF-2.0",
    "jmespath": "MIT",
    "jsii": "Apache-2.0",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "msgspec": "BSD-3-Clause",
    "publication": "MIT",
    "pygments": "BSD-2-Clause",
    # Its licence file: Apache-2.0 or BSD-3-Clause; contributions before December 2017 are under the latter.
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "pyyaml": "MIT",
    "rich": "MIT",
    "s3transfer": "Apache-2.0",
    "shellingham": "ISC",
    "six": "MIT",
    "typeguard": "MIT",
    "typer": "MIT",
    "typing-extensions": "PSF-2.0",
    "urllib3": "MIT",
}


def bill_of_materials(version: str, *, digests: Mapping[str, str], timestamp: int) -> str:
    """Return it as JSON; the same arguments and the same lock give the same bytes.

    Args:
        version: The package's own.
        digests: File name -> SHA-256 of wheel and sdist, which the document is about.
        timestamp: When it was made, in seconds since 1970.
    """
    ours = _component(NAME, version, "Apache-2.0", sorted(digests.values()), ComponentScope.REQUIRED)
    core = {package.name for package in installed_for([one for one in stated() if one.marker is None])}
    packages = installed_for(stated())
    components = {(package.name, package.version): _of_package(package, package.name in core) for package in packages}
    bom = Bom(components=components.values())
    bom.metadata.component = ours
    bom.metadata.timestamp = datetime.fromtimestamp(timestamp, timezone.utc)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, " ".join([str(ours.purl), *sorted(digests.values())]))
    direct = {requirement.name for requirement in stated()}
    bom.register_dependency(ours, [one for (name, _), one in components.items() if name in direct])
    for (name, _), component in components.items():
        needed = [(one.name, one.version) for one in packages if name in one.required_by]
        bom.register_dependency(component, [components[key] for key in needed])
    return f"{JsonV1Dot6(bom).output_as_string(indent=2)}\n"


def _of_package(package: LockedPackage, is_core: bool) -> Component:
    # What only an extra brings, or only some environments install, is optional in CycloneDX's sense.
    scope = ComponentScope.REQUIRED if is_core and package.marker is None else ComponentScope.OPTIONAL
    component = _component(package.name, package.version, LICENCES[package.name], package.sha256, scope)
    if package.marker is not None:
        component.properties.add(Property(name=MARKER, value=package.marker))
    return component


def _component(name: str, version: str, licence: str, sha256: Sequence[str], scope: ComponentScope) -> Component:
    purl = PackageURL("pypi", name=name, version=version)
    return Component(
        bom_ref=str(purl),
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=purl,
        scope=scope,
        licenses=[LicenseExpression(licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in sha256],
    )
