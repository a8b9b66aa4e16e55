"""What an alarm does when its state changes: it publishes to topics that let CloudWatch in, and to nobody else."""

from __future__ import annotations

import json

from moto.cloudwatch.models import Alarm

from tests.emulator.clock import CLOCK
from tests.emulator.resource_type import Place
from tests.emulator.topics import why_not_published

_ACTIONS = {"ALARM": "alarm_actions", "OK": "ok_actions", "INSUFFICIENT_DATA": "insufficient_data_actions"}


def notify(alarm: Alarm, place: Place, before: str) -> None:
    """Do the actions of the state that the alarm is in now; what fails is in its history, as on AWS."""
    if not alarm.actions_enabled:
        return
    for action in getattr(alarm, _ACTIONS[alarm.state_value]) or []:
        if ":sns:" not in action:
            raise NotImplementedError(f"the emulator has no alarm action {action}")
        message = json.dumps(
            {
                "AlarmName": alarm.name,
                "AlarmDescription": alarm.description,
                "AWSAccountId": place.account_id,
                "AlarmArn": alarm.alarm_arn,
                "NewStateValue": alarm.state_value,
                "NewStateReason": alarm.state_reason,
                "OldStateValue": before,
                "StateChangeTime": CLOCK.now().isoformat(),
                "Region": place.region,
                "Trigger": {"MetricName": alarm.metric_name, "Namespace": alarm.namespace, "Period": alarm.period},
            }
        )
        subject = f'{alarm.state_value}: "{alarm.name}" in {place.region}'
        why = why_not_published(action, "cloudwatch.amazonaws.com", alarm.alarm_arn, message, subject)
        said = f"Failed to execute action {action}. Received error: {why}" if why else f"Successfully executed {action}"
        alarm.history.append(("Action", said, "{}", alarm.state_value, CLOCK.utcnow()))
