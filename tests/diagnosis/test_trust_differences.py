"""Broken trust policies: each mistake has its name, its words and its severity."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from devops_agent_constructs import Generation
from devops_agent_constructs.diagnosis.diagnosis import Surroundings, diagnose
from devops_agent_constructs.diagnosis.difference import Severity
from tests.conftest import AGENT_ROLE_ARN, GA_TRUST, PREVIEW_TRUST, SPACE_ARN
from tests.diagnosis.roles import differences, expected_role, ids, live_role, policy, service_trust, trusting

SPACE_ID = "8f6187a7-0388-4926-8217-3a0fe32f757c"
OTHER_ARN = "arn:aws:aidevops:us-east-1:999999999999:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": SPACE_ARN}}


def as_pattern(operator: str) -> dict[str, Any]:
    """The service's statement with a pattern as the source."""
    pattern = "arn:aws:aidevops:us-east-1:111111111111:agentspace/*"
    condition = {"StringEquals": {"aws:SourceAccount": "111111111111"}, operator: {"aws:SourceArn": pattern}}
    return {**GA_TRUST, "Condition": condition}


KEPT_OUT = [
    (
        "sourceAccountIsOwnAccount",
        service_trust(account_id="222222222222"),
        (
            "aws:SourceAccount names the role's own account, 222222222222; it is the account of the Agent Space that "
            "belongs there, 111111111111"
        ),
    ),
    (
        "wrongSourceAccount",
        service_trust(account_id="999999999999"),
        "aws:SourceAccount names account 999999999999, but the Agent Space is in 111111111111",
    ),
    (
        "wrongRegion",
        service_trust(source_arn=SPACE_ARN.replace("us-east-1", "eu-west-1")),
        "aws:SourceArn names the Region eu-west-1, but the Agent Space is in us-east-1",
    ),
    (
        "wrongAccount",
        service_trust(source_arn=OTHER_ARN),
        "aws:SourceArn names the account 999999999999, but the Agent Space is in 111111111111",
    ),
    (
        "wrongAgentSpace",
        service_trust(source_arn=SPACE_ARN.replace(SPACE_ID, "11111111-2222")),
        f"aws:SourceArn names the Agent Space 11111111-2222, but the Agent Space is {SPACE_ID}",
    ),
    (
        "wrongPartition",
        service_trust(source_arn=SPACE_ARN.replace("arn:aws:", "arn:aws-cn:")),
        "aws:SourceArn names the partition aws-cn, but the Agent Space is in aws",
    ),
    (
        "noAgentSpaceArn",
        service_trust(source_arn="arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"),
        (
            "aws:SourceArn is arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace, which is not the ARN of "
            "an Agent "
            "Space"
        ),
    ),
    (
        "patternUnderStringEquals",
        as_pattern("StringEquals"),
        (
            "aws:SourceArn is compared by StringEquals with the pattern "
            "arn:aws:aidevops:us-east-1:111111111111:agentspace/*, where * is a plain character; ArnLike takes it as a "
            "wildcard"
        ),
    ),
    (
        "wrongServicePrincipal",
        {**GA_TRUST, "Principal": {"Service": "devopsagent.amazonaws.com"}},
        (
            "the trust policy names service devopsagent.amazonaws.com, but AWS DevOps Agent is service "
            "aidevops.amazonaws.com"
        ),
    ),
    (
        "wrongServicePrincipal",
        {**GA_TRUST, "Principal": {"Service": "aiops.amazonaws.com"}},
        "the trust policy names service aiops.amazonaws.com, but AWS DevOps Agent is service aidevops.amazonaws.com",
    ),
    (
        "externalIdOnly",
        {**GA_TRUST, "Condition": EXTERNAL_ID},
        (
            "the statement for the service has sts:ExternalId alone, which belongs to the set-up of the preview; the "
            "service names the Agent Space in aws:SourceArn and its account in aws:SourceAccount"
        ),
    ),
    (
        "previewTrust",
        PREVIEW_TRUST,
        (
            f"the trust policy lets in {AGENT_ROLE_ARN} with an external id, as AWS's preview did before "
            "2026-03-30, and "
            "not the service itself"
        ),
    ),
    (
        "otherCondition",
        {**GA_TRUST, "Condition": {**GA_TRUST["Condition"], "Bool": {"aws:SecureTransport": "true"}}},  # type: ignore[dict-item]
        "a condition that the library does not set keeps it out: key aws:SecureTransport is missing in the request",
    ),
    (
        "otherCondition",
        {**GA_TRUST, "Condition": {"StringNotEquals": {"aws:SourceAccount": "111111111111"}}},
        (
            "a condition that the library does not set keeps it out: aws:SourceAccount is '111111111111', but "
            "the policy "
            "does not admit '111111111111'"
        ),
    ),
    (
        "agentKeptOut",
        {**GA_TRUST, "Action": "sts:TagSession"},
        (
            "the trust policy does not let in service aidevops.amazonaws.com: nothing allows sts:AssumeRole for "
            "service "
            "aidevops.amazonaws.com; Statement[0] comes nearest: it is about sts:TagSession, not sts:AssumeRole"
        ),
    ),
    (
        "trustPolicyNotUnderstood",
        {**GA_TRUST, "Condition": {"StringIs": {"aws:SourceAccount": "111111111111"}}},
        (
            "the trust policy cannot be evaluated: Statement[0].Condition='StringIs': IAM has no such condition "
            "operator; "
            "write one of its own, e.g. 'StringEquals' or 'ArnLike' ('Null' takes neither a set operator nor IfExists)"
        ),
    ),
]


@pytest.mark.parametrize(
    ("name", "statement", "words"), KEPT_OUT, ids=[f"{row[0]}{i}" for i, row in enumerate(KEPT_OUT)]
)
def test_what_keeps_the_agent_out(name: str, statement: dict[str, Any], words: str) -> None:
    """One difference, which needs doing, and the association is what shows it."""
    [found] = differences(trusting(statement))
    assert (found.id, found.what) == (name, words)
    assert found.severity is Severity.NEEDS_DOING
    assert found.symptom.startswith("the association turns invalid when it is validated")


LEAKS = [
    ("anyoneCanAssume", {key: value for key, value in GA_TRUST.items() if key != "Condition"}),
    ("anyoneCanAssume", {**GA_TRUST, "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": "111111111111"}}}),
    ("anyoneCanAssume", {**GA_TRUST, "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:aidevops:*"}}}),
    ("wildcardPrincipal", {**GA_TRUST, "Principal": "*"}),
    ("wildcardPrincipal", {**GA_TRUST, "Principal": {"AWS": "*"}}),
]


@pytest.mark.parametrize(("name", "statement"), LEAKS, ids=[f"{name}{i}" for i, (name, _) in enumerate(LEAKS)])
def test_what_lets_anybody_in(name: str, statement: dict[str, Any]) -> None:
    """The agent works, so nobody notices; it needs doing all the same."""
    diagnosis = diagnose(trusting(statement), expected_role(), Surroundings())
    [found] = diagnosis.differences
    assert diagnosis.is_admitted
    assert (found.id, found.severity) == (name, Severity.NEEDS_DOING)
    assert found.symptom.startswith("none for you")


BESIDE = [
    ("extraPrincipal", {"AWS": "arn:aws:iam::333333333333:root"}, "every principal of account 333333333333"),
    ("extraPrincipal", {"AWS": "arn:aws:iam::222222222222:role/Admin"}, "arn:aws:iam::222222222222:role/Admin"),
    ("extraPrincipal", {"Service": "ec2.amazonaws.com"}, "service ec2.amazonaws.com"),
]


@pytest.mark.parametrize(("name", "principal", "who"), BESIDE, ids=[who for _, _, who in BESIDE])
def test_who_else_gets_in(name: str, principal: dict[str, str], who: str) -> None:
    """By name, with what it can do."""
    beside = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    [found] = differences(trusting(GA_TRUST, beside))
    assert (found.id, found.what) == (name, f"the trust policy lets in {who}")
    assert found.symptom == f"none for you: {who} can do what this role may"
    assert found.severity is Severity.NEEDS_DOING


def test_federated_users() -> None:
    """They come in by another action."""
    provider = "arn:aws:iam::222222222222:saml-provider/Corp"
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    [found] = differences(trusting(GA_TRUST, statement))
    assert (found.id, found.what) == ("extraPrincipal", f"the trust policy lets in users whom {provider} signed in")


def test_agent_space_of_another_account() -> None:
    """A complete grant for somebody else, beside the right one."""
    [found] = differences(trusting(GA_TRUST, service_trust(account_id="999999999999", source_arn=OTHER_ARN)))
    assert (found.id, found.severity) == ("otherAgentSpaceToo", Severity.NEEDS_DOING)
    assert found.what == f"another Agent Space is let in, too: {OTHER_ARN}"
    assert found.symptom == "none for you: account 999999999999 can investigate this account as well"


def test_every_agent_space_of_another_account() -> None:
    """The same without its ARN."""
    beside = {**GA_TRUST, "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}
    [found] = differences(trusting(GA_TRUST, beside))
    assert (found.id, found.severity) == ("otherAccountToo", Severity.NEEDS_DOING)
    assert found.what == "the service is let in for every Agent Space of account 999999999999, too"


def test_wrong_region_in_one_of_two_statements() -> None:
    """What is wrong beside a statement that works keeps nobody out; it names a space of the account that nobody has."""
    european = SPACE_ARN.replace("us-east-1", "eu-west-1")
    [found] = differences(trusting(GA_TRUST, service_trust(source_arn=european)))
    assert (found.id, found.severity) == ("otherAgentSpaceToo", Severity.WORTH_KNOWING)


WEAKER = [
    ("anyAgentSpaceOfAccount", {"StringEquals": {"aws:SourceAccount": "111111111111"}}),
    ("anyAgentSpaceOfAccount", as_pattern("ArnLike")["Condition"]),
    ("anyAgentSpaceOfAccount", as_pattern("StringLike")["Condition"]),
    ("sourceAccountMissing", {"ArnLike": {"aws:SourceArn": SPACE_ARN}}),
]


@pytest.mark.parametrize(("name", "condition"), WEAKER, ids=[f"{name}{i}" for i, (name, _) in enumerate(WEAKER)])
def test_what_is_weaker_and_works(name: str, condition: dict[str, Any]) -> None:
    """Nobody outside of the Agent Space's account gets in: worth knowing."""
    [found] = differences(trusting({**GA_TRUST, "Condition": condition}))
    assert (found.id, found.severity) == (name, Severity.WORTH_KNOWING)


@pytest.mark.parametrize(
    "statement",
    [
        {**GA_TRUST, "Sid": "Agent", "Action": ["sts:AssumeRole", "sts:TagSession"]},
        {
            **GA_TRUST,
            "Condition": {"StringLike": {"AWS:SOURCEARN": [SPACE_ARN], "aws:sourceaccount": ["111111111111"]}},
        },
    ],
)
def test_the_same_in_other_words(statement: dict[str, Any]) -> None:
    """Sids, lists, case and operators that do not matter are no difference."""
    assert differences(trusting(statement)) == []


def test_deny() -> None:
    """It wins over everything; one that is about somebody else is worth knowing."""
    deny = {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    [found] = differences(trusting(GA_TRUST, deny))
    assert found.id == "denied"
    assert found.what == (
        "the trust policy denies it: No denies sts:AssumeRole for service aidevops.amazonaws.com, and an explicit Deny "
        "wins"
    )
    [found] = differences(trusting(GA_TRUST, {**deny, "Principal": {"AWS": "arn:aws:iam::222222222222:root"}}))
    assert (found.id, found.severity) == ("otherDeny", Severity.WORTH_KNOWING)


def test_grant_of_the_preview_left_over() -> None:
    """After a transition the agent role's statement is to go; in the transition it is to stay."""
    both = trusting(GA_TRUST, PREVIEW_TRUST)
    [found] = differences(both)
    assert (found.id, found.severity) == ("previewTrust", Severity.NEEDS_DOING)
    assert found.what.endswith("; the service itself is let in already")
    wanted = expected_role(generation=Generation.TRANSITION)
    assert not {"previewTrust", "extraPrincipal"} & set(ids(differences(both, wanted)))


PREVIEW = [
    ("wrongRegion", {"StringEquals": {"sts:ExternalId": SPACE_ARN.replace("us-east-1", "eu-west-1")}}),
    ("patternUnderStringEquals", {"StringEquals": {"sts:ExternalId": SPACE_ARN.replace(SPACE_ID, "*")}}),
    ("externalIdMissing", {}),
]


@pytest.mark.parametrize(("name", "condition"), PREVIEW, ids=[name for name, _ in PREVIEW])
def test_external_id_of_the_preview(name: str, condition: dict[str, Any]) -> None:
    """It must be the Agent Space's ARN, to the letter."""
    live = trusting({**PREVIEW_TRUST, "Condition": condition})
    found = differences(live, expected_role(generation=Generation.PREVIEW))
    assert name in ids(found)


def test_deleted_agent_role() -> None:
    """IAM shows its id; a new role of the name is another one."""
    gone = {**PREVIEW_TRUST, "Principal": {"AWS": "AROAEXAMPLEID12345678"}}
    found = differences(trusting(gone), expected_role(generation=Generation.PREVIEW))
    assert found[0].id == "deletedPrincipal"
    assert found[0].fix == "replace the trust policy; a new role of the same name is another role to IAM"


def test_fix_is_the_whole_document() -> None:
    """One command repairs every mistake of the trust policy, with the role's own name."""
    found = differences(live_role(arn="arn:aws:iam::222222222222:role/Agent", trust_policy=policy(PREVIEW_TRUST)))
    [command] = found[0].commands
    *words, document = shlex.split(command.text)
    assert (command.account_id, words) == (
        "222222222222",
        ["aws", "iam", "update-assume-role-policy", "--role-name=Agent"],
    )
    assert json.loads(document.removeprefix("--policy-document=")) == policy(GA_TRUST)


def test_every_wrong_account_and_region_at_once() -> None:
    """Two mistakes in one statement are two differences."""
    european = SPACE_ARN.replace("us-east-1", "eu-west-1")
    statement = service_trust(account_id="222222222222", source_arn=european)
    assert ids(differences(trusting(statement))) == ["sourceAccountIsOwnAccount", "wrongRegion"]
