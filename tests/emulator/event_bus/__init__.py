"""Amazon EventBridge: rules on schedules and on events, and buses that other accounts send to.

A rule fires when the emulator's clock reaches its time. What StackSets and AWS Organizations say is put on the bus of
the management account (`organization_events`). Targets get an event only if they let EventBridge in: a function by its
permission, a queue by its policy, another bus by the role of the target and, in another account, by its own policy.
What cannot be delivered goes to the target's dead-letter queue, and is counted in the metric FailedInvocations.
"""
