"""Accounts files for tests, and what the user reads about a bad one."""

from pathlib import Path

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.config import from_file

SPACE = "agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c\n"
ACCOUNTS = 'accounts: ["222222222222"]\n'
ORGANIZATION = """\
organization:
  account_id: "999999999999"        # of the stack: the management account or a delegated administrator
  region: eu-west-1                 # of the stack; default: the Agent Space's Region
  call_as: self                     # what account_id is: self (management account) | delegated_admin
  organizational_units: [ou-a1b2-11112222, ou-a1b2-33334444]   # or the root
  exclude: ["444444444444"]
  additional: ["555555555555"]      # outside of the units
  root: r-a1b2                      # needed by additional
  auto_deployment: true
  retain_on_account_removal: true
  include_management_account: true
  failure_tolerance_percentage: 20
  max_concurrent_percentage: 50
  associate: ["666666666666"]       # connected in the primary account too
primary: {}
"""
FULL = """\
agent_space_arn: arn:aws:aidevops:us-east-1:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c
generation: ga                    # ga (default) | preview | transition
agent_role_arn: arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace   # needed by preview and transition
role:                             # optional, for every account
  name: DevOpsAgentRole-SecondaryAccount
  path: /
  permissions_boundary: WorkloadBoundary   # a policy of that name in the account, or a full ARN
  capabilities:
    - s3_objects: {buckets: [orders-logs]}
accounts:
  - "222222222222"
  - id: "333333333333"
    region: eu-west-1             # of the stack; default: the Agent Space's Region
    role: {capabilities: [{kms_decrypt: {keys: ["arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]}}]}
"""  # noqa: E501 (as users write it)


def written(text: str, name: str = "devops-agent.yaml") -> Path:
    """Write an accounts file into the working folder, in UTF-8, and return its relative path."""
    path = Path(name)
    path.write_bytes(text.encode())
    return path


def refusal(text: str, name: str = "devops-agent.yaml") -> OnboardingInputError:
    """Return the error about an accounts file, after checking that it is one line."""
    with pytest.raises(OnboardingInputError) as caught:
        from_file(written(text, name))
    assert len(str(caught.value).splitlines()) == 1
    return caught.value
