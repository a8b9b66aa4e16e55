"""Brings the published lists of AWS's guardrail up to date, and says how old they are.

    python -m scripts.refresh_guardrail --check
    aws iam get-policy-version --policy-arn arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy \
        --version-id v11 --query PolicyVersion > policy.json
    python -m scripts.refresh_guardrail --policy policy.json --supported supported.txt

`make facts` says when there is a newer policy, and `python -m scripts.facts --accept` takes it from the newest moto.
Without `--policy` this takes it from the installed moto. The supported additional permissions are on a page for people
only: copy its actions into a text file, one per line. The page is `source` in the data.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from devops_agent_constructs.errors import OnboardingInputError
from scripts.facts.managed_policies import policies

DATA = Path(__file__).parent.parent / "devops_agent_constructs" / "guardrail" / "guardrail.json"

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*?]+")
_VERSION = re.compile(r"v([1-9][0-9]*)")
# Others would change what the policy allows, and the lists do not know them.
_STATEMENT_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the data, or compare only, and print what is new and how old each list is.

    Returns:
        The exit code: 1 if `--check` found something new, else 0; argparse exits with 2 on bad input.
    """
    parser = argparse.ArgumentParser(prog="python -m scripts.refresh_guardrail", description=(__doc__ or "")[:81])
    parser.add_argument("--policy", type=Path, help="JSON of `aws iam get-policy-version --query PolicyVersion`")
    parser.add_argument("--supported", type=Path, help="the supported additional permissions, one action per line")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something is new")
    parser.add_argument("--data", type=Path, default=DATA, help="the file to write (default: the package's)")
    given = parser.parse_args(arguments)
    today = datetime.now(timezone.utc).date()
    try:
        old = _json_of(given.data)
        new = {**old, "managed_policy": _refreshed_policy(old["managed_policy"], given.policy)}
        if given.supported:
            supported = {"actions": supported_actions(_text_of(given.supported)), "date_read": today.isoformat()}
            new["supported_additional_permissions"] = {**old["supported_additional_permissions"], **supported}
    except OnboardingInputError as error:
        parser.error(str(error))
    if not given.check:
        given.data.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join([*differences(old, new), *ages(new, today=today)]) + "\n")
    return 1 if given.check and new != old else 0


def policy_entry(name: str, document: Mapping[str, Any], *, version: str, created: str) -> dict[str, Any]:
    """Return what the data says of a managed policy.

    Args:
        name: e.g. `AIDevOpsAgentAccessPolicy`.
        document: With Allow statements only.
        version: e.g. `v11`.
        created: When AWS made this version; only the date is kept.

    Raises:
        OnboardingInputError: The document has something that the lists do not know, like a Deny.
    """
    everywhere, limited = set[str](), set[str]()
    for index, statement in enumerate(_list(document["Statement"])):
        unknown = set(statement) - _STATEMENT_ELEMENTS
        if statement["Effect"] != "Allow" or unknown:
            why = "the lists know Allow statements of actions and resources only"
            fix = "teach devops_agent_constructs/guardrail/verdicts.py what this one means"
            raise OnboardingInputError(f"Statement[{index}]", statement, why=why, fix=fix)
        is_everywhere = "*" in _list(statement["Resource"]) and "Condition" not in statement
        (everywhere if is_everywhere else limited).update(_list(statement["Action"]))
    return {
        "name": name,
        "arn": f"arn:aws:iam::aws:policy/{name}",
        "version": version,
        "date": created[:10],
        "actions": _sorted(everywhere),
        "limited_actions": _sorted(limited - everywhere),
    }


def installed_policy(name: str) -> dict[str, Any]:
    """Return the entry of a policy as the installed moto has it."""
    return _entry(name, policies(Path(str(distribution("moto").locate_file("")))))


def with_newer_policy(lists: Mapping[str, Any], policies: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lists with AWS's policy as given, if it is newer than theirs.

    Args:
        lists: As the data has them.
        policies: Name -> AWS's policy, as IAM's API has it.

    Raises:
        OnboardingInputError: The policy has something that the lists do not know, like a Deny.
    """
    known = lists["managed_policy"]
    if _number(policies[known["name"]]["DefaultVersionId"]) <= _number(known["version"]):
        return dict(lists)
    return {**lists, "managed_policy": _entry(known["name"], policies)}


def supported_actions(text: str) -> list[str]:
    """Read actions, one per line; empty lines and comments (`#`) are left out.

    Raises:
        OnboardingInputError: A line is no action, or there is none.
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and _ACTION.fullmatch(line) is None:
            why = "an action is a service prefix, a colon and a name"
            raise OnboardingInputError(f"line {number}", line, why=why, fix="write one action, like 's3:GetObject'")
    if not any(lines):
        why = "a page without any supported permission is a copying mistake"
        raise OnboardingInputError("--supported", text, why=why, fix="copy the actions of the page's table")
    return _sorted({line for line in lines if line})


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return a line for each action that came or went, under the list that it is in."""
    found = []
    for title, entry, key in [
        ("managed policy", "managed_policy", "actions"),
        ("managed policy, on some resources or under conditions", "managed_policy", "limited_actions"),
        ("supported additional permissions", "supported_additional_permissions", "actions"),
    ]:
        before, after = set(old[entry][key]), set(new[entry][key])
        lines = [f"  + {action}" for action in _sorted(after - before)] + [
            f"  - {action}" for action in _sorted(before - after)
        ]
        found += [f"{title}:", *(lines or ["  nothing new"])]
    return found


def ages(lists: Mapping[str, Any], *, today: date) -> list[str]:
    """Return a line for each list with the days since its date."""
    policy, supported = lists["managed_policy"], lists["supported_additional_permissions"]
    policy_age, supported_age = _days(policy["date"], today), _days(supported["date_read"], today)
    return [
        f"{policy['name']} {policy['version']} of {policy['date']}: {policy_age} days old",
        f"supported additional permissions, read {supported['date_read']}: {supported_age} days ago, on",
        f"  {supported['source']}",
    ]


def _entry(name: str, policies: Mapping[str, Any]) -> dict[str, Any]:
    policy = policies[name]
    return policy_entry(name, policy["Document"], version=policy["DefaultVersionId"], created=policy["UpdateDate"])


def _refreshed_policy(known: Mapping[str, Any], file: Path | None) -> dict[str, Any]:
    entry = installed_policy(known["name"]) if file is None else _policy_of(_json_of(file), known["name"])
    if _number(entry["version"]) < _number(known["version"]):
        why = f"older than {known['version']}, which the data has"
        fix = "give a newer one: --policy FILE, as printed by `aws iam get-policy-version --query PolicyVersion`"
        raise OnboardingInputError("VersionId", entry["version"], why=why, fix=fix)
    return entry


def _policy_of(printed: Mapping[str, Any], name: str) -> dict[str, Any]:
    missing = {"Document", "VersionId", "IsDefaultVersion", "CreateDate"} - set(printed)
    if missing:
        why = f"lacks {', '.join(sorted(missing))}"
        fix = "print it with `aws iam get-policy-version --query PolicyVersion`"
        raise OnboardingInputError("--policy", dict(printed), why=why, fix=fix)
    if printed["IsDefaultVersion"] is not True:
        why = "not the default version, so it is not in force"
        fix = "get the one that `aws iam get-policy` names as DefaultVersionId"
        raise OnboardingInputError("VersionId", printed["VersionId"], why=why, fix=fix)
    return policy_entry(name, printed["Document"], version=printed["VersionId"], created=printed["CreateDate"])


def _number(version: str) -> int:
    if (match := _VERSION.fullmatch(version)) is None:
        raise OnboardingInputError("VersionId", version, why="no version of a policy", fix="write it like 'v11'")
    return int(match[1])


def _json_of(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text_of(path))
    except ValueError as error:
        raise OnboardingInputError("file", str(path), why=f"not JSON: {error}", fix="give a JSON file") from error
    if not isinstance(found, dict):
        raise OnboardingInputError("file", str(path), why="not a JSON object", fix="give a file that begins with {")
    return found


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OnboardingInputError("file", str(path), why=f"cannot be read: {error}", fix="name a text file") from error


def _list(value: Any) -> list[Any]:  # noqa: ANN401 (JSON)
    return value if isinstance(value, list) else [value]


def _sorted(actions: set[str]) -> list[str]:
    return sorted(actions, key=lambda action: (action.lower(), action))


def _days(since: str, today: date) -> int:
    return (today - date.fromisoformat(since)).days


if __name__ == "__main__":
    sys.exit(main())
