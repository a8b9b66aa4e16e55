"""Lets the agent read beyond AWS's managed policy: one capability per permission that AWS documents.

AWS's guardrail admits these permissions but grants none by default; each is added to the role's inline policy. See
https://docs.aws.amazon.com/devopsagent/latest/userguide/aws-devops-agent-security-limiting-agent-access-in-an-aws-account.html
(the list changes; read 2026-10-20). Which resources an action accepts is from
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

A resource is given by its ARN, or by its name: that means the resource of that name in the role's own account and
partition, in any Region (a role is global, so the ARN has `*` there). `CustomStatement` takes wildcards, these do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.policies.capabilities import allow
from devops_agent_constructs.policies.document import Statement
from devops_agent_constructs.policies.resources import ResourceKind, RoleAccount

_WORKGROUP = ResourceKind(
    service_prefix="athena",
    prefix="workgroup/",
    name=r"[A-Za-z0-9._-]{1,128}",
    description="a workgroup's name, 1-128 of A-Z a-z 0-9 . _ -, or its ARN",
)
_LOG_GROUP = ResourceKind(
    service_prefix="logs",
    prefix="log-group:",
    name=r"[A-Za-z0-9._/#-]{1,512}",
    description="a log group's name, or its ARN without ':*' at the end",
    example="/aws/lambda/orders",
)
_DYNAMODB_TABLE = ResourceKind(
    service_prefix="dynamodb",
    prefix="table/",
    name=r"[A-Za-z0-9_.-]{3,255}",
    description="a table's name, 3-255 of A-Z a-z 0-9 _ . -, or its ARN",
)
_BUCKET = ResourceKind(
    service_prefix="s3",
    prefix="",
    name=r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    description="a bucket's name, 3-63 of a-z 0-9 . - in lower case and without a path, or its ARN",
    is_global=True,
)
_GLUE_TABLE = ResourceKind(
    service_prefix="glue",
    prefix="table/",
    name=r"[A-Za-z0-9_-]{1,255}/[A-Za-z0-9_-]{1,255}",
    description="a database and a table in it with a '/' between, or the table's ARN",
    example="sales/orders",
)
_KEY = ResourceKind(
    service_prefix="kms",
    prefix="key/",
    name=r"mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    description="a key's id or its key ARN, not an alias",
    example="1234abcd-12ab-34cd-56ef-1234567890ab",
)
# The ARN of the parameter `/a/b` is `parameter/a/b`, that of `a` is `parameter/a`: one slash, never two.
_PARAMETER = ResourceKind(
    service_prefix="ssm",
    prefix="parameter/",
    name=r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
    description="a parameter's name, of A-Z a-z 0-9 _ . - /, or its ARN",
    example="orders/url",
    has_slash=True,
)


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class AthenaQueries:
    """Let the agent run Athena queries in some workgroups.

    A query reads its data with the agent's own permissions: add `S3Objects` for the data and the results.

    Attributes:
        workgroups: Names or ARNs, at least one.

    Raises:
        OnboardingInputError: None is given, or one is malformed.
    """

    workgroups: Annotated[Sequence[str], _WORKGROUP]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        actions = [
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetQueryRuntimeStatistics",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ]
        return [allow("AthenaQueries", actions, _WORKGROUP.arns(self.workgroups, account))]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class LogRecords:
    """Let the agent read whole log records (`logs:GetLogRecord`) of some log groups.

    Attributes:
        log_groups: Names or ARNs, at least one, without `:*` at the end. It is added: CloudWatch Logs matches such
            calls against the ARN that ends so.

    Raises:
        OnboardingInputError: None is given, or one is malformed.

    See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """

    log_groups: Annotated[Sequence[str], _LOG_GROUP]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        arns = [f"{arn}:*" for arn in _LOG_GROUP.arns(self.log_groups, account)]
        return [allow("LogRecords", ["logs:GetLogRecord"], arns)]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class DynamoDBItems:
    """Let the agent read items of some DynamoDB tables, also through their indexes.

    Attributes:
        tables: Names or ARNs, at least one. Each covers its indexes too (`index/*`): they hold that table's items only.

    Raises:
        OnboardingInputError: None is given, or one is malformed.
    """

    tables: Annotated[Sequence[str], _DYNAMODB_TABLE]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        actions = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
        tables = _DYNAMODB_TABLE.arns(self.tables, account)
        return [allow("DynamoDBItems", actions, [*tables, *(f"{arn}/index/*" for arn in tables)])]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class S3Objects:
    """Let the agent list some buckets and read their objects.

    Objects under a customer managed key need `KmsDecrypt` too.

    Attributes:
        buckets: Names or ARNs, at least one. Each covers all its objects (`/*`): an object is found by listing.

    Raises:
        OnboardingInputError: None is given, or one is malformed.
    """

    buckets: Annotated[Sequence[str], _BUCKET]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return one statement for the buckets and one for their objects."""
        buckets = _BUCKET.arns(self.buckets, account)
        return [
            allow("S3Buckets", ["s3:ListBucket"], buckets),
            allow("S3Objects", ["s3:GetObject"], [f"{arn}/*" for arn in buckets]),
        ]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class GluePartitions:
    """Let the agent read partitions of some Glue tables.

    AWS's managed policy grants this on every table since 2026-08-12; it serves roles with a policy of their own.

    Attributes:
        tables: `database/table` or table ARNs, at least one. AWS checks the catalog and the database as well.

    Raises:
        OnboardingInputError: None is given, or one is malformed.
    """

    tables: Annotated[Sequence[str], _GLUE_TABLE]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        resources: list[str] = []
        for arn in _GLUE_TABLE.arns(self.tables, account):
            prefix, _, name = arn.partition(":table/")
            resources += [f"{prefix}:catalog", f"{prefix}:database/{name.partition('/')[0]}", arn]
        return [allow("GluePartitions", ["glue:GetPartition"], resources)]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class KmsDecrypt:
    """Let the agent decrypt with some KMS keys, as objects or parameters encrypted under them need it.

    The key's own policy must let the account use IAM policies, as AWS's default key policy does.

    Attributes:
        keys: Key ids or key ARNs, at least one; not aliases: IAM looks at the key behind them.

    Raises:
        OnboardingInputError: None is given, or one is malformed or an alias.

    See https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
    """

    keys: Annotated[Sequence[str], _KEY]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        return [allow("KmsDecrypt", ["kms:Decrypt"], _KEY.arns(self.keys, account))]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SupportCommunications:
    """Let the agent read the messages of AWS Support cases.

    On the resource `*`: `support:DescribeCommunications` accepts no other.
    """

    def statements(self, account: RoleAccount) -> list[Statement]:  # noqa: ARG002 (part of Capability)
        """Return the inline statement."""
        return [allow("SupportCommunications", ["support:DescribeCommunications"], ["*"])]


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class SsmParameters:
    """Let the agent read some SSM parameters one by one (`ssm:GetParameter`).

    AWS's managed policy includes `ssm:GetParameters` on every parameter. A SecureString needs `KmsDecrypt` as well.

    Attributes:
        parameters: Names (`/orders/url` or `url`) or ARNs, at least one.

    Raises:
        OnboardingInputError: None is given, or one is malformed.
    """

    parameters: Annotated[Sequence[str], _PARAMETER]

    def statements(self, account: RoleAccount) -> list[Statement]:
        """Return the inline statement."""
        return [allow("SsmParameters", ["ssm:GetParameter"], _PARAMETER.arns(self.parameters, account))]
