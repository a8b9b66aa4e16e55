"""Computes docs/deployer_policies.md from the templates, CloudFormation's schemas and IAM's reference."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Mapping
from typing import Any

from scripts.deployer_policies.accounts_files import ORGANIZATION_ID, PRIMARY, REGION, SECONDARY
from scripts.deployer_policies.catalogue import statements_of
from scripts.deployer_policies.parts import PARTS
from scripts.deployer_policies.policy import MAX_CHARACTERS, Statement, bootstrap_statement, document
from scripts.deployer_policies.reasons import rows
from scripts.reference.tables import table

PAGE = "deployer_policies.md"
_WIDTH = 112
_INTRODUCTION = """# Permissions to deploy

Least privilege for whoever deploys a stack: a policy for each, and one more for each thing that an accounts file may add to it. They are computed from the templates, and the real CDK CLI has deployed, changed and removed every stack with them [in our emulator](#what-was-tried).

Write your own for these: accounts `{PRIMARY}`, `{SECONDARY}`, `333333333333` and `999999999999`, Region `{REGION}`, the Agent Space's id, the unit `ou-a1b2-11112222`, and your names if the accounts file has some (`stack_prefix`, `role: {{name, path}}`). In a stack's ARN the Region is the stack's own, in an Agent Space's ARN the space's: they differ where an account has a `region`. With `tags` in the accounts file a stack may take `cloudformation:TagResource` too, with `termination_protection` it takes `cloudformation:UpdateTerminationProtection`.

| you deploy | who gets the policies |
|---|---|
| with credentials of the account, as stacks without `bootstrap_qualifier` do | you: your user, or the role of your pipeline |
| through `cdk bootstrap` | CloudFormation's execution role: `cdk bootstrap --cloudformation-execution-policies ARN,ARN`, without `DeployTheStack` and `RemoveTheStack`; you get [the next one](#through-cdk-bootstrap) |

**Who may write the policies of a role may give it anything**, whatever else a policy says. Each section says which role that is. [A boundary](#a-secondary-account-with-a-boundary) is the way out: for the roles of secondary accounts and of a new Agent Space `permissions_boundary` in the accounts file, for the others that the stacks make the CDK's `PermissionsBoundary.of(app).apply(...)` (of `aws_cdk.aws_iam`), or in `cdk.json` the context `"@aws-cdk/core:permissionsBoundary": {{"name": "NAME"}}`. A boundary binds the deployer only if the deployer's policy demands it: split the statements about each such role as that section does, into `RoleInBoundary`, which has the condition `iam:PermissionsBoundary` and `iam:PutRolePermissionsBoundary`, and the rest. No condition reaches the roles that a StackSet makes, nor [an agent role](#with-an-agent-role) that is there already.
"""  # noqa: E501 (a paragraph of the docs is one line)
_BOOTSTRAP = """## Through `cdk bootstrap`

The CLI assumes roles of the bootstrap, in each account and Region that you deploy to. The deploy role hands the execution role to CloudFormation: **whoever may assume it may do all that the execution role may.** So it is the execution role that must be narrow; by default it is an administrator. `cdk diff` uses `lookup-role` as well.
"""  # noqa: E501
_ORGANIZATION = """### For an organization

A managed policy holds {MAX_CHARACTERS:,} characters, which is {FITTING} accounts of the policy above. For more, with your organization's id:

{BLOCK}
**This admits to the bootstrap of every account of the organization that trusts yours, and of your own**, in this Region, whether or not the account is in your accounts file, and so to all that its execution role may. What confines it is which accounts run `cdk bootstrap --trust` with your account's id.
"""  # noqa: E501
_WIDE = """## What is wider than one resource

Names that CloudFormation makes up begin with the stack's name and the logical id, and so do the patterns for them, but for a dashboard below, and without the number of the agent role's policies; the id of a stack follows its name. Of what is wider than that:
"""  # noqa: E501
_END = """## What no policy allows

- **`cdk rollback`**, as it takes `cloudformation:RollbackStack` or `cloudformation:ContinueUpdateRollback`. With credentials of the account it is refused: let the account's owner do it. Through `cdk bootstrap`, the deploy role has both, [from version 23 of the bootstrap on](https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-rollback.html).
- **To take a boundary away**, `iam:DeleteRolePermissionsBoundary`: who may do that has no boundary. So a deployment that adds a boundary to a role, and fails later, cannot be rolled back with these policies: the account's owner continues the rollback, and may skip the role, which then keeps the boundary.

## What was tried

In the emulator, `cdk deploy`, a second one with changes and `cdk destroy` of each of these stacks ran with a role that had the policies of its parts and nothing else: by itself what is for a secondary account, the associations, a new Agent Space and a delegated administrator; the sync, `validate` and the stack of a management account with all that can be added, by the roles of `cdk bootstrap`. There, every call of the CLI is judged by the caller's policies, and every action that CloudFormation's schema lists for the handlers and tags of a resource by those of the execution role, or of the caller if there is none, on the resource's real ARN. It reads the schemas [by itself](../tests/emulator/handler_actions.py), and leaves out only what belongs to a property that the resource lacks, or what that file names. Each statement is needed: without it something is refused, in AWS's words.

**Not run on AWS.** These are AWS's to show:

- The lists are CloudFormation's own, with [what a property brings that ours lack](../scripts/deployer_policies/handlers.py) left out, and what its documents ask for beside them added. Whether a handler calls more, or less, is unconfirmed.
- The emulator asks for each action alone on each kind of resource that IAM's reference names. Which of several a service looks at is AWS's, such as the StackSet, its targets and the types of its template.
- `cloudformation:DescribeEvents` is for a change set that CloudFormation refuses: the CLI then says why.
- An assets bucket or a log group with a key of yours takes permissions on that key.
- The service's own key policies, and service control policies, must admit all this, too.
"""  # noqa: E501


def page(templates: Mapping[str, Mapping[str, dict[str, Any]]]) -> str:
    """Return the page.

    Args:
        templates: As `scripts.deployer_policies.catalogue.synthesize` returns them.
    """
    found = {part.title: statements_of(part, templates) for part in PARTS}
    parts = [_INTRODUCTION.format(PRIMARY=PRIMARY, SECONDARY=SECONDARY, REGION=REGION)]
    parts += [_BOOTSTRAP, _block([bootstrap_statement(PRIMARY, REGION)]), _for_an_organization()]
    for part in PARTS:
        heading = "##" if part.beside is None else "###"
        parts.append(f"{heading} {part.title}\n\n{part.says}\n\n{_block(found[part.title])}")
    every = [statement for statements in found.values() for statement in statements]
    parts += [_WIDE, table(["resources or actions", "why"], rows(every)) + "\n", _END]
    return "\n".join(parts)


def _for_an_organization() -> str:
    one = bootstrap_statement(PRIMARY, REGION)

    def length(accounts: int) -> int:
        whole = document([{**one, "Resource": one["Resource"] * accounts}])
        return len(json.dumps(whole, separators=(",", ":")))

    fitting = next(accounts for accounts in itertools.count(1) if length(accounts + 1) > MAX_CHARACTERS)
    block = _block([bootstrap_statement("*", REGION, organization_id=ORGANIZATION_ID)])
    return _ORGANIZATION.format(MAX_CHARACTERS=MAX_CHARACTERS, FITTING=fitting, BLOCK=block)


def _block(statements: list[Statement]) -> str:
    whole = document(statements)
    shown = ",\n".join(_statement(statement) for statement in whole["Statement"])
    return f'```json\n{{\n  "Version": "{whole["Version"]}",\n  "Statement": [\n{shown}\n  ]\n}}\n```\n'


def _statement(statement: Statement) -> str:
    """Return a statement as JSON with as many values in a line as there is room for."""
    lines = [f"      {json.dumps(key)}: {_value(value)}" for key, value in statement.items()]
    return "    {\n" + ",\n".join(lines) + "\n    }"


def _value(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    items = ", ".join(json.dumps(item) for item in value)
    filled = textwrap.fill(items, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"[\n{textwrap.indent(filled, ' ' * 8)}\n      ]"
