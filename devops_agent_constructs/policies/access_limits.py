"""Takes access away from a role while AWS's managed policy stays attached.

An Allow cannot narrow: the managed policy goes on to allow the rest. An explicit Deny wins over every Allow, so limits
are Deny statements of the role's inline policy. See
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

There are no limits by tag: most of what the managed policy has are Describe and List actions, which know no resource
and so no tag of one; a condition on `aws:ResourceTag` would never match there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from devops_agent_constructs import _validators, service
from devops_agent_constructs._arguments import checked_fields
from devops_agent_constructs.errors import NOT_SHOWN, OnboardingInputError
from devops_agent_constructs.policies.capabilities import ResourceExplorerSetup, allow, check_actions
from devops_agent_constructs.policies.data_reads import DATA_READ_ACTIONS, OTHER_DATA_READ_ACTIONS
from devops_agent_constructs.policies.document import InlinePolicy, Statement
from devops_agent_constructs.policies.resources import RoleAccount
from devops_agent_constructs.policies.size import policy_size
from devops_agent_constructs.policy_evaluation.policy_elements import VERSION
from devops_agent_constructs.policy_evaluation.wildcards import is_covered

# Services of one endpoint for all Regions: `aws:RequestedRegion` is us-east-1 (or us-west-2) wherever they are used.
# Of those in AWS's example "Deny access to AWS based on the requested Region", what the managed policy has:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
GLOBAL_ACTIONS = (
    "bcm-data-exports:*",
    "budgets:*",
    "ce:*",
    "chatbot:*",
    "cloudfront:*",
    "cur:*",
    "devicefarm:*",
    "ec2:DescribeRegions",
    "globalaccelerator:*",
    "health:*",
    "iam:*",
    "networkmanager:*",
    "organizations:*",
    "route53-recovery-control-config:*",
    "route53-recovery-readiness:*",
    "route53:*",
    "s3:GetAccountPublicAccessBlock",
    "s3:ListAllMyBuckets",
    "shield:*",
    "support:*",
)
# The Agent Space may be in another Region than what it investigates.
_AGENT_SPACE_ACTIONS = ("aidevops:*",)
_SERVICE = re.compile("[a-z0-9-]+")
_RESOURCE_EXPLORER_SETUP = "iam:CreateServiceLinkedRole"


@checked_fields
@dataclass(frozen=True, kw_only=True, slots=True)
class AccessLimits:
    """What the agent may not do, although AWS's managed policy would let it.

    Attributes:
        restrict_to_regions: The only Regions that the agent may read in; empty: all. Services without Regions (IAM,
            Organizations, Route 53, CloudFront, Support, Health, Cost Explorer and a few more) stay. Resource Explorer
            finds resources of other Regions no more if its aggregator index is in one of those.
        deny_actions: Actions to take away, e.g. `["iam:Get*"]`.
        deny_data_reads: Take away what returns the data of applications: log events, parameters, items, objects and
            more, as `data_reads.DATA_READS` lists them. A boundary also denies reads that AWS keeps from the agent
            anyway, as `data_reads.OTHER_DATA_READ_ACTIONS` lists them. Neither list follows AWS by itself.
        allowed_services: The only services, by the prefix of their actions, e.g. `["ec2", "logs"]`; empty: all.
            Resource Explorer set-up stays while it is on.

    Raises:
        OnboardingInputError: A malformed value, one given twice, or no limit at all.
    """

    restrict_to_regions: Sequence[str] = ()
    deny_actions: Sequence[str] = ()
    deny_data_reads: bool = False
    allowed_services: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check every field."""
        for field in ("restrict_to_regions", "deny_actions", "allowed_services"):
            _validators.each_once(getattr(self, field), field=field)
            object.__setattr__(self, field, tuple(getattr(self, field)))
        for index, region in enumerate(self.restrict_to_regions):
            _validators.region(region, field=f"restrict_to_regions[{index}]")
        check_actions(self.deny_actions, field="deny_actions")
        for index, prefix in enumerate(self.allowed_services):
            if _SERVICE.fullmatch(prefix) is None:
                why, fix = "not the prefix of a service's actions", "write it like 'ec2' or 'logs'"
                raise OnboardingInputError(f"allowed_services[{index}]", prefix, why=why, fix=fix)
        if not (self.restrict_to_regions or self.deny_actions or self.deny_data_reads or self.allowed_services):
            why = "it limits nothing"
            raise OnboardingInputError(
                "access_limits", NOT_SHOWN, why=why, fix="set one of its fields, or leave it out"
            )

    def statements(self, *, allows: Iterable[Statement] = ()) -> list[Statement]:
        """Return the Deny statements.

        Args:
            allows: What the role's inline policy allows.

        Raises:
            OnboardingInputError: A statement allows an action that would be denied.
        """
        allows = list(allows)
        denied: list[Statement] = []
        if self.restrict_to_regions:
            statement = _deny_all_but("DenyOtherRegions", [*GLOBAL_ACTIONS, *_AGENT_SPACE_ACTIONS])
            # Always in a request:
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
            statement["Condition"] = {"StringNotEquals": {"aws:RequestedRegion": sorted(self.restrict_to_regions)}}
            denied.append(statement)
        if self.deny_actions:
            denied.append(_deny("DenyActions", self.deny_actions))
        if self.deny_data_reads:
            denied.append(_deny("DenyDataReads", DATA_READ_ACTIONS))
        if self.allowed_services:
            kept = [f"{prefix}:*" for prefix in self.allowed_services]
            if any(_RESOURCE_EXPLORER_SETUP in statement["Action"] for statement in allows):
                kept.append(_RESOURCE_EXPLORER_SETUP)
            denied.append(_deny_all_but("DenyOtherServices", kept))
        _check_contradictions(allows, denied)
        return denied

    def boundary(self, account: RoleAccount) -> InlinePolicy:
        """Compute a permissions boundary: it allows what the limits leave, also against policies attached later.

        `deny_data_reads` is a list, so that it caps what it lists; `allowed_services` caps everything else. It allows
        on `*`, as a boundary grants nothing by itself.

        Raises:
            OnboardingInputError: It is longer than a customer managed policy may be.
        """
        if self.allowed_services:
            actions = [f"{prefix}:*" for prefix in self.allowed_services]
            allowed = [allow("AllowServices", sorted(actions), ["*"]), *ResourceExplorerSetup().statements(account)]
        else:
            allowed = [allow("AllowWhatIsNotDenied", ["*"], ["*"])]
        denied = [statement for statement in self.statements() if statement["Sid"] != "DenyOtherServices"]
        if self.deny_data_reads:
            denied.append(_deny("DenyOtherDataReads", OTHER_DATA_READ_ACTIONS))
        document: InlinePolicy = {"Version": VERSION, "Statement": [*allowed, *denied]}
        size, limit = policy_size(document).at_most, service.MAX_MANAGED_POLICY_CHARACTERS
        if size > limit:
            why = f"the boundary would have {size:,} characters; IAM admits {limit:,}"
            fix = "name fewer actions, or cover them by wildcards"
            raise OnboardingInputError("access_limits", f"{size} characters", why=why, fix=fix)
        return document


def _deny(sid: str, actions: Iterable[str]) -> Statement:
    return {"Sid": sid, "Effect": "Deny", "Action": sorted(actions), "Resource": ["*"]}


def _deny_all_but(sid: str, actions: list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Deny", "NotAction": sorted(actions), "Resource": ["*"]}


def _check_contradictions(allows: Iterable[Statement], denied: Iterable[Statement]) -> None:
    for statement in allows:
        for action in statement["Action"]:
            for limit in denied:
                if not _is_always_denied(action, limit):
                    continue
                why = f"{statement['Sid']} allows this action, but {limit['Sid']} takes it away, and a Deny wins"
                fix = "drop the capability, or relax the limit"
                if action == _RESOURCE_EXPLORER_SETUP:
                    fix = "add ResourceExplorerSetup(enabled=False) to the capabilities, or relax the limit"
                raise OnboardingInputError("access_limits", action, why=why, fix=fix)


def _is_always_denied(action: str, denied: Statement) -> bool:
    if "Condition" in denied:
        return False
    if "Action" in denied:
        return is_covered(action, denied["Action"])
    prefix = action.partition(":")[0] + ":*"
    return prefix not in denied["NotAction"] and action not in denied["NotAction"]
