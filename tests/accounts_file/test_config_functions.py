"""`sync`, `validate` and `health` in the accounts file: their values, and what cannot work, with its place."""

from pathlib import Path

import pytest
from aws_cdk import App, DefaultStackSynthesizer, IReusableStackSynthesizer, LegacyStackSynthesizer, Stage

from devops_agent_constructs import (
    HealthSettings,
    OnboardingInputError,
    SyncSettings,
    ValidationSettings,
    config,
    connect_accounts,
)
from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, SPACE, refusal, written

FILE = SPACE + ACCOUNTS + "primary: {}\n"
"""Three lines."""
DELEGATED = (
    SPACE
    + 'organization: {account_id: "999999999999", call_as: delegated_admin, organizational_units: [ou-a1b2-11112222]}\n'
)
"""Two lines."""
EVERYTHING = """\
sync:
  schedule_minutes: 30
  adopt: ["888888888888"]
  adopt_roles: [/FormerRole, /ops/Older]
  max_removals: 3
  max_removal_percentage: 5
  events: false
  reserve_concurrency: false
validate: {timeout_minutes: 13, fail_deployment: false}
health:
  invalid_minutes: 90
  topic_arn: arn:aws:sns:us-east-1:111111111111:operations
  dashboard: false
  vended_logs: true
"""
TOPIC = "arn:aws:sns:eu-west-1:111111111111:operations"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_none_by_default() -> None:
    """A file that does not ask for them has none."""
    onboarding = from_file(written(FILE))
    assert (onboarding.sync, onboarding.validate, onboarding.health) == (None, None, None)


def test_an_empty_mapping_is_enough() -> None:
    """It stands for the defaults of the values."""
    onboarding = from_file(written(FILE + "sync: {}\nvalidate: {}\nhealth: {}\n"))
    assert (onboarding.sync, onboarding.validate, onboarding.health) == (
        SyncSettings(),
        ValidationSettings(),
        HealthSettings(),
    )


def test_every_key() -> None:
    """Each is handed on."""
    onboarding = from_file(written(FILE + EVERYTHING))
    assert onboarding.sync == SyncSettings(
        schedule_minutes=30,
        adopted_accounts=("888888888888",),
        adopted_roles=("/FormerRole", "/ops/Older"),
        max_removals=3,
        max_removal_percentage=5,
        events=False,
        reserve_concurrency=False,
    )
    assert onboarding.validate == ValidationSettings(timeout_minutes=13, fail_deployment=False)
    assert onboarding.health == HealthSettings(
        invalid_minutes=90,
        topic_arn="arn:aws:sns:us-east-1:111111111111:operations",
        dashboard=False,
        vended_logs=True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            FILE + "sync:\n",
            "4:1: sync='': must be a mapping, but it is empty; write {} if it has no settings, or remove it",
        ),
        (
            FILE + "sync: true\n",
            "4:1: sync='true': must be a mapping, but it is true or false; write {}",
        ),
        (FILE + "sync: {schedule_minutes: 0}\n", "4:8: sync.schedule_minutes=0: a schedule has whole minutes"),
        (FILE + "sync: {schedule_minutes: '15'}\n", "4:8: sync.schedule_minutes='15': must be a whole number"),
        (FILE + 'sync: {adopt: ["12"]}\n', "4:16: sync.adopt[0]='12': an AWS account id has 12 digits"),
        (
            FILE + "sync: {adopt_roles: [Former]}\n",
            "4:22: sync.adopt_roles[0]='Former': it has a name, but no path before it; write '/Former'",
        ),
        (FILE + "sync: {max_removals: -1}\n", "4:8: sync.max_removals=-1: a run cannot remove fewer"),
        (FILE + "sync: {max_removal_percentage: 101}\n", "4:8: sync.max_removal_percentage=101: no share"),
        (FILE + "sync: {adopted: []}\n", "4:8: sync.adopted: no such key; did you mean 'adopt'?"),
        (FILE + "sync: {events: true}\n", "4:8: sync.events=True: there is no organization that could send events; "),
        (
            DELEGATED + "sync: {events: true}\n",
            "3:8: sync.events=True: only the management account has the events, and account 999999999999 is another; ",
        ),
        (FILE + f"stack_prefix: {'a' * 38}\nsync: {{}}\n", f"4:1: stack_prefix='{'a' * 38}': the sync's function"),
        (
            FILE + "validate: {timeout_minutes: 14}\n",
            "4:12: validate.timeout_minutes=14: a result that has not changed",
        ),
        (SPACE + ACCOUNTS + "validate: {}\n", "3:1: validate: there is no association to validate"),
        (FILE + "health: {}\n", "4:1: health: its alarms are on the metrics of the sync, and there is none; add sync"),
        (
            FILE + "sync: {}\nhealth: {invalid_minutes: 20}\n",
            "5:10: health.invalid_minutes=20: accounts are looked at every 15 minutes, so it can only be a multiple of",
        ),
        (
            FILE + "sync: {schedule_minutes: 3361}\nhealth: {}\n",
            "4:8: sync.schedule_minutes=3361: 3 runs are missed before an alarm says so",
        ),
        (
            FILE + f"sync: {{}}\nhealth: {{topic_arn: {TOPIC}}}\n",
            f"5:10: health.topic_arn='{TOPIC}': alarms publish in their own Region, us-east-1; ",
        ),
        (FILE + "sync: {}\nhealth: {topic_arn: operations}\n", "5:10: health.topic_arn='operations': not the ARN of"),
    ],
)
def test_refused(text: str, message: str) -> None:
    """One line, which begins with the place."""
    assert str(refusal(text)).startswith(f"devops-agent.yaml:{message}")


@pytest.mark.parametrize(("key", "line"), [("sync: {}", 4), ("validate: {}", 4), ("validate: {}\nsync: {}", 5)])
@pytest.mark.parametrize("own", [None, LegacyStackSynthesizer])
def test_without_bootstrap(key: str, line: int, own: type[IReusableStackSynthesizer] | None) -> None:
    """There is code to upload: the key's line says so, and how, and gives nobody a permission."""
    written(FILE + key + "\n")
    app = App() if own is None else App(default_stack_synthesizer=own())
    with pytest.raises(OnboardingInputError) as caught:
        config.from_context(app)
    error = str(caught.value)
    name = "validate" if key == "validate: {}" else "sync"
    assert error.startswith(f"devops-agent.yaml:{line}:1: {name}: its Lambda function's code has to be in the bucket")
    assert "run `cdk bootstrap aws://111111111111/us-east-1` with credentials of that account" in error
    assert "set bootstrap_qualifier" in error
    assert "--trust" not in error


@pytest.mark.parametrize("text", [FILE, FILE + "bootstrap_qualifier: hnb659fds\nsync: {}\n"])
def test_with_bootstrap(text: str) -> None:
    """Nothing to upload, or a qualifier."""
    written(text)
    config.from_context(App())


def test_with_a_synthesizer_of_the_app() -> None:
    """One that takes assets is as good, also in a stage."""
    written(FILE + "sync: {}\n")
    stage = Stage(App(default_stack_synthesizer=DefaultStackSynthesizer(qualifier="own")), "Test")
    assert config.from_context(stage).sync == SyncSettings()


def test_also_if_the_file_was_read_without_the_app() -> None:
    """Before anything is defined."""
    app = App()
    with pytest.raises(OnboardingInputError, match=r"^sync: its Lambda function's code"):
        connect_accounts(app, from_file(written(FILE + "sync: {}\n")))
    assert app.node.children == []
