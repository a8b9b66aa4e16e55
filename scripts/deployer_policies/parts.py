"""The parts of stacks that have a policy of their own on the page, and what it says of each."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from scripts.deployer_policies.accounts_files import BOUNDED, MANAGEMENT, PRIMARY, SECONDARY


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a stack that an accounts file may ask for, and has a policy of its own.

    Attributes:
        title: A heading of the page.
        says: What stands below it.
        file: Which of `accounts_files.FILES`.
        stack: Its name.
        account_id: Its account.
        only: Patterns of the logical ids that belong to it.
        without: Patterns of those that do not.
        beside: The title of the part whose policy the deployer has already.
        is_bootstrapped: Whether it deploys only through the roles of `cdk bootstrap`.
    """

    title: str
    says: str
    file: str
    stack: str
    account_id: str = PRIMARY
    only: tuple[str, ...] = ("*",)
    without: tuple[str, ...] = ()
    beside: str | None = None
    is_bootstrapped: bool = False

    def has(self, logical_id: str) -> bool:
        """Whether a resource of the stack belongs to this part."""
        return any(fnmatchcase(logical_id, one) for one in self.only) and not any(
            fnmatchcase(logical_id, one) for one in self.without
        )


_SIGN_IN = "AgentSpace*"
_VENDED = ("HealthLogGroup*", "HealthResourcePolicy*", "HealthDelivery*", "HealthAssociationErrors*")
_EVENTS = ("SyncEvents*", "SyncOnEvent*")

PARTS = (
    Part(
        title="A secondary account",
        says="`DevOpsAgentSecondary-222222222222`, in that account. "
        "**Who has this may give that role any permission, and let anybody assume it.** `iam:PolicyARN` has all of "
        "AWS's policies that the role gets, in `transition` both, and while one is taken away that one, too. A new "
        "name of the role takes both names until it is deployed.",
        file="accounts",
        stack=f"DevOpsAgentSecondary-{SECONDARY}",
        account_id=SECONDARY,
    ),
    Part(
        title="A secondary account, with a boundary",
        says="With `role: {permissions_boundary: DevOpsAgentBoundary}`, this instead: whatever its deployer writes, "
        "the role can do no more than the boundary says. **The deployer may still let anybody assume it**: for "
        "`iam:UpdateAssumeRolePolicy` IAM has no condition on a boundary. The account's owner makes the policy "
        "`DevOpsAgentBoundary` first, and the deployer can neither change nor remove it.",
        file="accounts",
        stack=f"DevOpsAgentSecondary-{BOUNDED}",
        account_id=BOUNDED,
    ),
    Part(
        title="The associations",
        says="`DevOpsAgentPrimary`, in the primary account, in the Agent Space's Region. "
        "`access.grant_associate(deployer)` grants the statements about `aidevops` and `iam:PassRole`.",
        file="accounts",
        stack="DevOpsAgentPrimary",
    ),
    Part(
        title="With an agent role",
        says="With `agent_role_arn`, as `preview` and `transition` need it, this as well. If the role has a path, its "
        "ARN does, too. **Who has this may give the agent role any permission**, by a version of a policy that it "
        "has: `iam:CreatePolicyVersion` knows no boundary, so no condition here helps. Only the agent role's owner can "
        "bound it, by a boundary of that role, which this policy can neither set nor remove.",
        file="functions",
        stack="DevOpsAgentPrimary",
        only=("AccessAssumeSecondaryRoles*",),
        beside="The associations",
    ),
    Part(
        title="With `validate`",
        says="This as well, for the execution role: it brings code along, and so takes `cdk bootstrap`. **Who has this "
        "may give the function's role any permission in the primary account.**",
        file="functions",
        stack="DevOpsAgentPrimary",
        only=("Validation*",),
        beside="The associations",
        is_bootstrapped=True,
    ),
    Part(
        title="The organization, from the management account",
        says="`DevOpsAgentOrganization` with `call_as: self`. What the StackSet's stacks may do in the accounts is not "
        "asked of the deployer: StackSets has a role of its own in each. **So who has this may make any IAM role**, as "
        "many as they like, of any name, with any permission, for anybody to assume, **in every account of these "
        "units**; where the primary account is in one of them, there, too.",
        file="organization",
        stack="DevOpsAgentOrganization",
        account_id=MANAGEMENT,
    ),
    Part(
        title="With `include_management_account`",
        says="This as well: the same role in the management account, by the same stack. **Who has this may give that "
        "role any permission there**: a boundary is worth most here.",
        file="management",
        stack="DevOpsAgentOrganization",
        account_id=MANAGEMENT,
        only=("RolloutManagementAccount*",),
        beside="The organization, from the management account",
    ),
    Part(
        title="With `sync` in another account",
        says="This as well: the role by which the function reads the organization (`OrganizationReadRole`), and the "
        "rules that tell it of events (`OrganizationEventRules`). **Who has this may give these two roles any "
        "permission in the management account.**",
        file="management",
        stack="DevOpsAgentOrganization",
        account_id=MANAGEMENT,
        only=("SyncRead*", "SyncEvents*"),
        beside="The organization, from the management account",
    ),
    Part(
        title="The organization, from a delegated administrator",
        says="`DevOpsAgentOrganization` with `call_as: delegated_admin`. **Who has this may make any IAM role in every "
        "account of these units**, as with the one before; where the primary account is in one of them, there, too.",
        file="delegated_organization",
        stack="DevOpsAgentOrganization",
    ),
    Part(
        title="A new Agent Space",
        says="`DevOpsAgentSpace`, with the sign-in that is the default, from the AWS console. **Who has this may give "
        "the agent role and the operator role any permission in the primary account, delete every Agent Space of the "
        "account and Region, and rewrite its sign-in.** After the first deployment, narrow `agentspace/*` to the new "
        "space's ARN, and the same with `/*`, in all but `aidevops:CreateAgentSpace`; a deployment that replaces the "
        "space, as another key does, takes it wide again.",
        file="iam",
        stack="DevOpsAgentSpace",
    ),
    Part(
        title="With IAM Identity Center",
        says="With `operator_app: {identity_center: ...}` this as well: the service makes an application there, with "
        "the permissions of whoever deploys. **Who has this may delete, or change the sign-in of, every application "
        "of that instance in the account.** Narrow it to the application's ARN after the first deployment, in all but "
        "`sso:CreateApplication`; another space, or another sign-in, takes it wide again.",
        file="identity_center",
        stack="DevOpsAgentSpace",
        only=(_SIGN_IN,),
        beside="A new Agent Space",
    ),
    Part(
        title="With an identity provider",
        says="With `operator_app: {identity_provider: ...}` this as well: CloudFormation reads the client secret. A "
        "secret with a key of its own takes `kms:Decrypt` on that key, too.",
        file="identity_provider",
        stack="DevOpsAgentSpace",
        only=(_SIGN_IN,),
        beside="A new Agent Space",
    ),
    Part(
        title="With a key",
        says="With `encryption_key_arn` this as well, through AWS DevOps Agent alone.",
        file="identity_center",
        stack="DevOpsAgentSpace",
        only=(_SIGN_IN,),
        beside="A new Agent Space",
    ),
    Part(
        title="The sync",
        says="`DevOpsAgentSync`: the function, its role, schedule, dead-letter queue and log. For the execution role, "
        "as the function's code is uploaded. **Who has this may give the function's role any permission in the primary "
        "account.**",
        file="management",
        stack="DevOpsAgentSync",
        only=("Sync*",),
        without=_EVENTS,
        is_bootstrapped=True,
    ),
    Part(
        title="With events of the management account",
        says="With `organization: {call_as: self}` in another account than the primary one, this as well: an event "
        "bus.",
        file="management",
        stack="DevOpsAgentSync",
        only=_EVENTS,
        beside="The sync",
        is_bootstrapped=True,
    ),
    Part(
        title="With `health`",
        says="This as well: alarms, a dashboard, a topic and its key. `topic_arn` takes no `Topic`, `Key` and "
        "`CreateKey`; `dashboard: false` takes no `Dashboard`. Where the stack has them already, leave the statements "
        "out **after** the deployment that changes this: CloudFormation needs them to remove what is there.",
        file="management",
        stack="DevOpsAgentSync",
        only=("Health*",),
        without=_VENDED,
        beside="The sync",
        is_bootstrapped=True,
    ),
    Part(
        title="With `vended_logs`",
        says="This as well: the delivery of the Agent Space's log, and an alarm on it. **Who has this may change or "
        "delete every log delivery of the account and Region, whoever made it.** After the first deployment, narrow "
        "`delivery:*` to the ARN that `aws logs describe-deliveries` tells, in all but `logs:CreateDelivery`; a "
        "deployment that replaces the delivery takes it wide again.",
        file="management",
        stack="DevOpsAgentSync",
        only=_VENDED,
        beside="With `health`",
        is_bootstrapped=True,
    ),
)
