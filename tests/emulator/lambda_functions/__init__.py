"""AWS Lambda: functions from their deployed packages, each invocation in a process of its own.

A test deploys a stack with a function and invokes it, as a user does:

    answer = emulator.client("lambda", "111111111111").invoke(FunctionName="Function", Payload=b"{}")

What is AWS's, and strict:

- The function runs from the zip that its bucket holds, with boto3 but nothing else of this machine (`runtime`).
- Its credentials are those of its role, and each call with them is judged by the role's policies
  (`caller_permissions`), logs included: without the permission there is no log.
- Only whom the function's policy lets in invokes it, and the role must trust Lambda (`permission`, `function`).
- Reserved concurrency; asynchronous invocations with retries, dead-letter queue and destination (`asynchronous`).

What differs: `time.sleep` in a handler does not wait but advances the emulator's clock, so that retries and timeouts
cost no time; the Python is this project's, whatever `Runtime` says; there are no layers, images, aliases or VPCs.
"""
