"""Accounts files that together make every stack of ours, each with everything that takes permissions."""

from __future__ import annotations

REGION = "us-east-1"
SPACE_ARN = f"arn:aws:aidevops:{REGION}:111111111111:agentspace/8f6187a7-0388-4926-8217-3a0fe32f757c"
MANAGEMENT, PRIMARY, SECONDARY, BOUNDED = "999999999999", "111111111111", "222222222222", "333333333333"
ORGANIZATION_ID = "o-a1b2c3d4e5"
UNIT = "ou-a1b2-11112222"
KEY_ARN = f"arn:aws:kms:{REGION}:{PRIMARY}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{PRIMARY}:secret:okta-a1b2c3"
_NEW = f'primary: {{create_agent_space: {{name: Operations, account_id: "{PRIMARY}", region: {REGION}MORE}}}}\n'
_ACCOUNTS = f'accounts: ["{SECONDARY}"]\n'
_IDENTITY_CENTER = "identity_center: {instance_arn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef'}"
_PROVIDER = (
    "identity_provider: {issuer_url: 'https://example.okta.com', client_id: 0oa1b2c3, provider: okta, "
    f"client_secret_arn: '{SECRET_ARN}'}}"
)

FILES = {
    "accounts": f"""\
agent_space_arn: {SPACE_ARN}
primary: {{}}
accounts:
  - "{SECONDARY}"
  - {{id: "{BOUNDED}", role: {{permissions_boundary: DevOpsAgentBoundary}}}}
""",
    "functions": f"""\
agent_space_arn: {SPACE_ARN}
agent_role_arn: arn:aws:iam::{PRIMARY}:role/DevOpsAgentRole-AgentSpace
generation: transition
bootstrap_qualifier: hnb659fds
primary: {{}}
validate: {{}}
{_ACCOUNTS}""",
    "organization": f"""\
agent_space_arn: {SPACE_ARN}
organization: {{account_id: "{MANAGEMENT}", call_as: self, organizational_units: [{UNIT}]}}
""",
    "delegated_organization": f"""\
agent_space_arn: {SPACE_ARN}
organization: {{account_id: "{PRIMARY}", call_as: delegated_admin, organizational_units: [{UNIT}]}}
""",
    "management": f"""\
agent_space_arn: {SPACE_ARN}
bootstrap_qualifier: hnb659fds
organization:
  account_id: "{MANAGEMENT}"
  call_as: self
  organizational_units: [{UNIT}]
  include_management_account: true
sync: {{}}
health: {{vended_logs: true}}
""",
    "iam": _NEW.replace("MORE", "") + _ACCOUNTS,
    "identity_center": _NEW.replace("MORE", f", operator_app: {{{_IDENTITY_CENTER}}}, encryption_key_arn: '{KEY_ARN}'")
    + _ACCOUNTS,
    "identity_provider": _NEW.replace("MORE", f", operator_app: {{{_PROVIDER}}}") + _ACCOUNTS,
}
