"""The steps of `scripts.live_check`, in their order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from devops_agent_constructs.generation import Generation
from devops_agent_constructs.policies.trust import trust_policy
from scripts.live_check_step import ASSEMBLY, FILE, OK, ROLE_NAME, STACKS, Fact, Outcome, Step, Target

# A role that has just changed is not known everywhere at once.
_PROPAGATION = Step(what="let IAM propagate it", words=("sleep", "60"), expected=frozenset({"0"}))


def steps(target: Target) -> Iterator[Step]:
    """Yield the steps, in their order."""
    yield from _deployment(target)
    yield from _first_look(target)
    yield from _refusals(target)
    yield from _broken_by_hand(target)
    if target.agent_role_arn is not None:
        yield from _migration(target)


def _codes(*codes: str | int) -> frozenset[str]:
    return frozenset(map(str, codes))


def _deploy(target: Target, generation: Generation, *, has_primary: bool) -> Iterator[Step]:
    yield Step(
        what=f"make the stacks of an accounts file with generation: {generation.value}",
        words=("python3", "-m", "devops_agent_constructs"),
        accounts_file=target.accounts_file(generation),
        expected=_codes(0),
        is_needed=True,
    )
    # The role first: the association names it.
    for profile, _, name in reversed(target.stacks if has_primary else target.stacks[1:]):
        yield Step(what=f"deploy {name}", words=_cdk(name, profile), expected=_codes(0), is_needed=True)
    yield _PROPAGATION


def _cdk(stack: str, profile: str, *more: str) -> tuple[str, ...]:
    options = ("--exclusively", "--require-approval", "never", "--progress", "events", "--no-notices")
    return ("cdk", "deploy", stack, "--app", ASSEMBLY, *options, *more, "--profile", profile)


def _deployment(target: Target) -> Iterator[Step]:
    mode = Fact(
        question="does AWS take associations of single accounts in an Agent Space of its organization mode?",
        marked_in="account_sync/associations_reader.py",
        answer=lambda outcome: (
            "the Agent Space is in that mode: yes if the next deployment of the primary account succeeded"
            if outcome.answer.get("agentSpace", {}).get("awsSourceMode") == "organization"
            else "not settled: the Agent Space is not in that mode"
        ),
    )
    space = {"agentSpaceId": target.space.agent_space_id}
    yield _call(target, "read the Agent Space", "get_agent_space", space, settles=mode)
    yield from _deploy(target, Generation.GA, has_primary=True)


def _call(target: Target, what: str, operation: str, parameters: Mapping[str, Any], **more: Any) -> Step:  # noqa: ANN401
    more = {"service": "devops-agent", "expected": _codes(OK), **more}
    where: dict[str, Any] = {"profile": target.primary, "region": target.space.region}
    return Step(what=what, operation=operation, parameters=parameters, **where, **more)


def _program(target: Target, command: str, *options: str, expected: frozenset[str], what: str) -> Step:
    words = ("devops-agent-accounts", command, target.space.arn, "--account", target.account_id, *options)
    return Step(what=what, words=words, expected=expected)


def _verify(target: Target, what: str, *codes: int, settles: Fact | None = None) -> Step:
    words = ("devops-agent-accounts", "verify", target.space.arn, "--account", target.account_id, "--wait", "10")
    return Step(what=what, words=(*words, "--profile", target.primary), expected=_codes(*codes), settles=settles)


def _first_look(target: Target) -> Iterator[Step]:
    space = {"agentSpaceId": target.space.agent_space_id}
    validate = "validate_aws_associations"
    meanwhile = Fact(
        question="how long does a validation take, and what is the status in the meantime?",
        marked_in="docs/command_line.md, account_sync/validations.py",
        answer=lambda outcome: outcome.text,
    )
    renewed = Fact(
        question="does a validation with the same result change updatedAt?",
        marked_in="docs/keep_in_step.md, account_sync/metrics.py",
        answer=lambda outcome: outcome.text,
    )
    fields = Fact(
        question="what are the fields of an Agent Space's vended log called?",
        marked_in="docs/keep_in_step.md",
        answer=_field_names,
    )
    yield _call(
        target, "validate, and read the status until it changes", validate, space, watches=True, settles=meanwhile
    )
    yield _verify(target, "the new connection is valid", 0)
    yield _call(target, "validate once more, with the same result", validate, space, watches=True, settles=renewed)
    with_profile = ("--config", FILE, "--profile", target.secondary)
    yield _program(target, "doctor", *with_profile, what="the role is as the library makes it", expected=_codes(0))
    options = ("--role-name", ROLE_NAME, "--max-removals", "0", "--profile", target.primary)
    yield _program(target, "sync", *options, what="plan a sync; nothing is changed", expected=_codes(0, 1, 2, 3))
    more = {"service": "logs", "settles": fields}
    yield _call(
        target, "read the templates of vended logs", "describe_configuration_templates", {"service": "aidevops"}, **more
    )


def _field_names(outcome: Outcome) -> str:
    if outcome.code != OK:
        return f"not settled: {outcome.code}"
    lines = {
        f"{template.get('logType')}: {', '.join(field['name'] for field in template.get('allowedFields', []))}"
        for template in outcome.answer["configurationTemplates"]
    }
    return "; ".join(sorted(lines)) or "not settled: AWS has no template"


def _refusals(target: Target) -> Iterator[Step]:
    def words(question: str) -> Fact:
        return Fact(question=question, marked_in="docs/troubleshooting.md", answer=_error)

    account = {"accountId": target.account_id, "accountType": "source", "assumableRoleArn": target.role_arn}
    association = {
        "agentSpaceId": target.space.agent_space_id,
        "serviceId": "aws",
        "configuration": {"sourceAws": account},
    }
    yield _call(
        target,
        "a second association of the account is refused",
        "associate_service",
        association,
        expected=_codes("ValidationException", "ConflictException"),
        settles=words("how does AWS refuse a second association of an account?"),
    )
    yield _call(
        target,
        "nobody but the service assumes the role",
        "assume_role",
        {"RoleArn": target.role_arn, "RoleSessionName": "live-check"},
        service="sts",
        expected=_codes("AccessDenied"),
        settles=words("how does AWS refuse somebody whom the trust policy does not admit?"),
    )
    yield _call(
        target,
        "an Agent Space that does not exist is refused",
        "list_associations",
        {"agentSpaceId": "00000000-0000-4000-8000-000000000000"},
        expected=_codes("ResourceNotFoundException", "AccessDeniedException"),
        settles=words("how does AWS refuse an Agent Space that does not exist?"),
    )


def _error(outcome: Outcome) -> str:
    return f"{outcome.code}: {outcome.text}"


def _broken_by_hand(target: Target) -> Iterator[Step]:
    """Make the usual slip in the role that these steps made, and let the CDK repair it."""
    trust = json.dumps(trust_policy([target.space])).replace(f'"{target.space.account_id}"', f'"{target.account_id}"')
    slip = {"RoleName": ROLE_NAME, "PolicyDocument": trust}
    of_secondary: dict[str, Any] = {"service": "iam", "profile": target.secondary, "region": target.region}
    expected = _codes(OK)
    yield Step(
        what="break the trust policy",
        operation="update_assume_role_policy",
        parameters=slip,
        expected=expected,
        **of_secondary,
    )
    yield _PROPAGATION
    yield _verify(target, "the connection is invalid", 1)
    with_profile = ("--config", FILE, "--profile", target.secondary)
    yield _program(target, "doctor", *with_profile, what="doctor finds the slip", expected=_codes(1))
    stack = STACKS.secondary(target.account_id)
    yield Step(
        what="repair it by a drift-aware deployment",
        words=_cdk(stack, target.secondary, "--revert-drift"),
        expected=_codes(),
    )
    repaired = Fact(
        question="does a drift-aware deployment repair a role that was changed by hand?",
        marked_in="docs/doctor_and_migrate.md",
        answer=lambda outcome: _is_repaired(outcome, target),
    )
    yield Step(
        what="read the role",
        operation="get_role",
        parameters={"RoleName": ROLE_NAME},
        expected=expected,
        settles=repaired,
        **of_secondary,
    )
    good = {"RoleName": ROLE_NAME, "PolicyDocument": json.dumps(trust_policy([target.space]))}
    yield Step(
        what="repair it by hand, if it is not",
        operation="update_assume_role_policy",
        parameters=good,
        expected=expected,
        **of_secondary,
    )


def _is_repaired(outcome: Outcome, target: Target) -> str:
    if outcome.code != OK:
        return f"not settled: {outcome.code}"
    trust = json.dumps(outcome.answer["Role"]["AssumeRolePolicyDocument"])
    return "no; its step above says why" if f'"{target.account_id}"' in trust else "yes"


def _migration(target: Target) -> Iterator[Step]:
    accepts = Fact(
        question="does the service still accept the trust policy of the preview alone?",
        marked_in="docs/set_ups.md, docs/doctor_and_migrate.md, checks/rules/permissions.py",
        answer=lambda outcome: {"0": "yes: valid", "1": "no: invalid"}.get(
            outcome.code, f"not settled: {outcome.code}"
        ),
    )
    yield from _deploy(target, Generation.PREVIEW, has_primary=True)
    yield _verify(target, "is a role of the preview valid?", 0, 1, settles=accepts)
    options = ("--profile", target.primary)
    yield _program(target, "migrate", *options, what="plan the way out of the preview", expected=_codes(0, 3))
    yield from _deploy(target, Generation.TRANSITION, has_primary=False)
    yield _verify(target, "the transition is valid", 0)
    yield from _deploy(target, Generation.GA, has_primary=True)
    yield _verify(target, "the migrated role is valid", 0)
