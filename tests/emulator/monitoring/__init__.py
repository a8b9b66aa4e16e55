"""Amazon CloudWatch: logs, the metrics in them, alarms on metrics.

Lines that a function or anybody writes to a log group become metrics, by the embedded metric format or by a metric
filter. Alarms are evaluated at each minute of the emulator's clock, and publish to their topics:

    CLOCK.advance_to_whole(timedelta(hours=1))
    ... deploy, invoke, break something
    CLOCK.advance(timedelta(minutes=30))
    emulator.client("cloudwatch", "111111111111").describe_alarms()
    emulator.published(topic_arn)

Not known here: alarms on expressions, composite alarms, anomaly detection.
"""
