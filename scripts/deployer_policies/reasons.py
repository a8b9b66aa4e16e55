"""Why a policy is about more than one resource: a pattern without a reason here is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scripts.deployer_policies.policy import Statement

_REASONS = {
    r"agentspace/\*(/association/\*)?": "AWS makes the id up. **This may delete every Agent Space of the account "
    "and Region, and rewrite its sign-in.** After the first deployment the id is known: write it for all actions but "
    "`aidevops:CreateAgentSpace`",
    r"agentspace/[0-9a-f-]+/association/\*": "AWS makes the ids up, and each is below your Agent Space",
    r":role/\*$": "AWS asks for `iam:PassRole` on every role of the account to associate one, and refuses a narrower "
    "resource; the condition confines it to AWS DevOps Agent, which a role must trust to be of any use there",
    r":key/\*$": "AWS makes the id up. **This may change the policy of, and delete, every key of the account and "
    "Region that leaves it to IAM.** With `health: {topic_arn: ...}` there is no key: leave the statements out, "
    "once a key that was there is gone",
    r":delivery:\*$": "AWS makes the id up. **This may change or delete every log delivery of the account and Region, "
    "whoever made it.** After the first deployment the id is known: write it for all actions but `logs:CreateDelivery`",
    r":application/ssoins-[0-9a-z]+/\*$": "AWS makes the id up. **This may delete, or change the sign-in of, every "
    "application of your Identity Center instance in the account.** After the first deployment the ARN is known: write "
    "it for all actions but `sso:CreateApplication`",
    r":dashboard/HealthDashboard\*$": "reports differ on whether the name that CloudFormation makes up begins with "
    "the stack's. **This may overwrite and delete every dashboard of the account whose name begins so.** After the "
    "first deployment the name is known: write it instead of both",
    r":applicationProvider/\*$": "which provider the service takes is not documented; it is a kind, and holds nothing",
    r":stackset/\w+:\*$": "AWS makes up what follows the name; of a delegated administrator, whose account the ARN "
    "names is unconfirmed",
    r":stackset-target/": "the units and accounts of the accounts file alone, and AWS's own examples differ in Region "
    "and account",
    r":type/resource/": "the types of the StackSet's template alone, and AWS's own examples differ in Region and "
    "account",
    r"^arn:aws:s3:::cdk-[a-z0-9-]+/\*$": "the code of each version has another name in the bootstrap's bucket",
}
_OF_ALL = {
    "cloudformation": "`CreateStackSet` has no narrower resource; `GetTemplateSummary` asks about a template, before "
    "there is a StackSet",
    "events": "no narrower resource, says IAM's reference. **This may open every event bus of the account and Region, "
    "or close it**",
    "kms": "no key is there yet",
    "logs": "no narrower resource, says IAM's reference. **The two about resource policies may change those of the "
    "account and Region, whoever made them**",
    "organizations": "no narrower resource, says IAM's reference",
}
_MADE_UP = re.compile(r":stack/[\w-]+/\*$|DevOpsAgent\w+-\w+\*$|policy/\w+-\w+\*$")


def rows(of: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """Yield what is wide, and why, once each.

    Raises:
        LookupError: Nobody has written down why.
    """
    found: dict[str, list[str]] = {}
    for statement in of:
        actions, resources = (_list(statement[key]) for key in ("Action", "Resource"))
        for resource in resources:
            if resource == "*":
                service = actions[0].partition(":")[0]
                found.setdefault(_OF_ALL[service], []).extend(f"`{action}`" for action in actions)
            elif "*" in resource and not _MADE_UP.search(resource):
                found.setdefault(_reason(resource), []).append(f"`{resource}`")
    for reason, wide in found.items():
        yield ", ".join(dict.fromkeys(wide)), f"{reason}."


def _reason(resource: str) -> str:
    for pattern, reason in _REASONS.items():
        if re.search(pattern, resource):
            return reason
    raise LookupError(f"why is the policy about all of {resource}?")


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
