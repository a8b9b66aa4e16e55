"""Trust policies as people write them, and those that IAM would refuse."""

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.policy_evaluation.principals import Principal
from devops_agent_constructs.policy_evaluation.trust_document import ParsedStatement, parse_trust_policy

STATEMENT = {"Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}


def parse_one(**changes: object) -> ParsedStatement:
    """Parse a policy of one statement."""
    [statement] = parse_trust_policy({"Version": "2012-10-17", "Statement": {**STATEMENT, **changes}})
    return statement


def test_strings_and_lists_mean_the_same() -> None:
    """One value may stand without its list, at every place."""
    condition = {"StringEquals": {"k": "v"}}
    lists = {
        "Principal": {"Service": ["a.amazonaws.com"]},
        "Action": ["sts:AssumeRole"],
        "Condition": {"StringEquals": {"k": ["v"]}},
    }
    assert parse_one(Condition=condition) == parse_one(**lists)
    assert parse_trust_policy({"Statement": STATEMENT}) == parse_trust_policy({"Statement": [STATEMENT]})


def test_reads_every_principal() -> None:
    """Several kinds and several values; `*` alone is every principal."""
    both = parse_one(Principal={"AWS": ["111111111111", "*"], "Service": "a.amazonaws.com"})
    assert [(principal.kind, principal.value) for principal in both.principals] == [
        ("AWS", "111111111111"),
        ("AWS", "*"),
        ("Service", "a.amazonaws.com"),
    ]
    assert parse_one(Principal="*").principals == (Principal(kind="AWS", value="*"),)


@pytest.mark.parametrize(
    ("changes", "action", "expected"),
    [
        ({"Action": "sts:AssumeRole"}, "sts:AssumeRole", True),
        ({"Action": "STS:assumerole"}, "sts:AssumeRole", True),
        ({"Action": ["sts:TagSession", "sts:Assume*"]}, "sts:AssumeRole", True),
        ({"Action": "sts:*"}, "sts:SetSourceIdentity", True),
        ({"Action": "*"}, "sts:TagSession", True),
        ({"Action": "sts:AssumeRol?"}, "sts:AssumeRole", True),
        ({"Action": "sts:AssumeRole"}, "sts:AssumeRoleWithSAML", False),
        ({"Action": "sts:AssumeRole"}, "sts:TagSession", False),
        ({"NotAction": "sts:TagSession"}, "sts:AssumeRole", True),
        ({"NotAction": ["sts:TagSession", "STS:assume*"]}, "sts:AssumeRole", False),
    ],
)
def test_actions(changes: dict[str, object], action: str, expected: bool) -> None:
    """Actions are compared without case, with wildcards; NotAction is about all others."""
    statement = {key: value for key, value in STATEMENT.items() if key != "Action"}
    [parsed] = parse_trust_policy({"Statement": [{**statement, **changes}]})
    assert parsed.is_about(action) is expected


def test_without_a_version_there_are_no_variables() -> None:
    """IAM then takes the version of 2008."""
    statement = {**STATEMENT, "Condition": {"StringEquals": {"k": "v"}}}
    for version, has_variables in [({}, False), ({"Version": "2008-10-17"}, False), ({"Version": "2012-10-17"}, True)]:
        [parsed] = parse_trust_policy({**version, "Statement": statement})
        assert [condition.has_variables for condition in parsed.conditions] == [has_variables]


def test_statement_without_sid_has_its_place_as_name() -> None:
    """Whoever reads an explanation finds the statement by it."""
    names = [
        statement.name for statement in parse_trust_policy({"Statement": [{**STATEMENT, "Sid": "Agent"}, STATEMENT]})
    ]
    assert names == ["Agent", "Statement[1]"]


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"NotPrincipal": {"AWS": "111111111111"}}, "Statement[0]", "IAM refuses NotPrincipal in a trust policy"),
        ({"Conditions": {}}, "Statement[0]", "a trust policy has no such element"),
        ({"condition": {}}, "Statement[0]", "a trust policy has no such element"),
        ({"Resource": "*"}, "Statement[0]", "a trust policy has no such element"),
        ({"Effect": "allow"}, "Statement[0].Effect", "neither Allow nor Deny"),
        ({"Effect": None}, "Statement[0].Effect", "neither Allow nor Deny"),
        ({"Effect": ["Allow"]}, "Statement[0].Effect", "neither Allow nor Deny"),
        ({"NotAction": "sts:TagSession"}, "Statement[0]", "either Action or NotAction"),
        ({"Action": []}, "Statement[0].Action", "must be text or a list of texts"),
        ({"Action": 1}, "Statement[0].Action", "must be text or a list of texts"),
        ({"Principal": None}, "Statement[0].Principal", "must be a JSON object"),
        ({"Principal": "111111111111"}, "Statement[0].Principal", "must be a JSON object"),
        ({"Principal": {}}, "Statement[0].Principal", "it names nobody"),
        ({"Principal": {"AWS": []}}, "Statement[0].Principal.AWS", "must be text or a list of texts"),
        ({"Principal": {"AWS": {"Ref": "X"}}}, "Statement[0].Principal.AWS", "must be text or a list of texts"),
        ({"Principal": {"CanonicalUser": "x"}}, "Statement[0].Principal", "AWS, Service or Federated"),
        ({"Principal": {"Service": "*"}}, "Statement[0].Principal.Service", "does not say whom a wildcard covers"),
        ({"Condition": []}, "Statement[0].Condition", "must be a JSON object"),
        ({"Condition": {"StringEquals": "x"}}, "Statement[0].Condition.StringEquals", "must be a JSON object"),
        ({"Condition": {"StringEquals": {1: "x"}}}, "Statement[0].Condition.StringEquals", "must be a JSON object"),
    ],
)
def test_refuses_what_iam_refuses(changes: dict[str, object], field: str, why: str) -> None:
    """A misspelt or unknown element raises: ignored, it would show a role as safe that is not."""
    with pytest.raises(OnboardingInputError, match=why) as caught:
        parse_one(**changes)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"Statement": []}, "Statement"),
        ({}, "Statement[0]"),
        ({"Statement": ["x"]}, "Statement[0]"),
        ({"Version": "2012-10-18", "Statement": STATEMENT}, "Version"),
        ({"Version": "2012-10-17", "Statements": STATEMENT}, "policy"),
        ({"Statement": [{"Effect": "Allow", "Principal": "*"}]}, "Statement[0]"),
    ],
)
def test_refuses_other_documents(policy: dict[str, object], field: str) -> None:
    """What is no policy at all, or of no known version."""
    with pytest.raises(OnboardingInputError) as caught:
        parse_trust_policy(policy)
    assert caught.value.field == field
