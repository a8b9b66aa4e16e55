"""`AWS::CloudWatch::Alarm` and alarms made over the API, evaluated at each minute of the emulator's clock.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and alarms-and-missing-data.html:
an alarm looks at more periods than it has to, and only if it finds too few values there, missing ones are treated as it
says. By how many periods more, AWS does not publish; its examples have two.
"""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from moto.cloudwatch.models import Alarm, cloudwatch_backends

from tests.emulator.clock import CLOCK
from tests.emulator.monitoring.alarm_actions import notify
from tests.emulator.monitoring.metrics import values
from tests.emulator.resource_type import Deployed, Place, Properties, ResourceType
from tests.emulator.stack_sets.refusal import refuse

MINUTE = timedelta(minutes=1)
_EXTRA_PERIODS = 2
_DAY_SECONDS, _WEEK_SECONDS, _HOUR_SECONDS = 86_400, 604_800, 3_600
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Average": statistics.fmean,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Sum": sum,
}


def evaluate_all() -> None:
    """Evaluate the alarms of all accounts."""
    for account_id, regions in list(cloudwatch_backends.items()):
        for region, backend in list(regions.items()):
            for alarm in list(backend.alarms.values()):
                if alarm.rule is None:
                    _evaluate(alarm, Place(account_id=account_id, region=region))


def starting_unchecked(put_metric_alarm: Callable[..., Alarm]) -> Callable[..., Alarm]:
    """Make an alarm begin in the state that AWS gives it; moto's begins with OK. One that is there keeps its state."""

    def put(backend: Any, name: str, **settings: Any) -> Alarm:
        before = backend.alarms.get(name)
        alarm = put_metric_alarm(backend, name=name, **settings)
        alarm.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        return alarm

    return put


def _evaluate(alarm: Alarm, place: Place) -> None:
    state = state_of(alarm, list(_recent(alarm, place)))
    if state is None or state == alarm.state_value:
        return
    before, reason = alarm.state_value, _reason(alarm, state)
    alarm.update_state(reason, "{}", state)
    alarm.state_updated_timestamp = CLOCK.utcnow()
    notify(alarm, place, before)


def _recent(alarm: Alarm, place: Place) -> Iterator[float]:
    """Yield a value for each period that has one, the latest first."""
    dimensions = {str(one.name): str(one.value) for one in alarm.dimensions}
    found = values(place, alarm.namespace, alarm.metric_name, dimensions, unit=alarm.unit)
    end = CLOCK.utcnow().replace(second=0, microsecond=0)
    period = timedelta(seconds=int(alarm.period))
    for number in range(int(alarm.evaluation_periods) + _EXTRA_PERIODS):
        begins = end - (number + 1) * period
        if there := _within(found, begins, begins + period):
            yield _STATISTICS[alarm.statistic](there)


def _within(found: Sequence[tuple[datetime, float]], begins: datetime, ends: datetime) -> list[float]:
    return [value for time, value in found if begins <= time < ends]


def state_of(alarm: Alarm, recent: Sequence[float]) -> str | None:
    """The state by AWS's tables; None: the present one is kept."""
    wanted = int(alarm.evaluation_periods)
    needed = int(alarm.datapoints_to_alarm or wanted)
    looked_at = recent[:wanted]
    missing, treatment = wanted - len(looked_at), alarm.treat_missing_data or "missing"
    breaching = sum(_COMPARE[alarm.comparison_operator](one, float(alarm.threshold)) for one in looked_at)
    if treatment == "breaching":
        return "ALARM" if breaching + missing >= needed else "OK"
    if treatment == "notBreaching":
        return "ALARM" if breaching >= needed else "OK"
    if not looked_at:
        return "INSUFFICIENT_DATA" if treatment == "missing" else None
    state = "ALARM" if breaching >= min(needed, len(looked_at)) else "OK"
    return None if treatment == "ignore" and missing and state == "ALARM" else state


def _reason(alarm: Alarm, state: str) -> str:
    if state == "INSUFFICIENT_DATA":
        return "Insufficient Data: datapoints were unknown."
    sign = "was" if state == "ALARM" else "was not"
    return f"Threshold Crossed: datapoints {sign} {alarm.comparison_operator} ({alarm.threshold})."


def _put(name: str, properties: Properties, place: Place) -> None:
    _check(properties)
    cloudwatch_backends[place.account_id][place.region].put_metric_alarm(
        name=name,
        namespace=properties["Namespace"],
        metric_name=properties["MetricName"],
        comparison_operator=properties["ComparisonOperator"],
        evaluation_periods=int(properties["EvaluationPeriods"]),
        datapoints_to_alarm=properties.get("DatapointsToAlarm"),
        period=int(properties["Period"]),
        threshold=float(properties["Threshold"]),
        statistic=properties["Statistic"],
        description=properties.get("AlarmDescription", ""),
        dimensions=properties.get("Dimensions", []),
        alarm_actions=properties.get("AlarmActions", []),
        ok_actions=properties.get("OKActions", []),
        insufficient_data_actions=properties.get("InsufficientDataActions", []),
        unit=properties.get("Unit"),
        actions_enabled=properties.get("ActionsEnabled", True),
        treat_missing_data=properties.get("TreatMissingData"),
    )


def _check(properties: Properties) -> None:
    if unknown := {"Metrics", "ExtendedStatistic", "ThresholdMetricId"} & properties.keys():
        raise NotImplementedError(f"the emulator evaluates no alarm with {' and '.join(sorted(unknown))}")
    period, periods = int(properties["Period"]), int(properties["EvaluationPeriods"])
    if period % 60 and period not in {10, 20, 30}:
        refuse("Period must be 10, 20, 30 or a multiple of 60")
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, EvaluationPeriods
    limit = _WEEK_SECONDS if period >= _HOUR_SECONDS else _DAY_SECONDS
    if period * periods > limit:
        refuse(f"Metrics cannot be checked across more than {limit} seconds (EvaluationPeriods * Period)")
    if int(properties.get("DatapointsToAlarm", 1)) > periods:
        refuse("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        if len(properties.get(name, [])) > 5:
            refuse(f"{name} takes at most 5 actions")


def _create(properties: Properties, place: Place) -> Deployed:
    name = properties.get("AlarmName", place.made_up_name)
    if name in cloudwatch_backends[place.account_id][place.region].alarms:
        refuse(f"{name} already exists")
    _put(name, properties, place)
    arn = f"arn:aws:cloudwatch:{place.region}:{place.account_id}:alarm:{name}"
    return Deployed(physical_resource_id=name, attributes={"Arn": arn})


def _update(deployed: Deployed, properties: Properties, place: Place) -> None:
    _put(deployed.physical_resource_id, properties, place)


def _delete(deployed: Deployed, place: Place) -> None:
    cloudwatch_backends[place.account_id][place.region].alarms.pop(deployed.physical_resource_id, None)


ALARM = ResourceType(name="AWS::CloudWatch::Alarm", create=_create, update=_update, delete=_delete)
