"""10,000 accounts: how long a plan takes, how often AWS is called, and a first rollout under its limits."""

from __future__ import annotations

import random
import time
import tracemalloc
from typing import Any

from devops_agent_constructs.account_sync.configuration import SyncConfiguration
from devops_agent_constructs.account_sync.desired_reader import read_desired
from devops_agent_constructs.account_sync.plan import plan
from devops_agent_constructs.account_sync.retries import Retries
from devops_agent_constructs.account_sync.run import SyncRun
from devops_agent_constructs.account_sync.scope import Desired, DesiredRole, OrganizationScope
from devops_agent_constructs.account_sync.sync_limits import SyncLimits
from tests.account_sync.cases import arn, association
from tests.account_sync.large_organization import UNIT, LargeOrganization

NUMBER, PRIMARY = 10_000, "111111111111"
CONFIGURATION = SyncConfiguration(
    organization=OrganizationScope(organizational_units=[UNIT], stack_set_names=("DevOpsAgentSecondary",))
)
FUNCTION_SECONDS = 900.0


def run(organization: Any) -> SyncRun:
    """Run once, as the function does, within what Lambda gives it; the run's pauses pass no time of ours."""
    began = organization.now
    chance = random.Random(7).random
    retries = Retries(attempts=8, sleep=organization.sleep, chance=chance)
    limits = CONFIGURATION.limits("aws", primary_account_id=PRIMARY)
    run = SyncRun(agent_space_id="space", limits=limits, retries=retries)

    def desired(connected: list[str]) -> Desired:
        return read_desired(
            CONFIGURATION,
            partition="aws",
            organizations=organization,
            sts=organization,
            cloudformation=organization,
            retries=retries,
            connected=connected,
        )

    run.do(
        organization,
        desired,
        seconds_left=lambda: FUNCTION_SECONDS - (organization.now - began),
        tell=lambda _: None,
    )
    assert organization.now - began < FUNCTION_SECONDS
    return run


def test_plan_of_many() -> None:
    """In a second and 200 MiB, also where everything is to be changed."""
    ids = [f"2{number:011d}" for number in range(NUMBER)]
    desired = Desired(roles={one: DesiredRole(role_arn=arn(one, "/New")) for one in ids})
    actual = [association(number, one, arn(one, "/Old")) for number, one in enumerate(ids)]
    limits = SyncLimits(
        primary_account_id=PRIMARY, owned_roles=["/Old", "/New"], max_removals=NUMBER, max_removal_percentage=100
    )
    began = time.process_time()
    assert len(plan(desired, actual, limits).changes) == NUMBER
    assert time.process_time() - began < 1
    tracemalloc.start()
    plan(desired, actual, limits)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 * 1024**2


def test_calls_in_step() -> None:
    """As many reads as AWS has pages, and one validation."""
    organization = LargeOrganization(number=NUMBER)
    for account_id in organization.account_ids:
        organization.connect(account_id)
    assert run(organization).is_success
    assert organization.calls == {
        "GetAgentSpace": 1,
        "ListAssociations": 100,
        "DescribeOrganization": 1,
        "DescribeOrganizationalUnit": 1,
        "ListAccounts": 501,
        "DescribeStackSet": 1,
        "ListStackInstances": 100,
        "ValidateAwsAssociations": 1,
    }


def test_first_rollout() -> None:
    """Where AWS admits five calls a second: several runs, each within Lambda's time, and none of them a failure."""
    organization, runs = LargeOrganization(number=NUMBER, calls_per_second=5), list[SyncRun]()
    while not runs or runs[-1].not_tried:
        runs.append(run(organization))
        organization.now += 60
    assert all(one.is_success for one in runs)
    assert len(organization.associations) == NUMBER
    assert organization.calls["AssociateService"] - organization.throttled <= NUMBER
    # 10,000 calls at five a second take 34 minutes, and the reads of each run come on top.
    assert 3 <= len(runs) <= 5
    assert organization.now < 75 * 60
