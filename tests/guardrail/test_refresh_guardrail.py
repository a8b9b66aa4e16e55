"""The script that refreshes the guardrail's lists, run as a maintainer runs it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from devops_agent_constructs import OnboardingInputError
from scripts import refresh_guardrail
from scripts.refresh_guardrail import DATA, ages, differences, policy_entry, supported_actions

ROOT = Path(__file__).parents[2]
PRINTED: dict[str, Any] = {
    "Document": {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": ["s3:List*", "ec2:Describe*"], "Resource": "*"},
            {"Sid": "B", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": ["arn:aws:ec2:*:*:*"]},
            {"Sid": "C", "Effect": "Allow", "Action": "apigateway:GET", "Resource": "arn:aws:apigateway:*::/apis"},
            {
                "Sid": "D",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "*",
                "Condition": {"StringLike": {"s3:prefix": "AWSLogs/*"}},
            },
        ],
    },
    "VersionId": "v12",
    "IsDefaultVersion": True,
    "CreateDate": "2026-11-01T08:00:00+00:00",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the package's data."""
    return Path(shutil.copy(DATA, tmp_path))


Ran = subprocess.CompletedProcess[str]


def run_as_process(data: Path, *options: str) -> Ran:
    """Run the script on a file as a maintainer does."""
    command = [sys.executable, "-m", "scripts.refresh_guardrail", "--data", str(data), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return what runs the script in this process: loading moto's copy of AWS's policies takes a second."""

    def in_process(data: Path, *options: str) -> Ran:
        arguments = ["--data", str(data), *options]
        try:
            code: object = refresh_guardrail.main(arguments)
        except SystemExit as exited:
            code = exited.code
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(code or 0)), printed.out, printed.err)

    return in_process


def written(path: Path, content: object) -> str:
    """Write a JSON file; return its path."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_policy_printed_by_the_aws_cli(data: Path, tmp_path: Path) -> None:
    """Written with version and date; what came and went is printed, and the rest stays as it is."""
    before = json.loads(data.read_text(encoding="utf-8"))
    ran = run_as_process(data, "--policy", written(tmp_path / "policy.json", PRINTED))

    assert (ran.returncode, ran.stderr) == (0, "")
    after = json.loads(data.read_text(encoding="utf-8"))
    assert after.pop("managed_policy") == {
        "name": "AIDevOpsAgentAccessPolicy",
        "arn": "arn:aws:iam::aws:policy/AIDevOpsAgentAccessPolicy",
        "version": "v12",
        "date": "2026-11-01",
        "actions": ["ec2:Describe*", "s3:List*"],
        "limited_actions": ["apigateway:GET", "s3:ListBucket"],
    }
    assert after == {key: value for key, value in before.items() if key != "managed_policy"}
    lines = ran.stdout.splitlines()
    assert "  + s3:List*" in lines
    assert "  - glue:getPartition" in lines
    assert "  - ec2:Describe*" not in lines
    days = (datetime.now(timezone.utc).date() - date(2026, 11, 1)).days
    assert any(line == f"AIDevOpsAgentAccessPolicy v12 of 2026-11-01: {days} days old" for line in lines)


def test_supported_permissions_from_a_file(data: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    """Sorted, each once, with today's date."""
    supported = tmp_path / "supported.txt"
    supported.write_text("# From AWS's page\ns3:GetObject\n\nconnect:GetMetricData # new\ns3:GetObject\n", "utf-8")
    ran = run(data, "--supported", str(supported), "--policy", written(tmp_path / "policy.json", PRINTED))

    assert ran.returncode == 0
    entry = json.loads(data.read_text(encoding="utf-8"))["supported_additional_permissions"]
    assert entry["actions"] == ["connect:GetMetricData", "s3:GetObject"]
    assert 0 <= (datetime.now(timezone.utc).date() - date.fromisoformat(entry["date_read"])).days <= 1
    assert entry["source"].startswith("https://docs.aws.amazon.com/devopsagent/")
    assert {"  + connect:GetMetricData", "  - kms:Decrypt"} <= set(ran.stdout.splitlines())


def test_nothing_new_from_the_installed_moto(data: Path, run: Callable[..., Ran]) -> None:
    """Without options the file comes out byte by byte as it is; `--check` agrees."""
    if json.loads(DATA.read_text(encoding="utf-8"))["managed_policy"]["version"] != installed_version():
        pytest.skip("the data came from AWS and is ahead of moto")
    ran = run(data)
    assert (ran.returncode, data.read_bytes()) == (0, DATA.read_bytes())
    checked = run(data, "--check")
    assert (checked.returncode, checked.stdout) == (0, ran.stdout)
    assert ran.stdout.count("nothing new") == 3


def installed_version() -> str:
    """Return the version that moto has."""
    return str(refresh_guardrail.installed_policy("AIDevOpsAgentAccessPolicy")["version"])


def test_check_writes_nothing(data: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    """It says what is new, and fails, so that a scheduled job can tell."""
    ran = run(data, "--check", "--policy", written(tmp_path / "policy.json", PRINTED))
    assert ran.returncode == 1
    assert "  + s3:List*" in ran.stdout
    assert data.read_bytes() == DATA.read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"VersionId": "v10"}, "older than v11"),
        ({"VersionId": "11"}, "VersionId='11': no version of a policy"),
        ({"IsDefaultVersion": False}, "not the default version"),
        ({"CreateDate": None}, "lacks CreateDate"),
        ({"Document": {"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}}, "Allow statements"),
        ({"Document": {"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}}, "Allow statements"),
    ],
)
def test_refuses_another_policy(
    change: dict[str, Any], message: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would make the lists wrong leaves them as they are."""
    printed = {key: value for key, value in {**PRINTED, **change}.items() if value is not None}
    with pytest.raises(SystemExit) as caught:
        refresh_guardrail.main(["--data", str(data), "--policy", written(tmp_path / "policy.json", printed)])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
    assert data.read_bytes() == DATA.read_bytes()


@pytest.mark.parametrize("text", ["", "# nothing\n", "GetObject", "s3:GetObject, s3:ListBucket", "*"])
def test_refuses_what_is_no_list_of_actions(text: str) -> None:
    """One action per line, at least one."""
    with pytest.raises(OnboardingInputError):
        supported_actions(text)


@pytest.mark.parametrize("content", ["[]", "{", None])
def test_refuses_what_is_no_json_object(
    content: str | None, data: Path, tmp_path: Path, run: Callable[..., Ran]
) -> None:
    """A wrong file is named in one line, without a traceback."""
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    ran = run(data, "--policy", str(path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith(f"python -m scripts.refresh_guardrail: error: file='{path}'")


def test_differences_and_ages() -> None:
    """Per list; days since each date."""
    old = {
        "managed_policy": policy_entry("P", PRINTED["Document"], version="v1", created="2026-01-01T00:00:00Z"),
        "supported_additional_permissions": {
            "actions": ["a:B", "a:c"],
            "date_read": "2026-01-11",
            "source": "https://x",
        },
    }
    new = {**old, "supported_additional_permissions": {"actions": ["a:c", "a:D"], "date_read": "2026-01-11"}}
    assert differences(old, new) == [
        "managed policy:",
        "  nothing new",
        "managed policy, on some resources or under conditions:",
        "  nothing new",
        "supported additional permissions:",
        "  + a:D",
        "  - a:B",
    ]
    assert ages(old, today=date(2026, 1, 31)) == [
        "P v1 of 2026-01-01: 30 days old",
        "supported additional permissions, read 2026-01-11: 20 days ago, on",
        "  https://x",
    ]
