"""Accounts files with tags, protection and all of a new Agent Space, which test_variants reads in both ways."""

from tests.accounts_files import ACCOUNTS, SPACE

FILE = SPACE + ACCOUNTS
ORG = SPACE + 'organization: {account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]}\n'
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = "arn:aws:secretsmanager:us-east-1:111111111111:secret:okta/x-a1b2c3"  # pragma: allowlist secret
OKTA = "issuer_url: 'https://example.okta.com', client_id: 0oa1b2c3, provider: okta"
FIFTY = ", ".join(f"k{n}: v" for n in range(50))


def new_space(settings: str) -> str:
    """Return a file that asks for an Agent Space."""
    place = 'name: Operations, account_id: "111111111111", region: us-east-1'
    return f"{ACCOUNTS}primary: {{create_agent_space: {{{place}, {settings}}}}}\n"


STACK_VARIANTS = [
    *(
        start.replace("TAGS", tags)
        for start in (FILE + "tags: {TAGS}\n", SPACE + 'accounts: [{id: "222222222222", tags: {TAGS}}]\n')
        for tags in (
            "",
            "team: operations",
            "team: 1",
            "team: ''",
            "team: ",
            "'': operations",
            f"{'k' * 128}: {'v' * 256}",
            f"{'k' * 129}: v",
            f"k: {'v' * 257}",
            "'aws:team': operations",
            "'AWS:team': operations",
            "team: 'aws:operations'",
            "'team@example.com': operations",
            FIFTY,
            f"{FIFTY}, one: more",
        )
    ),
    FILE + "tags: []\n",
    FILE + "tags: team\n",
    ORG + "tags: {'cost center': R-D}\n",
    ORG + "tags: {'team@example.com': operations}\n",
    ORG + "tags: {größe: klein}\n",
    FILE + "tags: {größe: klein}\n",
    FILE + "termination_protection: true\n",
    FILE + "termination_protection: false\n",
    FILE + "termination_protection: 'yes'\n",
    *map(
        new_space,
        (
            "tags: {team: operations}",
            "tags: {team: ''}",
            "agent_role_name: Agent",
            "agent_role_name: Dev Ops",
            "permissions_boundary: Boundary",
            "permissions_boundary: A B",
            f"encryption_key_arn: '{KEY}'",
            f"encryption_key_arn: '{KEY.replace('key/', 'key/mrk-')}'",
            "encryption_key_arn: 'arn:aws:kms:us-east-1:111111111111:alias/operations'",
            "encryption_key_arn: 1234abcd-12ab-34cd-56ef-1234567890ab",
            "capabilities: []",
            "capabilities: [{support_communications: {}}]",
            "capabilities: [{s3_objects: {buckets: [orders]}, support_communications: {}}]",
            "capabilities: [{s3_objects: {buckets: [Orders]}}]",
            "operator_app: {}",
            "operator_app: ",
            "operator_app: iam",
            "operator_app: {iam: {}}",
            "operator_app: {iam: {role: x}}",
            "operator_app: {enabled: false}",
            "operator_app: {enabled: true}",
            "operator_app: {enabled: false, iam: {}}",
            "operator_app: {identity_center: {}}",
            "operator_app: {identity_center: {instance_arn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef'}}",
            "operator_app: {identity_center: {instance_arn: ssoins-1234567890abcdef}}",
            f"operator_app: {{identity_provider: {{{OKTA}}}}}",
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}'}}}}",
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: hunter2}}}}",
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}', json_field: secret}}}}",
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}', json_field: 'a:b'}}}}",
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}'}}}}".replace(
                "provider: okta", "provider: google"
            ),
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}'}}}}".replace("https", "http"),
            f"operator_app: {{identity_provider: {{{OKTA}, client_secret_arn: '{SECRET}'}}}}".replace("0oa1b2c3", "''"),
        ),
    ),
]
# Good for a schema, and not for AWS -> why.
SAME = "two values that must be the same, or must differ"
SCRIPTS = "letters of all scripts have no pattern that all validators know"
STACK_BEYOND = {
    FILE + "tags: {team: a, Team: b}\n": SAME,
    SPACE + 'tags: {team: a}\naccounts: [{id: "222222222222", tags: {Team: b}}]\n': SAME,
    SPACE + f'tags: {{{FIFTY}}}\naccounts: [{{id: "222222222222", tags: {{one: more}}}}]\n': SAME,
    new_space("permissions_boundary: 'arn:aws:iam::222222222222:policy/Boundary'"): SAME,
    new_space(f"encryption_key_arn: '{KEY.replace('us-east-1', 'eu-west-1')}'"): SAME,
    FILE + "tags: {a&b: c}\n": SCRIPTS,
    FILE + "tags: {team: a&b}\n": SCRIPTS,
}
