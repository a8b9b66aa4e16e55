"""AWS on one machine: several accounts behind one address, for the tests and for `make demo`.

moto is lenient where AWS is not. What hides a fault of ours is refused here, in AWS's words:

- `role_use`: a role that STS or CloudFormation is to assume exists and lets that caller in; who passes one may.
- `stack_requests`: the length of a template, capabilities, values of parameters, `Rules`.
- `iam_checks`, `iam_role`, `managed_policy`: policies, principals that do not exist, boundaries, quotas of policies.
- `updates`, `rollback`: the order of changes, names that are taken, types that CloudFormation does not know.
- `stack_sets`: whom a StackSet reaches, and what its template may hold.
- `lambda_functions`: functions from their packages, with their role's permissions; how a test uses them stands there.
- `clock`: the time, which a test lets pass; `event_bus`: schedules, rules, buses; who lets EventBridge in.
- `monitoring`: metrics in logs, metric filters, alarms; `topics`, `queues`: who may publish and send.
- `faults`: throttling, lost answers, empty pages and other failures of the APIs, which a test switches on.
- `organization_events`, `stack_sets.events`, `log_delivery`: what AWS tells, whom, and what that takes.
- `caller_permissions`: which calls of a function's session its role allows, and of a deployer's (`deployer`).
- `handler_permissions`: what CloudFormation does for such a deployer, by its policies or those of the execution role.
  What that is reads `handler_actions`, from CloudFormation's schemas.
- `custom_resource`: what a function is asked, and what CloudFormation makes of its answers.
- `devops_agent`: the requests by the API's own model; validation by the trust policies as they stand.

How a test lets things happen:

    with Emulator() as emulator:
        deploy(emulator.client("cloudformation", "111111111111"), {...})      # or the CDK CLI: `cdk.Cdk`
        CLOCK.advance(timedelta(minutes=15))                                  # schedules fire, alarms are evaluated
        FAULTS.throttle("devops-agent", per_second=2)                         # AWS has a bad day
        emulator.client("lambda", "111111111111").invoke(FunctionName="...")  # in a process of its own
        emulator.published("arn:aws:sns:...")                                 # what an alarm said

Known gaps, which a test must not rely on:

- A caller's own permissions count where a role is passed, where an agent role assumes another, and in the session of
  a function or a `Deployer`; else everybody with credentials for an account is its administrator there, and
  CloudFormation acts with no permissions of its execution role. S3 lets everybody. Service control policies limit
  nobody.
- What a handler calls is what its type's schema lists; a stack whose deployer may not roll it back is rolled back.
- Functions: the Python is this project's; no layers, images, aliases, VPCs; the size of a package is not looked at.
- EventBridge tries again nothing that could not be delivered. SQS takes what a role may send, whatever its key says.
- Exports: a used one can be deleted or changed, and an import is not looked for. No stack of ours has any.
- Parameters: patterns, allowed values and lengths are not checked. Drift, termination protection and stack policies
  do nothing.
- IAM: the sizes of a role's own policies, its name, path, description and session, and names that differ in case
  only. Synthesis checks these.
- IAM is consistent at once: nobody waits for a new role. Bucket policies do nothing.
- CDK: the bootstrap stack comes from the CLI's template over CloudFormation's API, not from `cdk bootstrap` itself.
"""
