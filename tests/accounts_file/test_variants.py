"""The published schema and the reader agree: what an editor underlines is refused, and the other way round."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.accounts_file.yaml import YamlDocument
from devops_agent_constructs.config import from_file
from tests.accounts_file.function_variants import FUNCTION_VARIANTS
from tests.accounts_file.stack_variants import STACK_BEYOND, STACK_VARIANTS
from tests.accounts_files import ACCOUNTS, ORGANIZATION, SPACE, written

SCHEMA = Path(__file__).parents[2] / "devops_agent_constructs" / "accounts_file" / "accounts-file.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
FILE = SPACE + ACCOUNTS
ROLE_ARN = "arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace"
PREVIEW = f"generation: preview\nagent_role_arn: {ROLE_ARN}\n"
POLICY = "arn:aws:iam::222222222222:policy/ops/Boundary"
KEY = "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def space(arn: str) -> str:
    """Return a file with this Agent Space."""
    return f"agent_space_arn: {arn}\n{ACCOUNTS}"


def role(setting: str) -> str:
    """Return a file with this setting of every role."""
    return f"{FILE}role: {{{setting}}}\n"


def capability(item: str) -> str:
    """Return a file with this capability."""
    return role(f"capabilities: [{item}]")


def custom(settings: str) -> str:
    """Return a file with this statement of one's own."""
    return capability(f"custom_statement: {{{settings}}}")


def limits(setting: str) -> str:
    """Return a file with these access limits."""
    return role(f"access_limits: {{{setting}}}")


def account(setting: str) -> str:
    """Return a file with this setting of one account."""
    return f'{SPACE}accounts: [{{id: "222222222222", {setting}}}]\n'


def new_space(settings: str, more: str = "") -> str:
    """Return a file that asks for an Agent Space."""
    return f"{ACCOUNTS}primary: {{create_agent_space: {{{settings}}}}}\n{more}"


def organization(setting: str, units: str = "ou-a1b2-11112222") -> str:
    """Return a file with an organization, of which this is set."""
    always = f'account_id: "999999999999", call_as: self, organizational_units: [{units}]'
    return f"{SPACE}organization: {{{always}, {setting}}}\n"


PLACE = 'account_id: "111111111111", region: us-east-1'
ORG = organization("")
ID = '"444444444444"'
VARIANTS = [
    # The whole file.
    FILE,
    SPACE,
    ACCOUNTS,
    "{}",
    SPACE + "accounts: []\n",
    SPACE + "accounts:\n",
    FILE + "accouns: []\n",
    FILE + "$schema: ./accounts-file.schema.json\n",
    FILE + "$schema: 1\n",
    FILE + "region: eu-west-1\n",
    FILE + "region: Ireland\n",
    FILE + "region: us-east\n",
    FILE + "region: us-east-1a\n",
    FILE + "region: EU-WEST-1\n",
    FILE + "region: ''\n",
    FILE + "region:\n",
    FILE + "bootstrap_qualifier: hnb659fds\n",
    FILE + "bootstrap_qualifier: ''\n",
    FILE + "bootstrap_qualifier: elevenchars\n",
    FILE + "bootstrap_qualifier: a.b\n",
    FILE + "bootstrap_qualifier: 1234567890\n",
    # The Agent Space, the generation and the agent role.
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/abc"),
    space("arn:aws-us-gov:aidevops:us-gov-west-1:111111111111:agentspace/abc"),
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/*"),
    space("arn:aws:aidevops:us-east:111111111111:agentspace/abc"),
    space("arn:aws:aidevops:us-east-1:11111111111:agentspace/abc"),
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/"),
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/a_b"),
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/" + "a" * 65),
    space("arn:aws:iam::111111111111:role/Agent"),
    space("8f6187a7-0388-4926-8217-3a0fe32f757c"),
    FILE + "generation: ga\n",
    FILE + "generation: GA\n",
    FILE + "generation: later\n",
    FILE + "generation: preview\n",
    FILE + "generation: transition\n",
    FILE + PREVIEW,
    FILE + f"agent_role_arn: {ROLE_ARN}\n",
    FILE + "agent_role_arn: DevOpsAgentRole\n",
    FILE + "agent_role_arn: arn:aws:iam::111111111111:user/Agent\n",
    FILE + "agent_role_arn: arn:aws:iam::11111111111:role/Agent\n",
    FILE + f"agent_role_arn: arn:aws:iam::111111111111:role/{'a' * 230}\n",
    # The primary account.
    FILE + "primary: {}\n",
    FILE + "primary:\n",
    FILE + "primary: {organization_id: o-a1b2c3d4e5}\n",
    FILE + "primary: {organization_id: o-a1b2}\n",
    FILE + "primary: {organization_id: a1b2c3d4e5}\n",
    ACCOUNTS + "primary: {}\n",
    new_space(f"name: Operations, {PLACE}"),
    new_space("name: Operations"),
    new_space('name: Operations, account_id: "111111111111"'),
    new_space("name: Operations, region: us-east-1"),
    new_space("name: Operations", SPACE),
    new_space(PLACE),
    new_space(f"name: '', {PLACE}"),
    new_space(f"name: {'n' * 255}, {PLACE}"),
    new_space(f"name: {'n' * 256}, {PLACE}"),
    new_space(f"name: Operations, {PLACE}, locale: en-US"),
    new_space(f"name: Operations, {PLACE}, locale: en_US"),
    new_space(f"name: Operations, {PLACE}, locale: english"),
    new_space(f"name: Operations, {PLACE}, locale: {'en' + '-abcdefgh' * 4}"),
    new_space(f"name: Operations, {PLACE}, description: All of it"),
    new_space(f"name: Operations, {PLACE}, description: ''"),
    new_space(f"name: Operations, {PLACE}, description: {'d' * 1001}"),
    new_space(f"name: Operations, {PLACE}, elevated_actions_enabled: true"),
    new_space(f"name: Operations, {PLACE}, elevated_actions_enabled: 1"),
    new_space(f"name: Operations, {PLACE}", "generation: ga\n"),
    new_space(f"name: Operations, {PLACE}", PREVIEW),
    new_space(f"name: Operations, {PLACE}", f"agent_role_arn: {ROLE_ARN}\n"),
    *FUNCTION_VARIANTS,
    *STACK_VARIANTS,
    # Accounts.
    account("region: eu-west-1"),
    account("region: Ireland"),
    account("regoin: eu-west-1"),
    account("role: {name: Agent}"),
    account("role: "),
    SPACE + 'accounts: [{region: "eu-west-1"}]\n',
    SPACE + "accounts: [222222222222]\n",
    SPACE + 'accounts: ["22222222222"]\n',
    SPACE + 'accounts: ["222222222222", "222222222222"]\n',
    SPACE + 'accounts: "222222222222"\n',
    account(f"elevated_role_arn: {ROLE_ARN.replace('1' * 12, '2' * 12)}"),
    account("elevated_role_arn: Elevated"),
    account("topology: {tags: {team: orders}}"),
    account('topology: {resource_arns: ["arn:aws:s3:::orders"]}'),
    account("topology: {resource_arns: [orders]}"),
    account("topology: {}"),
    account("topology: {tags: {}, resource_arns: []}"),
    account("topology: {tags: {team: 1}}"),
    account("topology: {tags: {team: ''}}"),
    account(f"topology: {{tags: {{team: {'t' * 513}}}}}"),
    # Roles.
    role("name: Agent"),
    role("name: Dev Ops"),
    role("name: ''"),
    role(f"name: {'n' * 65}"),
    role("path: /ops/"),
    role("path: /"),
    role("path: ops"),
    role("path: /ops"),
    role("path: /a b/"),
    role("path: //"),
    role("description: Grüße"),
    role("description: ''"),
    role("description: 世"),
    role(f"description: {'d' * 1001}"),
    role("permissions_boundary: Boundary"),
    role("permissions_boundary: ops/Boundary"),
    role(f"permissions_boundary: '{POLICY}'"),
    role("permissions_boundary: arn:aws:iam::aws:policy/ReadOnlyAccess"),
    role("permissions_boundary: A B"),
    role("permissions_boundary: ''"),
    role("permissions_boundary: arn:aws:iam::222222222222:role/A"),
    role("managed_policies: [A, B]"),
    role("managed_policies: []"),
    role("managed_policies: [A B]"),
    role(f"managed_policies: [{', '.join(f'P{n}' for n in range(11))}]"),
    role("managed_policies: A"),
    role("max_session_seconds: 3600"),
    role("max_session_seconds: 3599"),
    role("max_session_seconds: 43201"),
    role("max_session_seconds: '3600'"),
    role("max_session_seconds: 3600.5"),
    role("nam: Agent"),
    limits("restrict_to_regions: [us-east-1]"),
    limits("restrict_to_regions: [us-east-1, us-east-1]"),
    limits("restrict_to_regions: [Ireland]"),
    limits("deny_actions: ['iam:Get*']"),
    limits("deny_actions: ['*']"),
    limits("deny_actions: [GetRole]"),
    limits("deny_data_reads: true"),
    limits("deny_data_reads: false"),
    limits(""),
    limits("restrict_to_regions: []"),
    limits("allowed_services: [ec2]"),
    limits("allowed_services: ['ec2:*']"),
    limits("allowed_services: [ec2, ec2]"),
    # Capabilities.
    capability("support_communications: {}"),
    capability("support_communications: "),
    capability("support_communications: {cases: []}"),
    capability("resource_explorer_setup: {enabled: false}"),
    capability("{}"),
    capability("s3_objects"),
    capability("s3_objects: {}"),
    capability("s3_objects: {buckets: []}"),
    capability("s3_objects: {buckets: orders}"),
    capability("s3_objects: {buckets: [orders]}"),
    capability("s3_objects: {buckets: ['arn:aws:s3:::orders']}"),
    capability("s3_objects: {buckets: [Orders]}"),
    capability("s3_objects: {buckets: ['*']}"),
    capability("{s3_objects: {buckets: [orders]}, support_communications: {}}"),
    capability(f"kms_decrypt: {{keys: ['{KEY}']}}"),
    capability("kms_decrypt: {keys: [1234abcd-12ab-34cd-56ef-1234567890ab]}"),
    capability("kms_decrypt: {keys: [alias/orders]}"),
    capability("log_records: {log_groups: [/aws/lambda/orders]}"),
    capability("log_records: {log_groups: ['/aws/lambda/orders:*']}"),
    capability("dynamodb_items: {tables: [orders]}"),
    capability("dynamodb_items: {tables: [or]}"),
    capability("glue_partitions: {tables: [lake/orders]}"),
    capability("glue_partitions: {tables: [orders]}"),
    capability("athena_queries: {workgroups: [primary]}"),
    capability("athena_queries: {workgroups: ['a b']}"),
    capability("ssm_parameters: {parameters: [/orders/url, url]}"),
    capability("ssm_parameters: {parameters: [//orders]}"),
    capability("ssm_parameters: {parameters: ['arn:aws:ssm:us-east-1:222222222222:parameter/orders/url']}"),
    custom("sid: Own, actions: ['s3:GetObject'], resources: ['*']"),
    custom("sid: O-n, actions: ['s3:GetObject'], resources: ['*']"),
    custom("sid: '', actions: ['s3:GetObject'], resources: ['*']"),
    custom("sid: Own, actions: [], resources: ['*']"),
    custom("sid: Own, actions: [GetObject], resources: ['*']"),
    custom("sid: Own, actions: ['s3:GetObject'], resources: []"),
    custom("sid: Own, actions: ['s3:GetObject'], resources: ['*'], conditions: {StringEquals: {a: b}}"),
    custom("sid: Own, actions: ['s3:GetObject'], resources: ['*'], conditions: {StringEquals: b}"),
    # An organization.
    ORG,
    SPACE + ORGANIZATION,
    SPACE + ORGANIZATION + ACCOUNTS,
    SPACE + "organization: {}\n",
    ORG.replace("self", "SELF"),
    ORG.replace("self", "delegated_admin"),
    organization("", units=""),
    organization("", units="r-a1b2"),
    organization("", units="Workloads"),
    organization("", units="ou-a1b2-11112222, ou-a1b2-11112222"),
    organization("", units="ou-a1b2-11112222, r-a1b2"),
    organization("", units=", ".join(f"ou-a1b2-{n:08}" for n in range(51))),
    organization("region: Ireland"),
    organization(f"exclude: [{ID}]"),
    organization(f"exclude: [{ID}, {ID}]"),
    organization("exclude: [444444444444]"),
    organization(f"only: [{ID}]"),
    organization(f'exclude: [{ID}], only: ["555555555555"]'),
    organization(f"exclude: [], only: [{ID}]"),
    organization(f"only: [{ID}], auto_deployment: true"),
    organization(f"only: [{ID}], auto_deployment: false"),
    organization(f"only: [{ID}], retain_on_account_removal: true"),
    organization("auto_deployment: false, retain_on_account_removal: true"),
    organization("retain_on_account_removal: true"),
    organization(f"additional: [{ID}]"),
    organization(f"additional: [{ID}], root: r-a1b2"),
    organization(f"additional: [{ID}], root: a1b2"),
    organization(f"additional: [{ID}], root: r-a1b2", units="r-a1b2"),
    organization("failure_tolerance_percentage: 101"),
    organization("failure_tolerance_percentage: 0"),
    organization("max_concurrent_percentage: 0"),
    organization("max_concurrent_percentage: 100"),
    organization(f"associate: [{ID}]"),
    organization(f"associate: [{ID}]") + "primary: {}\n",
    organization(f"associate: [{ID}, {ID}]") + "primary: {}\n",
    ORG + "primary: {}\n",
    ORG + "primary: {}\n" + ACCOUNTS,
    ORG + "primary: {}\n" + PREVIEW + ACCOUNTS,
    ORG + "primary: {organization_id: o-a1b2c3d4e5}\n" + PREVIEW + ACCOUNTS,
    ORG + PREVIEW,
]
# What no schema can tell -> why not.
OTHER = "two values that must be the same, or must differ"
MEANING = "what values come to together: sizes, or one that takes away what another grants"
BEYOND = {
    FILE + "region: us-gov-west-1\n": OTHER,
    space("arn:aws:aidevops:us-east-1:111111111111:agentspace/abc").replace("2" * 12, "1" * 12): OTHER,
    FILE + PREVIEW.replace("1" * 12, "3" * 12): OTHER,
    FILE + f"agent_role_arn: {ROLE_ARN.replace('1' * 12, '3' * 12)}\n": OTHER,
    new_space(f"name: Operations, {PLACE}", SPACE.replace("us-east-1", "eu-west-1")): OTHER,
    account(f"elevated_role_arn: {ROLE_ARN}"): OTHER,
    SPACE + 'accounts: ["222222222222", {id: "222222222222"}]\n': OTHER,
    SPACE + 'accounts: [{id: "222222222222"}, {id: "222222222222", region: eu-west-1}]\n': OTHER,
    role(f"permissions_boundary: {POLICY.replace('2' * 12, '3' * 12)}"): OTHER,
    organization(f"exclude: [{ID}], additional: [{ID}], root: r-a1b2"): OTHER,
    organization('only: ["999999999999"]'): OTHER,
    organization(f"exclude: [{ID}], associate: [{ID}]") + "primary: {}\n": OTHER,
    role("access_limits: {deny_data_reads: true}, capabilities: [{s3_objects: {buckets: [orders]}}]"): MEANING,
    role(
        "capabilities: [{custom_statement: {sid: S3Objects, actions: ['s3:PutObject'], resources: ['*']}}, "
        "{s3_objects: {buckets: [orders]}}]"
    ): MEANING,
    role(f"path: /{'p' * 230}/"): MEANING,
    account("topology: {tags: {team: 'a;b'}}"): "letters of all scripts have no pattern that all validators know",
    **STACK_BEYOND,
    new_space(f'name: "a\\nb", {PLACE}'): "letters of all scripts have no pattern that all validators know",
}


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal_of(text: str) -> str:
    """Return why the reader refuses a file; nothing if it reads it."""
    try:
        from_file(written(text))
    except OnboardingInputError as error:
        return str(error)
    return ""


def underlined(text: str) -> list[str]:
    """Return what an editor underlines."""
    return [error.message for error in VALIDATOR.iter_errors(YamlDocument(Path("a.yaml"), text).data)]


@pytest.mark.parametrize("text", VARIANTS)
def test_schema_and_reader_agree(text: str) -> None:
    """Both refuse a file, or none of them does."""
    assert bool(underlined(text)) == bool(refusal_of(text)), refusal_of(text) or underlined(text)


@pytest.mark.parametrize("text", BEYOND)
def test_what_no_schema_can_tell(text: str) -> None:
    """Only the reader refuses these; the schema must not refuse more than it."""
    assert refusal_of(text)
    assert not underlined(text)


def test_the_variants_are_many_and_both_ways() -> None:
    """A table in which all is refused, or all is read, would show nothing."""
    refused = sum(bool(refusal_of(text)) for text in VARIANTS)
    assert len(set(VARIANTS)) == len(VARIANTS) >= 150
    assert 60 <= refused <= len(VARIANTS) - 60


def test_trailing_line_ends() -> None:
    """The `$` of ECMAScript, by which editors go, admits no line end; Python's does, and the reader does not."""
    assert refusal_of(role('name: "Agent\\n"'))
