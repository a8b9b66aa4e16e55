"""Tries the library on AWS, in two accounts of yours, and settles what AWS does not publish.

    python -m scripts.live_check --agent-space-arn ARN --primary-profile A --secondary-profile B \
        --secondary-account 222222222222 [--agent-role-arn ARN] [--yes]

It shows every command and asks before the first one. What it makes has names of its own: the stacks LiveCheck-..., the
role LiveCheckRole, and the association of the secondary account. It refuses to start where one of them exists, and
removes them at its end, also after Ctrl-C or a failure. AWS validates all associations of the Agent Space each time, as
it always does. With `--agent-role-arn`, a policy of the stack LiveCheck-DevOpsAgentPrimary is attached to the agent
role for some minutes.

This project's maintainers have not run it on AWS: its test runs it in the emulator.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from devops_agent_constructs import _validators
from devops_agent_constructs.agent_space_arn import AgentSpaceArn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.trust import trust_policy
from scripts.live_check_run import LiveCheck, RefusedError, say
from scripts.live_check_step import Outcome, Step, Target
from scripts.live_check_steps import steps


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; return 0 if all was as expected and nothing is left."""
    given = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        target = _target(given)
        check = LiveCheck(target)
        check.refuse_if_unsafe()
    except (RefusedError, OnboardingInputError, BotoCoreError, ClientError) as error:
        say(f"refused: {error}")
        return 1
    plan = list(steps(target))
    _show(target, plan)
    if not given.yes and input("Run this? Only `yes` does: ") != "yes":
        say("refused: nothing was done")
        return 1
    is_good, left = False, list[str]()
    try:
        with tempfile.TemporaryDirectory(prefix="live-check-") as folder:
            is_good = check.run(plan, Path(folder))
    except KeyboardInterrupt:
        say("\nstopped")
    finally:
        left = check.removed()
        _report(plan, check.outcomes)
        say("\n".join(["", "LEFT, remove it by hand:", *left]) if left else "\nnothing is left")
    return 0 if is_good and not left else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.live_check", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--agent-space-arn", required=True, help="its account is the primary one")
    parser.add_argument("--primary-profile", required=True, help="administrator of the primary account")
    parser.add_argument("--secondary-profile", required=True, help="administrator of the secondary account")
    parser.add_argument("--secondary-account", required=True, help="its id: the profile must be of it")
    parser.add_argument("--region", help="of the secondary account's stack; default: the Agent Space's")
    parser.add_argument("--agent-role-arn", help="also try the preview, and the migration from it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _target(given: argparse.Namespace) -> Target:
    space = AgentSpaceArn.from_arn(given.agent_space_arn, field="--agent-space-arn")
    _validators.account_id(given.secondary_account, field="--secondary-account")
    if given.secondary_account == space.account_id:
        raise RefusedError("--secondary-account is the Agent Space's own account")
    if given.agent_role_arn is not None:
        # A slip in it ends it here, and not in the middle.
        trust_policy([space], generation=Generation.PREVIEW, agent_role_arn=given.agent_role_arn)
    return Target(
        space=space,
        account_id=given.secondary_account,
        primary=given.primary_profile,
        secondary=given.secondary_profile,
        region=given.region or space.region,
        agent_role_arn=given.agent_role_arn,
    )


def _show(target: Target, plan: Sequence[Step]) -> None:
    say(f"primary account {target.space.account_id}, secondary account {target.account_id}, {target.space.arn}\n")
    for number, step in enumerate(plan, start=1):
        expected = " or ".join(sorted(step.expected)) or "anything"
        say(f"{number}. {step.what}; expected: {expected}\n   {step.line}")
        if step.accounts_file is not None:
            say(textwrap.indent(step.accounts_file.rstrip(), "   | "))
        if step.settles is not None:
            say(f"   settles: {step.settles.question}")
    names = ", ".join(name for _, _, name in target.stacks)
    say(f"At the end, whatever happens: delete {names}\n")


def _report(plan: Sequence[Step], outcomes: Sequence[Outcome]) -> None:
    say("\nWhat was not known:")
    for number, step in enumerate(plan):
        if step.settles is not None:
            answer = step.settles.answer(outcomes[number]) if number < len(outcomes) else "not reached"
            say(f"- {step.settles.question} ({step.settles.marked_in})\n  {answer}")


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
