"""What counts as a read of data, held against AWS's policy as it is."""

import re

from devops_agent_constructs.policies.action_patterns import is_covered, overlaps
from devops_agent_constructs.policies.data_reads import DATA_READ_ACTIONS, DATA_READS
from devops_agent_constructs.policies.guardrail_lists import guardrail_lists

# Names of actions that return data in the services of AWS: their results, contents, records, events, values.
_SOUNDS_LIKE_DATA = re.compile(
    r":(Get|BatchGet|Filter|Query|Retrieve|Select|Read|Download|Receive|Scan|Start|Search)\w*"
    r"(Content|Events|Item|Items|Object|Parameter|Parameters|QueryResults|Record|Records|Query|QueryExecution"
    r"|HistoryRecords|ExecutionHistory|CommandInvocation|Shadow|SampledRequests|SecretValue|Message)$"
)
# They sound like data, and are not: what is looked up, and why it stays.
_CONFIGURATION = {
    "aidevops:GetAssetContent": "the agent's own",
    "aidevops:GetKnowledgeItem": "the agent's own",
    "athena:GetNamedQuery": "the text of a saved query",
    "cloudtrail:GetQueryResults": "who changed what",
    "cloudtrail:LookupEvents": "who changed what",
    "cloudtrail:StartQuery": "who changed what",
    "cloudwatch:GenerateQuery": "writes a query, runs none",
    "codecommit:EvaluatePullRequestApprovalRules": "whether rules are met",
    "config:GetStoredQuery": "the text of a saved query",
    "ec2:GetNetworkInsightsAccessScopeContent": "a network configuration",
    "elasticloadbalancing:GetTrustStoreRevocationContent": "a public list of certificates",
    "resource-groups:GetGroupQuery": "the text of a query for resources",
}


def test_every_action_is_one_that_the_agent_has() -> None:
    """AWS's policy or its list of additional permissions has something that the action denies."""
    lists = guardrail_lists()
    published = (*lists.granted, *lists.limited, *lists.supported)
    assert [action for action in DATA_READ_ACTIONS if not any(overlaps(action, one) for one in published)] == []


def test_each_action_is_listed_once() -> None:
    """Under one reason."""
    assert len(set(DATA_READ_ACTIONS)) == sum(map(len, DATA_READS.values()))


def test_a_new_read_of_data_is_noticed() -> None:
    """When AWS's policy grows by an action that sounds like data, somebody has to decide."""
    lists = guardrail_lists()
    suspects = {one for one in (*lists.granted, *lists.supported) if _SOUNDS_LIKE_DATA.search(one)}
    assert len(suspects) > 15
    undecided = {one for one in suspects if not is_covered(one, DATA_READ_ACTIONS)} - _CONFIGURATION.keys()
    assert undecided == set()
    assert not any(is_covered(one, DATA_READ_ACTIONS) for one in _CONFIGURATION)
