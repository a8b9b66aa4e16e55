"""Name what differs between a role and the one that this library would make: how bad it is, its symptom, its fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_agent_constructs.checks.finding import Severity
from devops_agent_constructs.diagnosis.commands import Command
from devops_agent_constructs.policy_evaluation.permission_statements import PermissionStatement

# AWS's messages: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
KEPT_OUT = (
    "the association turns invalid when it is validated, and the agent says that it has no access to the account "
    "(AccessDenied on sts:AssumeRole)"
)
_NO_IDENTITY_POLICY = '"no identity-based policy allows the ... action"'
_NO_SESSION_POLICY = 'the agent gets "no session policy allows the ... action", whatever the role allows'
_DENIED = 'what it denies fails with "explicit deny in an identity-based policy"'
_BY_BOUNDARY = 'what it blocks fails with "no permissions boundary allows the ... action"'
READS_MORE = "none: the agent may read more than you meant"
_PUT = "put the inline policy that the library writes"
_TAKE_AWAY = "take the statement away"
_DENIED_ON_PURPOSE = "keep it if you limit the agent by it on purpose"
_MOST = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference, with all that a reader needs.

    Attributes:
        id: Of the rule, e.g. `wrongSourceAccount`, or a key of `KINDS`; does not change between releases.
        severity: As for a rule; an error too if the role is not what the accounts file asks for.
        what: What differs, in words.
        symptom: What a user sees of it.
        fix: What to do, in words.
        commands: The same for a shell, in order; none if there is a choice to make first.
    """

    id: str
    severity: Severity
    what: str
    symptom: str
    fix: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What all differences of one id have in common.

    Attributes:
        severity: How bad it is. None: an error if an accounts file asks for something else, or else a warning, as
            nobody asked for the library's defaults.
        symptom: What a user sees of it.
        fix: What to do, in words. Empty: it depends on the case.
    """

    severity: Severity | None
    symptom: str
    fix: str = ""


KINDS = {
    # The role, and who finds it: without them nothing else matters.
    "roleMissing": Kind(Severity.ERROR, KEPT_OUT),
    # IAM knows a role by its name alone, the association by its whole ARN, path included.
    "otherArn": Kind(Severity.ERROR, f"unless the association names the role as it is, {KEPT_OUT}"),
    "associationMissing": Kind(
        Severity.ERROR,
        "the agent does not know the account",
        "associate it in the primary account: by `primary` in the accounts file, or on the Agent Space's page",
    ),
    "associationRoleMismatch": Kind(Severity.ERROR, KEPT_OUT, "correct the association in the primary account"),
    # Managed policies: what is missing fails, what is left over works for whoever else gets in.
    "missingManagedPolicy": Kind(Severity.ERROR, f"what it grants fails with {_NO_IDENTITY_POLICY}", "attach it"),
    "previewManagedPolicy": Kind(
        None,
        "newer permissions are missing, and older ones that the guardrail has not are without effect",
        "attach the present policy, then detach the old one; devops-agent-accounts migrate says what that changes",
    ),
    "extraManagedPolicy": Kind(
        None,
        "none: AWS's guardrail lets the agent use only what it lists, but whoever else can assume the role may do all "
        "of it",
        "detach it",
    ),
    "managedDeny": Kind(Severity.WARNING, _DENIED, _DENIED_ON_PURPOSE),
    # Inline policies. A Deny may be meant, so that it is never an error.
    "inlinePolicyMissing": Kind(Severity.ERROR, f"these actions fail with {_NO_IDENTITY_POLICY}", _PUT),
    "inlinePermissionsMissing": Kind(Severity.ERROR, f"these actions fail with {_NO_IDENTITY_POLICY}", _PUT),
    # Not an error: the conditions may be met, and whoever wrote them meant something.
    "inlinePermissionsConditional": Kind(
        Severity.WARNING,
        f"where the agent's request does not meet the conditions, these actions fail with {_NO_IDENTITY_POLICY}",
        "keep the conditions if they guard the account; whether the agent's requests meet them cannot be told here",
    ),
    "previewInlineStatements": Kind(Severity.WARNING, "none", _TAKE_AWAY),
    "grantedAlready": Kind(Severity.WARNING, "none", _TAKE_AWAY),
    "blockedByGuardrail": Kind(None, _NO_SESSION_POLICY, _TAKE_AWAY),
    # Without a file it is a warning: nobody said that it was not meant.
    "extraInlinePermissions": Kind(
        None, READS_MORE, f"{_TAKE_AWAY}, or ask for it as a capability in the accounts file"
    ),
    # See `migration.plan`: the grant goes last.
    "agentRoleAssumes": Kind(
        Severity.WARNING,
        "none: without it, the agent loses each account whose role still trusts the agent role alone",
        "keep it until devops-agent-accounts migrate says that nobody needs it",
    ),
    "allowsAllBut": Kind(
        None, "none: AWS's guardrail limits the agent, but not others who can assume the role", _TAKE_AWAY
    ),
    "inlineDeny": Kind(Severity.WARNING, _DENIED, _DENIED_ON_PURPOSE),
    "inlinePolicyOtherName": Kind(
        Severity.WARNING,
        "none; a stack of this library adds its own policy beside it, and never takes this one away",
        "have it under the library's name",
    ),
    "inlinePolicyNotUnderstood": Kind(
        Severity.WARNING,
        "what it does is not known here",
        "look at it: nothing is written over it, as it may allow or deny what somebody needs",
    ),
    # What limits the role from outside; only the boundary of the accounts file can be asked for.
    "boundaryMissing": Kind(Severity.ERROR, "none: the role may do more than your boundary allows", "set it"),
    # Never an error, and without a command: a boundary is somebody's guard, also where it is in the way.
    "boundaryExtra": Kind(
        Severity.WARNING,
        _BY_BOUNDARY,
        "name it in the accounts file (permissions_boundary), and widen it if the agent needs what it blocks",
    ),
    "boundaryBlocks": Kind(Severity.WARNING, _BY_BOUNDARY, "widen the boundary, if the agent needs what it blocks"),
    "otherMaxSession": Kind(
        Severity.WARNING, "none that is known: AWS does not say how long a session the agent asks for", "set it"
    ),
    "serviceControlPolicy": Kind(
        Severity.WARNING,
        'what they block fails with "explicit deny in a service control policy", or as not allowed by one',
        "ask whoever keeps the organization's policies, if the agent needs it",
    ),
    "resourceControlPolicy": Kind(
        Severity.WARNING,
        "if the conditions fit the service's request, the association turns invalid",
        "ask whoever keeps the organization's policies whether AWS services are excepted",
    ),
    "controlPolicyNotUnderstood": Kind(
        Severity.WARNING, "what it does is not known here", "look at it, with whoever keeps the organization's policies"
    ),
}


def listed(things: Iterable[object]) -> str:
    """Name the first few, each once, and how many more there are."""
    names = list(dict.fromkeys(map(str, things)))
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def denial(statement: PermissionStatement, *, of: str) -> str:
    """Say what a Deny takes away, e.g. `NoTables of the inline policy Limits denies dynamodb:*`."""
    but = "everything but " if statement.is_not_action else ""
    return f"{statement.name} of {of} denies {but}{listed(statement.actions)}{statement.only_if}"
